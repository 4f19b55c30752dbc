"""Adblock syntax: what DNS can honour is taken, everything else counted by what it is."""

from collections.abc import Callable

import pytest

from guardian.lists.entry import (
    BLOCKS_ALL,
    BLOCKS_BELOW,
    BLOCKS_ONE,
    Kind,
    Modifiers,
    Scope,
    Variety,
)
from guardian.lists.report import MOST_EXPRESSIONS, Parsed, Reason, Rule

ALL, ONE = Scope.SUBDOMAINS, Scope.EXACT


@pytest.mark.parametrize(
    ("line", "name", "variety"),
    [
        ("||ads.example^", b"ads.example", BLOCKS_ALL),
        ("||ads.example^|", b"ads.example", BLOCKS_ALL),
        ("||ads.example", b"ads.example", BLOCKS_ALL),
        ("||ADS.example^", b"ads.example", BLOCKS_ALL),
        ("||bücher.example^", b"xn--bcher-kva.example", BLOCKS_ALL),
        ("|ads.example^", b"ads.example", BLOCKS_ONE),
        ("ads.example^", b"ads.example", BLOCKS_ALL),
        ("ads.example^|", b"ads.example", BLOCKS_ALL),
        ("||*.ads.example^", b"ads.example", BLOCKS_BELOW),
        ("*.ads.example^", b"ads.example", BLOCKS_BELOW),
        (".ads.example^|", b"ads.example", BLOCKS_BELOW),
        ("||ads.example^$dnsrewrite=NXDOMAIN", b"ads.example", BLOCKS_ALL),
        ("||ads.example^$dnsrewrite=NXDOMAIN;;", b"ads.example", BLOCKS_ALL),
        ("|ads.example^$dnsrewrite=REFUSED", b"ads.example", BLOCKS_ONE),
        ("||ads.example^$dnsrewrite=192.0.2.1", b"ads.example", BLOCKS_ALL),
        ("||ads.example^$dnsrewrite=NOERROR;A;192.0.2.1", b"ads.example", BLOCKS_ALL),
        ("||ads.example^$dnsrewrite=NOERROR;CNAME;safe.example", b"ads.example", BLOCKS_ALL),
        ("ads.example", b"ads.example", BLOCKS_ONE),
        ("@@||ads.example^", b"ads.example", Variety(Kind.ALLOW, ALL)),
        ("@@|ads.example^", b"ads.example", Variety(Kind.ALLOW, ONE)),
        (
            "||ads.example^$important",
            b"ads.example",
            Variety(Kind.BLOCK, ALL, Modifiers(important=True)),
        ),
        (
            "||ads.example^$dnstype=A|AAAA",
            b"ads.example",
            Variety(Kind.BLOCK, ALL, Modifiers(only_types=frozenset({1, 28}))),
        ),
        (
            "||ads.example^$dnstype=~aaaa",
            b"ads.example",
            Variety(Kind.BLOCK, ALL, Modifiers(not_types=frozenset({28}))),
        ),
        (
            "||ads.example^$denyallow=b.ads.example|A.ads.example,important",
            b"ads.example",
            Variety(
                Kind.BLOCK,
                ALL,
                Modifiers(important=True, denyallow=("a.ads.example", "b.ads.example")),
            ),
        ),
    ],
)
def test_what_a_rule_means(
    read: Callable[..., Parsed], line: str, name: bytes, variety: Variety
) -> None:
    report = read("adblock", line)
    taken = [Rule(each, BLOCKS_ALL) for each in report.names]
    taken += [Rule(each, BLOCKS_ONE) for each in report.exact]
    taken += [Rule(each, BLOCKS_BELOW) for each in report.below]
    assert [*taken, *report.special] == [Rule(name, variety)]
    assert report.refused.total() == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("shop.example##.ad", Reason.COSMETIC),
        ("##.ad", Reason.COSMETIC),
        ("#@#.ad", Reason.COSMETIC),
        ("shop.example#?#div:has(a)", Reason.COSMETIC),
        (r"/^(?!ads)\d+\./", Reason.TOO_OPEN),
        ("/.*/", Reason.TOO_OPEN),
        ("||*a*^$third-party", Reason.UNSUPPORTED),
        ("||ads.example/banner^", Reason.PATTERN),
        ("-banner-", Reason.NOT_A_NAME),
        ("|.ads.example^", Reason.PATTERN),
        ("|*.ads.example^", Reason.PATTERN),
        ("://ads.example^", Reason.PATTERN),
        ("||ads.example^$third-party", Reason.UNSUPPORTED),
        ("||ads.example^$dnsrewrite=NOERROR;TXT;hello", Reason.UNSUPPORTED),
        ("||ads.example^$dnsrewrite=NOSUCH;A;192.0.2.1", Reason.UNSUPPORTED),
        ("||ads.example^$dnsrewrite", Reason.UNSUPPORTED),
        ("@@||ads.example^$dnsrewrite=NXDOMAIN", Reason.UNSUPPORTED),
        ("||ads.example^$client=192.0.2.1", Reason.UNSUPPORTED),
        ("||ads.example^$ctag=device_tv", Reason.UNSUPPORTED),
        ("||ads.example^$dnstype=NOSUCH", Reason.UNSUPPORTED),
        ("||ads.example^$dnstype", Reason.UNSUPPORTED),
        ("||ads.example^$denyallow=", Reason.UNSUPPORTED),
        ("||word^", Reason.SINGLE_LABEL),
        ("||192.0.2.1^", Reason.ADDRESS),
    ],
)
def test_why_a_rule_is_refused(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    report = read("adblock", "||a.example^", line, "||b.example^")
    assert report.refused == {reason: 1}
    assert report.names == [b"a.example", b"b.example"]
    assert not report.special


@pytest.mark.parametrize("line", ["! ||a.example^", "# a.example", "[Adblock Plus 2.0]", "", "#"])
def test_comments_are_no_rules(read: Callable[..., Parsed], line: str) -> None:
    report = read("adblock", line)
    assert [report.names, report.exact, report.special] == [[], [], []]
    assert not report.refused


def test_badfilter_names_the_very_rule(read: Callable[..., Parsed]) -> None:
    report = read("adblock", "||a.example^", "@@||a.example^$badfilter,important")
    assert report.names == [b"a.example"]
    variety = Variety(Kind.ALLOW, ALL, Modifiers(important=True))
    assert report.taken_back == [Rule(b"a.example", variety)]


def test_what_dns_cannot_honour_is_counted_by_its_word(read: Callable[..., Parsed]) -> None:
    report = read(
        "adblock",
        "||a.example^$client=192.0.2.1",
        "||b.example^$client=~lina,important",
        "||c.example^$ctag=device_tv",
        "||d.example^$third-party",
        "||e.example^$\u00e9",
    )
    assert report.unsupported == {"$client": 2, "$ctag": 1, "$third-party": 1, "$…": 1}


@pytest.mark.parametrize(
    ("rule", "expression", "kind"),
    [
        (r"/^ads\d+\./", r"^ads\d+\.", Kind.BLOCK),
        ("@@/^ads$/", "^ads$", Kind.ALLOW),
        (r"/(^|\.)ad[0-9]$/$important", r"(^|\.)ad[0-9]$", Kind.BLOCK),
        ("||ads*.example^", r"(^|\.)ads.*\.example$", Kind.BLOCK),
        ("@@|ads*.example^|", r"^ads.*\.example$", Kind.ALLOW),
        ("-ads*x.", r"-ads.*x\.", Kind.BLOCK),
    ],
)
def test_patterns(read: Callable[..., Parsed], rule: str, expression: str, kind: Kind) -> None:
    report = read("adblock", rule, "||a.example^")
    [pattern] = report.patterns
    assert pattern.expression.text == expression
    assert pattern.variety.kind is kind
    assert pattern.variety.modifiers.important == rule.endswith("$important")
    assert report.as_data()["patterns"] == 1
    assert not report.refused


def test_a_pattern_that_is_taken_back(read: Callable[..., Parsed]) -> None:
    report = read("adblock", "/^ads/$badfilter", "/^ads/", "/^ads/$important")
    report.take_patterns_back()
    assert [each.variety.modifiers.important for each in report.patterns] == [True]
    assert not report.taken_back


def test_patterns_are_few(read: Callable[..., Parsed]) -> None:
    report = read("adblock", *[f"/^ads{number}x/" for number in range(300)])
    assert len(report.patterns) == MOST_EXPRESSIONS
    assert report.refused == {Reason.TOO_MANY: 300 - MOST_EXPRESSIONS}
    dear = read("adblock", *[f"/[a-z]{{20}}.{{20}}{number}x/" for number in range(200)])
    assert 0 < len(dear.patterns) < 200
