"""What guardian counts of itself, for machines that watch it: numbers, and never who or what.

Resolvers tell theirs every few seconds, as totals since they began. Where one is started again it
begins at zero, and what its forerunner had counted stays in the sum.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from guardian.service.supervise import Report
from guardian.web.figures import BUCKETS, UpstreamFigures

_MOST_SERVERS: Final = 64
_WEIGHT: Final = 0.3  # of the newest answer in the average
_SILENT_SECONDS: Final = 20.0  # after which a process counts as gone

Row = tuple[int, int, bool, list[float], str, str]
"""Of a server: questions sent, attempts lost, whether it is well, seconds of some answers, what is
wrong with it, for people, and what it is called (`targets.called`)."""


class Figures:
    """Counted since control began."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock: seconds that only grow."""
        self.queries = 0
        self.blocked = 0
        self._clock = clock
        self._living: dict[int, tuple[float, Mapping[str, Any]]] = {}
        self._gone: list[list[int]] = []  # sent and lost of processes that are no more, by place
        self._latency: list[list[int]] = []
        self._seconds: list[float] = []
        self._lately: dict[str, float] = {}  # seconds of an answer, by what the server is called

    def report(self, report: Report) -> None:
        """A second of a resolver."""
        self.queries += sum(row[0] for row in report.counts.values())
        self.blocked += sum(row[1] for row in report.counts.values())

    def tell(self, told: Mapping[str, Any]) -> None:
        """A resolver's totals: pid, sizes of caches, and a row for each server."""
        now, pid = self._clock(), int(told["pid"])
        before = self._living.get(pid)
        if before is not None and _began_anew(before[1]["servers"], told["servers"]):
            self._retire(pid)
        self._living[pid] = (now, told)
        for each, (heard, _) in list(self._living.items()):
            if now - heard > _SILENT_SECONDS:
                self._retire(each)
        rows = told["servers"][:_MOST_SERVERS]
        present = {name for *_, name in rows}
        self._lately = {name: each for name, each in self._lately.items() if name in present}
        for place, (_, _, _, samples, _, name) in enumerate(rows):
            self._sample(place, samples)
            for sample in samples:
                before = self._lately.get(name, sample)
                self._lately[name] = before + (sample - before) * _WEIGHT

    def _retire(self, pid: int) -> None:
        _, told = self._living.pop(pid)
        for place, (sent, lost, *_) in enumerate(told["servers"][:_MOST_SERVERS]):
            if place == len(self._gone):
                self._gone.append([0, 0])
            self._gone[place][0] += sent
            self._gone[place][1] += lost

    def _sample(self, place: int, samples: list[float]) -> None:
        while len(self._latency) <= place:
            self._latency.append([0] * (len(BUCKETS) + 1))
            self._seconds.append(0.0)
        for sample in samples:
            at = next((n for n, top in enumerate(BUCKETS) if sample <= top), len(BUCKETS))
            self._latency[place][at] += 1
            self._seconds[place] += sample

    @property
    def cached(self) -> tuple[int, int]:
        """Answers, and finished replies, in the caches of all."""
        sizes = [told["sizes"] for _, told in self._living.values()]
        return sum(each[0] for each in sizes), sum(each[1] for each in sizes)

    def upstreams(self) -> list[UpstreamFigures]:
        """Everybody who is asked, by their place in the configuration."""
        living = [told["servers"][:_MOST_SERVERS] for _, told in self._living.values()]
        return [self._upstream(place, living) for place in range(max(map(len, living), default=0))]

    def _upstream(self, place: int, living: list[list[Row]]) -> UpstreamFigures:
        rows = [each[place] for each in living if place < len(each)]
        sent, lost = self._gone[place] if place < len(self._gone) else (0, 0)
        return UpstreamFigures(
            sent=sent + sum(row[0] for row in rows),
            lost=lost + sum(row[1] for row in rows),
            is_well=all(row[2] for row in rows),
            latency=tuple(self._latency[place]),
            seconds=self._seconds[place],
            trouble=next((row[4] for row in rows if not row[2]), ""),
            called=rows[0][5] if rows else "",
            lately=self._lately.get(rows[0][5]) if rows else None,
        )


def _began_anew(before: list[Row], now: list[Row]) -> bool:
    """Whether the same process counts from zero again, for others perhaps."""
    pairs = zip(before, now, strict=False)
    return len(before) != len(now) or any(new[0] < old[0] for old, new in pairs)
