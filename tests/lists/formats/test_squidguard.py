"""Categories of squidGuard and UT1: names with all below, pages never widened, white allows."""

import pytest

from guardian.lists.entry import Kind, Scope, Variety
from guardian.lists.formats import squidguard
from guardian.lists.report import Parsed, Reason, Rule

UT1 = ["b/adult/domains", "b/adult/urls", "b/adult/usage", "b/games/domains", "b/README"]


def test_the_files_of_a_category() -> None:
    assert squidguard.files_of(UT1, "adult") == UT1[:3]
    assert squidguard.files_of(UT1[3:], "") == ["b/games/domains"]


@pytest.mark.parametrize(
    ("category", "said"), [("", r"2 categories \(adult, games"), ("press", "no such one")]
)
def test_what_is_unclear_is_said(category: str, said: str) -> None:
    with pytest.raises(squidguard.Unclear, match=said):
        squidguard.files_of(UT1, category)


@pytest.mark.parametrize(
    ("usage", "white"),
    [([b"black"], False), ([b"white\r"], True), ([b"black", b"white"], False), ([], False)],
)
def test_usage(usage: list[bytes], white: bool) -> None:
    assert squidguard.is_white(usage) is white


def read(name: str, *lines: bytes, white: bool = False) -> Parsed:
    parsed = Parsed()
    squidguard.parser_of(name, white=white)(lines, parsed)
    return parsed


def test_each_file_is_read_as_what_it_is() -> None:
    assert read("a/domains", b"play.example", b"192.0.2.1").names == [b"play.example"]
    urls = read("a/urls", b"big.example/page", b"small.example")
    assert (urls.names, urls.refused) == ([b"small.example"], {Reason.PATH: 1})
    assert read("a/expressions", b"# why", b"(sex|xxx)").refused == {Reason.PATTERN: 1}


def test_a_white_category_allows() -> None:
    report = read("a/domains", b"health.example", b"|x", white=True)
    allows = Variety(Kind.ALLOW, Scope.SUBDOMAINS)
    assert (report.names, report.special) == ([], [Rule(b"health.example", allows)])
