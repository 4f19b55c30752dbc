"""What guardian has promised of its speed, as ratios, so that it can be judged on any machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.measure import Result


@dataclass(frozen=True, slots=True)
class Target:
    """guardian's CPU per query under a workload is at most `limit` times another server's."""

    workload: str
    other: str
    limit: float


TARGETS: Final = (
    Target("cached", "echo", 1.4),
    Target("cached", "dnsdist", 1.15),
    Target("cached", "dnsmasq", 1.0),
    Target("blocked", "echo", 1.4),
    Target("blocked", "dnsdist", 1.15),
    Target("blocked", "dnsmasq", 1.0),
    Target("mix", "dnsmasq", 1.0),
    Target("miss", "dnsdist", 1.7),
    Target("miss", "unbound", 1.0),
    Target("miss", "pdns-recursor", 1.0),
    Target("miss", "dnsmasq", 1.0),
)


@dataclass(frozen=True, slots=True)
class Judged:
    target: Target
    ratio: float

    @property
    def held(self) -> bool:
        return self.ratio <= self.target.limit


def judged(results: Mapping[tuple[str, str], Result]) -> list[Judged]:
    """Each target of which both sides were measured; `results` are by (workload, server)."""
    found = []
    for target in TARGETS:
        ours = results.get((target.workload, "guardian"))
        theirs = results.get((target.workload, target.other))
        if ours and theirs and ours.runs and theirs.runs and theirs.cpu:
            found.append(Judged(target, ours.cpu / theirs.cpu))
    return found
