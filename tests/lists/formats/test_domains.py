"""Plain domains: each with all below it."""

from collections.abc import Callable

import pytest

from guardian.lists.report import Parsed, Reason


@pytest.mark.parametrize(
    ("line", "names", "exact"),
    [
        ("shop.example", [b"shop.example"], []),
        ("Shop.Example.\r", [b"shop.example"], []),
        ("bücher.example", [b"xn--bcher-kva.example"], []),
        ("xn--bcher-kva.example", [b"xn--bcher-kva.example"], []),
        ("a.example,2026,extra", [b"a.example"], []),
        ("a.example # why", [b"a.example"], []),
        ("a.example\t#why", [b"a.example"], []),
        ("*.a.example", [b"a.example"], []),
        ("|one.example^", [], [b"one.example"]),
        ("a" * 63 + ".example", [b"a" * 63 + b".example"], []),
        ("# a.example", [], []),
        ("! a.example", [], []),
        ("", [], []),
    ],
)
def test_what_a_line_means(
    read: Callable[..., Parsed], line: str, names: list[bytes], exact: list[bytes]
) -> None:
    report = read("domains", line)
    assert (report.names, report.exact, report.refused.total()) == (names, exact, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("10.0.0.1", Reason.ADDRESS),
        ("10.0.0.0/8", Reason.ADDRESS),
        ("2001:db8::1", Reason.ADDRESS),
        ("word", Reason.SINGLE_LABEL),
        ("two names.example", Reason.NOT_A_NAME),
        ("ends-with-.example", Reason.NOT_A_NAME),
        ("a..example", Reason.NOT_A_NAME),
        ("a.example.123", Reason.NOT_A_NAME),
        ("a" * 64 + ".example", Reason.NOT_A_NAME),
        (".".join(["a" * 60] * 5), Reason.NOT_A_NAME),
        ("xn--zzzzzzzz99999.example", Reason.NOT_A_NAME),
        ("shop.example##.banner", Reason.COSMETIC),
        ("##.banner", Reason.COSMETIC),
        ("shop.example#@#.banner", Reason.COSMETIC),
    ],
)
def test_why_a_line_is_refused(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    report = read("domains", "a.example", line, "b.example")
    assert report.refused == {reason: 1}
    assert report.names == [b"a.example", b"b.example"]


def test_latin_1_in_a_comment_costs_nothing(read: Callable[..., Parsed]) -> None:
    assert read("domains", b"a.example # caf\xe9").names == [b"a.example"]
