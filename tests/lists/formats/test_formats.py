"""The table of formats: detection from content, and what holds for every parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.entry import PLAIN, Kind, Modifiers, Scope, Variety
from guardian.lists.formats import FORMATS, WRITERS, detect, is_web_page, version_of
from guardian.lists.report import Parsed
from guardian.names import normalise
from tests.lists.formats.conftest import entries_of

SOUP = st.text(alphabet="abAZ09.-_*|^@$#!/:;,=~() \t\"'éßxn\u0130\u3002\u200d\ud7ff", max_size=60)
PARTS = (
    "address=/", "server=/", "local-zone:", "local-data:", "cname=", " static", " CNAME ", " . ",
    "SOA ", "$ORIGIN ", "a.example", "rpz-ip", "32.1.2.0.192.", "*.", "||", "^", "$dnsrewrite=",
    "/", "(", '"',
)  # fmt: skip
WORDS = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
LINE = st.one_of(st.binary(max_size=80), SOUP.map(str.encode), WORDS.map(str.encode))
LINES = st.lists(LINE, max_size=20)


@pytest.mark.parametrize(
    ("lines", "format_", "why"),
    [
        (["# x", "0.0.0.0 a.example"], "hosts", "hosts: 100% of lines"),
        (["127.0.0.1\ta.example", "b.example"] * 2 + ["::1 c.example"], "hosts", "60%"),
        (["! x", "||a.example^", "@@||b.example^"], "adblock", "100%"),
        (["[Adblock Plus]", "a.example"], "adblock", "first lines"),
        (["*.a.example"] + ["b.example"] * 9, "wildcards", "10%"),
        (["# x", "server=/a.example/", "address=/b.example/#"], "dnsmasq", "100%"),
        (["server:", 'local-zone: "a.example" static', 'local-data: "b.example A 0.0.0.0"'],
         "unbound", "67%"),
        (["$TTL 30", "@ SOA a. b. 1 2 3 4 5", ";", "a.example CNAME .", "*.a.example CNAME ."],
         "rpz", "100%"),
        (["https://a.example/x"], "urls", "100%"),
        (["a.example", "b.example"], "domains", "nothing speaks"),
        ([], "domains", "nothing speaks"),
    ],
)  # fmt: skip
def test_detection_says_why(lines: list[str], format_: str, why: str) -> None:
    found = detect([line.encode() for line in lines])
    assert found[0] == format_
    assert why in found[1]


@pytest.mark.parametrize("form", sorted(FORMATS))
@given(lines=LINES)
def test_any_bytes_are_taken_or_counted(form: str, lines: list[bytes]) -> None:
    report = Parsed()
    FORMATS[form](lines, report)
    assert report.lines == len(lines)
    for name, _ in entries_of(report):
        assert normalise(name.decode("ascii")) == name.decode("ascii")


@given(lines=LINES)
def test_any_bytes_have_a_format(lines: list[bytes]) -> None:
    assert detect(lines)[0] in FORMATS
    assert version_of(lines).isprintable()
    is_web_page(lines)


NAMES = st.from_regex(r"([a-z0-9]{1,9}(-[a-z0-9]{1,9})?\.){1,4}[a-z]{2,9}", fullmatch=True)
TYPES = st.frozensets(st.sampled_from([1, 5, 28, 65]), max_size=2)
MODIFIERS = st.one_of(
    st.just(PLAIN),
    st.builds(
        Modifiers, st.booleans(), TYPES, TYPES, st.sampled_from([(), ("a.example", "b.test")])
    ),
)
VARIETIES = st.builds(Variety, st.sampled_from(Kind), st.sampled_from(Scope), MODIFIERS)


@pytest.mark.parametrize("form", WRITERS)
@given(name=NAMES, variety=VARIETIES)
def test_what_is_printed_is_read_back(form: str, name: str, variety: Variety) -> None:
    lines = list(WRITERS[form].written(name.encode(), variety))
    report = Parsed()
    FORMATS[form]([*WRITERS[form].header, *lines], report)
    both = [Variety(variety.kind, scope) for scope in (Scope.EXACT, Scope.BELOW)]
    said = both if form == "rpz" and variety.scope is Scope.SUBDOMAINS else [variety]
    assert set(entries_of(report)) == ({(name.encode(), each) for each in said} if lines else set())
    assert lines or form != "adblock"


def test_a_wildcard_is_read_back() -> None:
    report = Parsed()
    FORMATS["wildcards"]([b"*.a.example"], report)
    assert report.names == [b"a.example"]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("! Version: 2026.824.1", "2026.824.1"),
        ("# Last modified: 24 Aug 2026", "24 Aug 2026"),
        ("#Version: \x07", ""),
        ("# Title: some list", ""),
    ],
)
def test_the_version_in_a_header(line: str, version: str) -> None:
    assert version_of([b"# a list", line.encode()]) == version


def test_a_captive_portals_page_is_no_list() -> None:
    assert is_web_page([b"", b"  <!DOCTYPE html>", b"<p>Welcome to the hotel"])
    assert not is_web_page([b"# <html>", b"a.example"])
