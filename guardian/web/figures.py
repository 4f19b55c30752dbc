"""Figures of a running guardian, and how Prometheus reads them (/metrics).

Numbers alone: no person, no name that anybody looked up and no address is in them; upstreams are
told apart by their place in the configuration, and lists by their ids. They are put together when
somebody asks, from what was counted anyway.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Upper ends, seconds, of the histogram of upstreams' answers."""


@dataclass(frozen=True, slots=True)
class UpstreamFigures:
    """sent: questions; lost: without an answer. latency: samples in each bucket, and above all.

    seconds: the sum of these samples; one a second is taken. trouble: what is wrong, for people.
    called: by which the server is found again. lately: seconds of its answers; None for none yet.
    """

    sent: int
    lost: int
    is_well: bool
    latency: tuple[int, ...]
    seconds: float
    trouble: str = ""
    called: str = ""
    lately: float | None = None


@dataclass(frozen=True, slots=True)
class ListFigures:
    """A list: its names, and when it was fetched last."""

    id: str
    names: int
    fetched: datetime | None
    is_well: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """All figures at a moment. cached: answers, finished replies. store: bytes on the disk.

    illegal_yesterday: list → look-ups of illegal content that were blocked on the last whole day;
    None where that is not counted.
    """

    version: str
    queries: int
    blocked: int
    cached: tuple[int, int]
    upstreams: tuple[UpstreamFigures, ...]
    lists: tuple[ListFigures, ...]
    restarts: int
    resolvers: int
    store: int
    problems: int
    now: datetime
    illegal_yesterday: Mapping[str, int] | None = None


def page(numbers: Numbers) -> tuple[bytes, str]:
    """The figures as text, and its content type."""
    from prometheus_client import CollectorRegistry  # only where somebody watches
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    class Once:
        def collect(self) -> Iterator[Any]:
            return _families(numbers)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once())
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _families(numbers: Numbers) -> Iterator[Any]:
    from prometheus_client.core import GaugeMetricFamily as Gauge
    from prometheus_client.core import InfoMetricFamily as Info

    yield Info("guardian", "Which guardian this is.", {"version": numbers.version})
    yield from _counters(numbers)
    gauges = (
        ("resolvers", "Resolver processes that answer.", numbers.resolvers),
        ("store_bytes", "The store on the disk.", numbers.store),
        ("problems", "What is wrong, as its pages say it.", numbers.problems),
    )
    for name, about, value in gauges:
        yield Gauge(f"guardian_{name}", about, float(value))
    cached = Gauge("guardian_cache_entries", "What is in the caches.", labels=["cache"])
    for name, count in zip(("answers", "replies"), numbers.cached, strict=True):
        cached.add_metric([name], count)
    yield cached
    yield from _upstreams(numbers)
    yield from _lists(numbers)
    if numbers.illegal_yesterday is not None:
        yield _illegal(numbers.illegal_yesterday)


def _counters(numbers: Numbers) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily as Counter

    for name, about, value in (
        ("queries", "Questions that devices asked.", numbers.queries),
        ("blocked", "Those that were blocked.", numbers.blocked),
        ("resolver_restarts", "Resolvers that were started again.", numbers.restarts),
    ):
        yield Counter(f"guardian_{name}", about, float(value))


def _upstreams(numbers: Numbers) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily as Counter
    from prometheus_client.core import GaugeMetricFamily as Gauge
    from prometheus_client.core import HistogramMetricFamily as Histogram

    labels = ["upstream"]
    sent = Counter("guardian_upstream_queries", "Questions sent on.", labels=labels)
    lost = Counter("guardian_upstream_timeouts", "Those without an answer.", labels=labels)
    well = Gauge("guardian_upstream_up", "Whether it answers.", labels=labels)
    took = Histogram(
        "guardian_upstream_seconds", "Time to an answer; one a second is taken.", labels=labels
    )
    for place, each in enumerate(numbers.upstreams, start=1):
        label = [str(place)]
        sent.add_metric(label, each.sent)
        lost.add_metric(label, each.lost)
        well.add_metric(label, float(each.is_well))
        if each.latency:
            took.add_metric(label, _buckets(each.latency), each.seconds)
    yield from (sent, lost, well, took)


def _buckets(counts: tuple[int, ...]) -> list[tuple[str, float]]:
    """Each bucket with all below it, as Prometheus has them."""
    ends = [*map(str, BUCKETS), "+Inf"]
    sums = [float(sum(counts[: at + 1])) for at in range(len(counts))]
    return list(zip(ends, sums, strict=True))


def _lists(numbers: Numbers) -> Iterator[Any]:
    from prometheus_client.core import GaugeMetricFamily as Gauge

    names = Gauge("guardian_list_names", "Names in a list.", labels=["list"])
    age = Gauge("guardian_list_age_seconds", "Since it was fetched.", labels=["list"])
    well = Gauge("guardian_list_up", "Whether nothing is wrong with it.", labels=["list"])
    for each in numbers.lists:
        names.add_metric([each.id], each.names)
        well.add_metric([each.id], float(each.is_well))
        if each.fetched is not None:
            age.add_metric([each.id], (numbers.now - each.fetched).total_seconds())
    yield from (names, age, well)


def _illegal(yesterday: Mapping[str, int]) -> Any:
    """Of a day that is over: a counter that grows under one's eyes would tell who is there."""
    from prometheus_client.core import GaugeMetricFamily as Gauge

    about = "Blocked look-ups of illegal content, of the last whole day."
    hits = Gauge("guardian_illegal_blocked_yesterday", about, labels=["list"])
    for each, count in yesterday.items():
        hits.add_metric([each], count)
    return hits
