"""dnsperf's words, turned into figures."""

import pytest

from benchmarks.load import TIMEOUT, LoadError, latencies, parse, percentile

REPORT = """\
DNS Performance Testing Tool
Version 2.10.0

[Status] Testing complete (time limit)

Statistics:

  Queries sent:         1000
  Queries completed:    990 (99.00%)
  Queries lost:         10 (1.00%)

  Response codes:       NOERROR 900 (90.91%), SERVFAIL 30 (3.03%), NXDOMAIN 60 (6.06%)
  Average packet size:  request 35, response 51
  Run time (s):         0.500000
  Queries per second:   1980.000000

  Average Latency (s):  0.000098 (min 0.000047, max 0.000139)
  Latency StdDev (s):   0.000019
"""


def test_a_report_becomes_figures() -> None:
    found = parse(REPORT)
    assert (found.sent, found.answered, found.lost) == (1000, 990, 10)
    assert (found.seconds, found.mean) == (0.5, 0.000098)
    assert found.rcodes == {"NOERROR": 900, "SERVFAIL": 30, "NXDOMAIN": 60}
    assert found.rate == 1980


def test_lost_queries_and_error_answers_are_failures() -> None:
    assert parse(REPORT).failed == pytest.approx(0.04)


def test_a_report_with_no_answer_at_all_is_all_failure() -> None:
    report = REPORT.replace("990 (99.00%)", "0 (0.00%)").replace(
        "NOERROR 900 (90.91%), SERVFAIL 30 (3.03%), NXDOMAIN 60 (6.06%)", ""
    )
    assert parse(report).rcodes == {}
    assert parse(report).failed == 1


@pytest.mark.parametrize(
    "report", ["", "Error: unable to connect", REPORT.partition("Run time")[0]]
)
def test_a_report_without_figures_is_refused(report: str) -> None:
    with pytest.raises(LoadError, match="dnsperf gave no figure"):
        parse(report)


def test_latencies_are_read_and_a_lost_query_counts_in_full() -> None:
    lines = [
        "[Status] Sending queries (to 127.0.0.1:5301)",
        "> NOERROR www.shop-0.example A 0.000159",
        "> NXDOMAIN ads.click-1.example AAAA 0.000200",
        "> T www.shop-2.example A",
        "Statistics:",
    ]
    assert list(latencies(lines)) == [0.000159, 0.0002, TIMEOUT]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, 0),
        ([7], 0.99, 7),
        ([3, 1, 2], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2),
        (range(1, 101), 0.99, 99),
        (range(1, 101), 1.0, 100),
        (range(1, 101), 0.0, 1),
    ],
)
def test_percentiles_are_values_that_occurred(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected
