"""Bytes that are no DNS message are said to be so, and never anything else happens."""

import contextlib

import pytest
from dnslib import DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.answers import read_answer
from guardian.dns.query import Query, parse_query
from guardian.dns.wire import UDP_SIZE, Malformed, ede_text, opt_record, read_name
from guardian.names import to_wire

PLAIN = bytes(DNSRecord.question("www.Example.org").pack()[2:])


def with_opt(version: int = 0, options: bytes = b"", size: int = 4096) -> bytes:
    ttl = version << 16 | 0x8000
    opt = b"\0\0\x29" + size.to_bytes(2) + ttl.to_bytes(4) + len(options).to_bytes(2) + options
    return PLAIN[:8] + b"\0\1" + PLAIN[10:] + opt


def test_a_question_is_read_as_it_was_asked() -> None:
    query = parse_query(PLAIN)
    assert query.name == to_wire("www.example.org")
    assert query.question.startswith(b"\3www\7Example\3org\0")
    form = query.form
    assert (form.qtype, form.qclass, form.size, form.edns_version) == (1, 1, 512, None)


def test_edns_is_read_and_its_size_bounded() -> None:
    query = parse_query(with_opt(options=b"\0\x0a\0\x08abcdefgh"))
    form = query.form
    assert (form.size, form.edns_version, form.dnssec_ok) == (UDP_SIZE, 0, True)


@pytest.mark.parametrize(
    ("wire", "why"),
    [
        (PLAIN[:-1], "ends early"),
        (PLAIN + b"x", "does not end with its last record"),
        (PLAIN[:3] + b"\2" + PLAIN[4:], "one question"),
        (PLAIN[:3] + b"\0" + PLAIN[4:], "one question"),
        (with_opt(options=b"\0\x0a\0\x09abcdefgh"), "option runs past"),
        (PLAIN[:8] + b"\0\2" + PLAIN[10:] + opt_record(0, dnssec_ok=False) * 2, "one OPT"),
        (PLAIN[:10] + b"\xc0\x0c" + PLAIN[-4:], "not compressed"),
    ],
)
def test_what_no_query_may_be(wire: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse_query(wire)


@given(st.binary(max_size=600))
def test_any_bytes_are_a_query_or_malformed(wire: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(parse_query(wire), Query)


@given(st.binary(max_size=400))
def test_any_answer_is_an_answer_or_malformed(rest: bytes) -> None:
    question = PLAIN[10:]
    for wire in (rest, b"\x81\x80\0\1\0\2\0\1\0\0" + question + rest):
        with contextlib.suppress(Malformed):
            read_answer(wire, question, 0)


@given(st.binary(min_size=1, max_size=300), st.integers(0, 299))
def test_reading_a_name_ends(wire: bytes, at: int) -> None:
    try:
        name, _ = read_name(wire, at)
    except (Malformed, IndexError):
        return
    assert len(name) <= 255


def test_pointers_that_run_in_a_circle_are_refused() -> None:
    wire = bytes(10) + b"\1a\xc0\x0e" + b"\1b\xc0\x0c"
    with pytest.raises(Malformed):
        read_name(wire, 14)


@given(st.text(max_size=300))
def test_a_reason_is_cut_between_characters(text: str) -> None:
    encoded = ede_text(text.encode(errors="ignore").decode())
    assert len(encoded) <= 160
    encoded.decode()
