"""IWF-style lists: a page is never widened to its host."""

from collections.abc import Callable

import pytest

from guardian.lists.formats import urls
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


def test_a_level_says_what_an_entry_means() -> None:
    lines = [
        b"level,url",
        b"page,https://a.example/",
        b"domain,https://b.example/",
        b"folder,https://c.example/x/",
        b"else,https://d.example/",
        b",https://e.example/",
        b"site,https://f.example/page",
    ]
    parsed = Parsed(confidential=True)
    urls.parse(lines, parsed)
    assert parsed.names == [b"b.example", b"e.example"]
    assert [(page.url, page.is_folder) for page in parsed.pages] == [
        (b"https://a.example/", False),
        (b"https://c.example/x/", True),
        (b"https://d.example/", False),
        (b"https://f.example/page", False),
    ]
    assert parsed.refused == {Reason.PATH: 4}


def test_pages_of_a_list_that_is_no_secret_are_only_counted(read: Callable[..., Parsed]) -> None:
    assert read("urls", "https://big.example/page").pages == []
