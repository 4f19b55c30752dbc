"""What is asked: the four workloads, each a file of queries that dnsperf reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import corpus

# More than any server answers in a second on one core; a file must not run out before its run.
MOST_PER_SECOND: Final = 250_000
MOST_MISSES_PER_SECOND: Final = 150_000

Lines = Callable[[int, float], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Workload:
    """A kind of load.

    floor: the name of the server that does the same without any DNS work.
    lines: the queries of a run, by the run's number and its length in seconds.
    fresh: whether no name may come twice, so that every run needs a file of its own, read once.
    """

    name: str
    title: str
    floor: str
    lines: Lines
    fresh: bool = False

    def write(self, folder: Path, run: int, seconds: float) -> Path:
        """The query file of a run; where runs may share one, the file of an earlier run."""
        path = folder / f"{self.name}-{run if self.fresh else 0}.txt"
        if not path.exists():
            with path.open("w") as file:
                file.writelines(f"{line}\n" for line in self.lines(run, seconds))
        return path


def _cached(run: int, seconds: float) -> Iterator[str]:
    return (f"{name} A" for name in corpus.allowed(corpus.HOT))


def _blocked(run: int, seconds: float) -> Iterator[str]:
    return (f"{name} A" for name in corpus.blocked(corpus.HOT))


def _mix(run: int, seconds: float) -> Iterator[str]:
    pairs = corpus.mixed(run, int(seconds * MOST_PER_SECOND))
    return (f"{name} {qtype}" for name, qtype in pairs)


def _miss(run: int, seconds: float) -> Iterator[str]:
    return (f"{name} A" for name in corpus.unique(run, int(seconds * MOST_MISSES_PER_SECOND)))


WORKLOADS: Final = (
    Workload("cached", f"{corpus.HOT:,} allowed names, all cached", "echo", _cached),
    Workload("blocked", f"{corpus.HOT:,} names of the list", "echo", _blocked),
    Workload(
        "mix",
        f"{corpus.POPULAR:,} names by Zipf's law, {corpus.BLOCKED_SHARE:.0%} blocked, "
        f"{corpus.UNIQUE_SHARE:.0%} never seen; A, AAAA, HTTPS",
        "echo",
        _mix,
        fresh=True,
    ),
    Workload(
        "miss", "every name asked once, so that all are forwarded", "relay", _miss, fresh=True
    ),
)
