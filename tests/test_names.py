"""Text and wire are two spellings of one name."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.names import InvalidName, from_wire, is_under, normalise, suffixes, to_wire

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(
    lambda label: not label.startswith("xn--")
)


@pytest.mark.parametrize(
    ("text", "qname"),
    [
        ("WWW.Example.ORG.", "www.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("_dmarc.example.org", "_dmarc.example.org"),
    ],
)
def test_spellings_of_a_name(text: str, qname: str) -> None:
    assert normalise(text) == qname


@pytest.mark.parametrize("text", ["", ".", "a..b", "-a.example", "a b", "x" * 64, "xn--\u00e4.a"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(InvalidName):
        normalise(text)


@given(st.lists(LABEL, min_size=1, max_size=6).map(".".join))
def test_wire_and_back(qname: str) -> None:
    assert from_wire(to_wire(qname)) == qname


@given(st.binary(max_size=300))
def test_any_bytes_are_a_name_or_invalid(wire: bytes) -> None:
    with contextlib.suppress(InvalidName):
        from_wire(wire)


def test_suffixes_and_kinship() -> None:
    assert list(suffixes("a.b.example")) == ["a.b.example", "b.example", "example"]
    assert is_under("a.b.example", "b.example")
    assert not is_under("ab.example", "b.example")
