"""Patterns match what they seem to, and nothing that could take long is taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.patterns import BadPattern, compiled


@pytest.mark.parametrize(
    ("pattern", "names", "others"),
    [
        ("ads*.example", ["ads.example", "ads7.example", "x.ads-eu.example"], ["my.ads.x.example"]),
        ("*tracker*.test", ["tracker.test", "a-tracker-b.test"], ["tracker.example", "track.test"]),
        ("cdn*.*.example", ["cdn3.eu.example"], ["cdn3.example", "cdn.eu.north.example"]),
        (r"/^ad[sx]?\d+\./", ["ads12.example", "ad1.test"], ["bad1.test", "ads.example"]),
        ("/casino/", ["my-casino.test", "casino.example"], ["cinema.test"]),
        (r"/\.(bet|casino)$/", ["site.bet", "a.b.casino"], ["bet.example"]),
        (r"/^www\d{1,3}\./", ["www12.example"], ["www.example", "www1234.example"]),
    ],
)
def test_what_a_pattern_means(pattern: str, names: list[str], others: list[str]) -> None:
    found = compiled(pattern)
    assert all(found.fullmatch(name) for name in names)
    assert not any(found.fullmatch(name) for name in others)


@pytest.mark.parametrize(
    "pattern",
    [
        "plain.example", "*", "*.*", "a b*.example", "a*b*c*d*.example", "/(a+)+$/", "/a*a*a*/",
        "/(a|b)*c/", r"/(?=a)b/", r"/(a)\1/", "/.*.*/", "/a**/", "/[a-z/", "/{3}/", "x" * 121 + "*",
        "/a{50}{50}/", "//", "/^a?a?a?a?b/", "/(a|aa)(a|aa)(a|aa)/",
    ],
)  # fmt: skip
def test_what_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compiled(pattern)


@settings(deadline=None)
@given(st.text(alphabet="ab.*+?[]()^$\\d{}1,|/-", max_size=30))
def test_whatever_is_taken_comes_to_an_end(text: str) -> None:
    worst = ["a" * 63 + "." + "b" * 63 + "." + "ab" * 31 + ".1" * 20, "a" * 253, "ab" * 126]
    for pattern in (text, f"/{text}/"):
        try:
            found = compiled(pattern)
        except BadPattern:
            continue
        for name in worst:
            found.fullmatch(name)  # what could take long would take hours here
