"""The measuring: rounds in which each server has its turn, and what came of them.

All servers of a workload are up at once and idle but for the one that is asked; run by run they
take turns, so that a noise on the machine meets all of them and not one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import corpus, load, upstream
from benchmarks.load import LoadError
from benchmarks.probe import free_port
from benchmarks.processes import cpu_seconds, pss_megabytes
from benchmarks.servers import NotStartedError, Place, Server
from benchmarks.workloads import Workload

PACE: Final = 2_000  # queries a second at which latency is taken: slow enough for every server
ACCEPTED_LOSS: Final = 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often; seconds are of one run."""

    seconds: float
    runs: int
    latency_seconds: float
    warm_seconds: float
    server_core: int
    load_core: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    cpu: µs of the server's time for each answer.
    rate: answers a second. busy: the server's share of its core.
    failed: share of queries lost, or answered with neither NOERROR nor NXDOMAIN.
    """

    cpu: float
    rate: float
    busy: float
    failed: float


@dataclass(slots=True)
class Result:
    """What one server did under one workload.

    latencies: p50 and p99 in µs at PACE queries a second.
    memory: PSS in MB after the runs, by part of the server.
    """

    server: str
    workload: str
    runs: list[Run] = field(default_factory=list)
    p50: float = 0.0
    p99: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)
    problem: str = ""

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def rate(self) -> float:
        return median(run.rate for run in self.runs)

    @property
    def busy(self) -> float:
        return median(run.busy for run in self.runs)

    @property
    def spread(self) -> float:
        """Half the distance between the dearest and the cheapest run, as a share of the median."""
        costs = [run.cpu for run in self.runs]
        return (max(costs) - min(costs)) / 2 / self.cpu if self.cpu else 0.0

    @property
    def failed(self) -> float:
        return max(run.failed for run in self.runs)


@contextmanager
def bench(folder: Path, plan: Plan) -> Iterator["Bench"]:
    """The list and the upstream, for as long as the block lasts."""
    names = folder / "names.txt"
    with names.open("w") as file:
        file.writelines(f"{name}\n" for name in corpus.listed())
    port = free_port()
    with upstream.start(folder / "upstream", port, plan.load_core):
        yield Bench(folder, plan, names, port)


class Bench:
    """A scratch folder with the list, an upstream that runs, and a plan."""

    def __init__(self, folder: Path, plan: Plan, names: Path, upstream_port: int) -> None:
        self.folder = folder
        self.plan = plan
        self.names = names
        self.upstream_port = upstream_port
        self.blocked = corpus.blocked(1)[0]
        self._queries = folder / "queries"
        self._queries.mkdir()

    def place(self, name: str) -> Place:
        return Place(
            folder=self.folder / name,
            port=free_port(),
            upstream=self.upstream_port,
            core=self.plan.server_core,
            names=self.names,
            blocked=self.blocked,
        )

    def measure(self, servers: Sequence[type[Server]], workload: Workload) -> list[Result]:
        """Every server under one workload; one that does not start, or dies, says so in it."""
        with ExitStack() as stack:
            turns = []
            for kind in servers:
                turn = Turn(kind(self.place(kind.name)), workload, self.plan)
                stack.callback(turn.server.stop)
                turn.attempt(turn.server.start)
                turns.append(turn)
            self._round(0, self.plan.warm_seconds, turns, Turn.warm)
            for run in range(1, self.plan.runs + 1):
                self._round(run, self.plan.seconds, turns, Turn.full)
            self._round(self.plan.runs + 1, self.plan.latency_seconds, turns, Turn.paced)
            for turn in turns:
                turn.attempt(turn.remember)
            return [turn.result for turn in turns]

    def _round(
        self,
        number: int,
        seconds: float,
        turns: Sequence["Turn"],
        step: Callable[["Turn", Path], None],
    ) -> None:
        workload = turns[0].workload
        queries = workload.write(self._queries, number, seconds)
        for turn in turns:
            turn.attempt(partial(step, turn, queries))
        if workload.fresh:
            queries.unlink()


class Turn:
    """One server under one workload, a step at a time; after its first problem it rests."""

    def __init__(self, server: Server, workload: Workload, plan: Plan) -> None:
        self.server = server
        self.workload = workload
        self.plan = plan
        self.result = Result(server.name, workload.name)

    def attempt(self, step: Callable[[], None]) -> None:
        if self.result.problem:
            return
        try:
            step()
        except (NotStartedError, LoadError, TimeoutError) as problem:
            self.result.problem = str(problem)
            self.server.stop()

    def warm(self, queries: Path) -> None:
        """Every name once, or the time for warming of those that never come again."""
        seconds = self.plan.warm_seconds if self.workload.fresh else 20.0
        load.full(self.server.place.port, queries, seconds, self.plan.load_core, once=True)

    def full(self, queries: Path) -> None:
        """A run at full load."""
        before = cpu_seconds(self.server.pids())
        report = load.full(
            self.server.place.port,
            queries,
            self.plan.seconds,
            self.plan.load_core,
            once=self.workload.fresh,
        )
        self._must_live()
        used = cpu_seconds(self.server.pids()) - before
        if not report.answered:
            raise LoadError(f"{self.server.name} answered none of {report.sent} queries")
        self.result.runs.append(
            Run(
                cpu=used / report.answered * 1e6,
                rate=report.rate,
                busy=used / report.seconds,
                failed=report.failed,
            )
        )

    def paced(self, queries: Path) -> None:
        """Latency at PACE queries a second: neither the queue nor the load shows in it."""
        output = self.server.place.folder / "latency.txt"
        found = load.paced(
            self.server.place.port,
            queries,
            self.plan.latency_seconds,
            self.plan.load_core,
            PACE,
            output,
        )
        self._must_live()
        self.result.p50 = load.percentile(found, 0.50) * 1e6
        self.result.p99 = load.percentile(found, 0.99) * 1e6

    def remember(self) -> None:
        self.result.memory = {
            part: pss_megabytes(pids) for part, pids in self.server.parts().items() if pids
        }

    def _must_live(self) -> None:
        if not self.server.alive:
            raise LoadError(f"{self.server.name} died under the load")
