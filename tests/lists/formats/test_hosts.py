"""hosts files: one host alone, sinks only, the machine's own names left out."""

from collections.abc import Callable

import pytest

from guardian.lists.report import Parsed, Reason


@pytest.mark.parametrize(
    ("line", "exact"),
    [
        ("0.0.0.0 ads.example", [b"ads.example"]),
        ("127.0.0.1\tads.example b.example  # why", [b"ads.example", b"b.example"]),
        ("::1 ADS.Example.", [b"ads.example"]),
        ("0 ads.example", [b"ads.example"]),
        ("  0.0.0.0 _dmarc.ads.example\r", [b"_dmarc.ads.example"]),
        ("0.0.0.0 bücher.example", [b"xn--bcher-kva.example"]),
        ("0.0.0.0 ads.example#why", [b"ads.example"]),
        ("127.0.0.1 localhost", []),
        ("::1 ip6-localhost ip6-loopback", []),
        ("fe80::1%lo0 localhost", []),
        ("0.0.0.0 0.0.0.0", []),
        ("# 0.0.0.0 ads.example", []),
    ],
)
def test_what_a_line_means(read: Callable[..., Parsed], line: str, exact: list[bytes]) -> None:
    report = read("hosts", line)
    assert (report.names, report.exact, report.refused.total()) == ([], exact, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("192.168.1.1 router.example", Reason.NOT_A_SINK),
        ("2001:db8::1 router.example", Reason.NOT_A_SINK),
        ("ads.example", Reason.NOT_A_NAME),
        ("0.0.0.0 word", Reason.SINGLE_LABEL),
        ("0.0.0.0 10.0.0.1", Reason.ADDRESS),
        ("0.0.0.0 -ads.example", Reason.NOT_A_NAME),
        ("0.0.0.0 xn--zzzzzzzz99999.example", Reason.NOT_A_NAME),
        ("0.0.0.0 " + "a" * 64 + ".example", Reason.NOT_A_NAME),
    ],
)
def test_why_a_line_is_refused(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    report = read("hosts", "0.0.0.0 a.example", line, "0.0.0.0 b.example")
    assert report.refused == {reason: 1}
    assert report.exact == [b"a.example", b"b.example"]
    assert report.samples[reason] == [f"line 2: {line}"]
