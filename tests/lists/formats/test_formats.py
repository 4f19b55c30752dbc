"""Each format takes what it means and counts what it does not; no bytes make a parser raise."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.compile import read_source
from guardian.lists.formats import FORMATS, detect
from guardian.lists.report import Parsed, Reason
from guardian.lists.source import Source

DATA = Path(os.environ.get("GUARDIAN_TEST_DATA", "../shared/data")) / "lists"


def parsed(form: str, *lines: str) -> Parsed:
    report = Parsed()
    FORMATS[form]([f"{line}\n".encode() for line in lines], report)
    return report


@pytest.mark.parametrize(
    ("form", "line", "names", "exact"),
    [
        ("hosts", "0.0.0.0 ads.example b.example # why", [], [b"ads.example", b"b.example"]),
        ("hosts", "127.0.0.1 localhost", [], []),
        ("domains", "Shop.Example.", [b"shop.example"], []),
        ("domains", "bücher.example", [b"xn--bcher-kva.example"], []),
        ("domains", "a.example,2026,extra", [b"a.example"], []),
        ("domains", "|one.example^", [], [b"one.example"]),
        ("wildcards", "*.tracker.example", [b"tracker.example"], []),
        ("adblock", "||ads.example^", [b"ads.example"], []),
        ("urls", "https://site.example/", [b"site.example"], []),
    ],
)
def test_what_a_line_means(form: str, line: str, names: list[bytes], exact: list[bytes]) -> None:
    report = parsed(form, line)
    assert (report.names, report.exact) == (names, exact)


@pytest.mark.parametrize(
    ("form", "line", "reason"),
    [
        ("hosts", "192.168.1.1 router.example", Reason.NOT_A_SINK),
        ("domains", "10.0.0.1", Reason.ADDRESS),
        ("domains", "localhost", Reason.SINGLE_LABEL),
        ("domains", "-bad-.example", Reason.NOT_A_NAME),
        ("adblock", "x.example##.ad", Reason.COSMETIC),
        ("adblock", "/banner[0-9]+/", Reason.PATTERN),
        ("adblock", "||x.example^$client=tv", Reason.UNSUPPORTED),
        ("urls", "https://host.example/page", Reason.PATH),
    ],
)
def test_what_is_refused_and_why(form: str, line: str, reason: Reason) -> None:
    report = parsed(form, line)
    assert report.refused == {reason: 1}
    assert report.taken == 0


@pytest.mark.parametrize("form", sorted(FORMATS))
@given(lines=st.lists(st.binary(max_size=80), max_size=20))
def test_any_bytes_are_taken_or_counted(form: str, lines: list[bytes]) -> None:
    FORMATS[form](lines, Parsed())


def test_a_bad_line_costs_nothing_else() -> None:
    assert parsed("domains", "a.example", "\0\ufffd!!", "b.example").taken == 2


@pytest.mark.skipif(not DATA.is_dir(), reason="the real lists of GUARDIAN_TEST_DATA are not here")
@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("adguarddns.hosts.gz", "hosts"),
        ("blp-tracking.adblock.gz", "adblock"),
        ("hagezi-light.wildcard.gz", "wildcards"),
        ("stevenblack.domains.gz", "domains"),
    ],
)
def test_real_lists_are_known_and_nearly_all_taken(file: str, form: str) -> None:
    path = DATA / file
    lines = gzip.decompress(path.read_bytes()).splitlines()
    content = [line for line in lines if line.strip() and line.lstrip()[:1] not in b"#!"]
    report, why = read_source(Source("real", "ads", str(path)), path)
    assert why.startswith(form)
    assert abs(report.taken - len(content)) <= 20


@pytest.mark.skipif(not DATA.is_dir(), reason="the real lists of GUARDIAN_TEST_DATA are not here")
def test_addresses_in_a_real_list_are_counted() -> None:
    path = DATA / "ut1-drogue.domains.gz"
    report, _ = read_source(Source("real", "drugs", str(path)), path)
    assert report.refused[Reason.ADDRESS] == 167


def test_detection_says_why() -> None:
    assert detect([b"# x\n", b"0.0.0.0 a.example\n"])[1] == "hosts: 100% of lines"
