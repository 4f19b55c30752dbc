"""IWF-style lists: a page is never widened to its host."""

from collections.abc import Callable

import pytest

from guardian.lists.report import Parsed, Reason


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("https://site.example/", b"site.example"),
        ("http://Site.Example", b"site.example"),
        ("site.example", b"site.example"),
        ("site.example/", b"site.example"),
        ("http://site.example:80/", b"site.example"),
        ("https://site.example:443", b"site.example"),
        ("https://bücher.example/", b"xn--bcher-kva.example"),
    ],
)
def test_a_whole_site_is_taken(read: Callable[..., Parsed], line: str, name: bytes) -> None:
    report = read("urls", line)
    assert (report.names, report.exact) == ([name], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("https://big.example/page", Reason.PATH),
        ("https://big.example//", Reason.PATH),
        ("https://big.example/?page=2", Reason.PATH),
        ("https://big.example?page=2", Reason.PATH),
        ("https://big.example/#top", Reason.PATH),
        ("https://big.example:8443/", Reason.PATH),
        ("http://big.example:443/", Reason.PATH),
        ("ftp://big.example/", Reason.PATH),
        ("https://somebody@big.example/", Reason.PATH),
        ("https://big.example/,page", Reason.PATH),
        ('"https://big.example/,page"', Reason.PATH),
        ("https://192.0.2.1/", Reason.ADDRESS),
        ("https://[2001:db8::1]/", Reason.ADDRESS),
        ("https://example/", Reason.SINGLE_LABEL),
        ("https:///", Reason.NOT_A_NAME),
    ],
)
def test_everything_else_is_counted(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    report = read("urls", line)
    assert report.refused == {reason: 1}
    assert not report.names


def test_csv_with_a_header(read: Callable[..., Parsed]) -> None:
    report = read(
        "urls",
        "id, URL ,seen",
        '1,"https://whole.example/",2026-11-24',
        '2,"https://big.example/a,b",2026-11-24',
        '3,"https://big.example/,b",2026-11-24',
        "4",
        "5,https://other.example/,2026-11-24",
    )
    assert report.names == [b"whole.example", b"other.example"]
    assert report.refused == {Reason.PATH: 2, Reason.NOT_A_NAME: 1}
