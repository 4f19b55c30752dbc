"""Overload: three times as many new names as a server can look up, and what is left for the rest.

A flood comes whether it is answered or not, as from a broken program or many of them. Beside it a
few devices ask on: for names that are cached, for listed ones, for new ones. Twice: where the
upstream is well and the server's core is what is short, and where the names of the flood belong to
an upstream that is silent, which must not be the others' loss.
"""

import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Final

from benchmarks import corpus, load
from benchmarks.alone import Figure
from benchmarks.flood import flood
from benchmarks.measure import Bench
from benchmarks.probe import LOOPBACK, answers
from benchmarks.processes import pss_megabytes, until
from benchmarks.servers.base import NotStartedError, Place, Server
from benchmarks.servers.dnsdist import Dnsdist
from benchmarks.servers.guardian import Guardian
from benchmarks.upstream import ADDRESS
from benchmarks.workloads import MOST_MISSES_PER_SECOND

TIMES: Final = 3  # as much as it can take
BESIDE: Final = 200  # queries a second of each kind
SILENT: Final = "silent.example"
_LOOK: Final = 0.25  # seconds between two looks at the memory


class CrowdedGuardian(Guardian):
    """guardian with a silent upstream for some names."""

    def __init__(self, place: Place, silent: int) -> None:
        super().__init__(place)
        self._silent = silent

    def settings(self, block: Sequence[str] = ("ads",)) -> Mapping[str, object]:
        made = dict(super().settings(block))
        silent = {"address": LOOPBACK, "port": self._silent, "for": SILENT}
        return made | {
            "upstreams": [silent, {"address": LOOPBACK, "port": self.place.upstream}],
        }


class CrowdedDnsdist(Dnsdist):
    """dnsdist with the same, as a pool."""

    def __init__(self, place: Place, silent: int) -> None:
        super().__init__(place)
        self._silent = silent

    def command(self) -> list[str]:
        command = super().command()
        with (self.place.folder / "dnsdist.conf").open("a") as conf:
            conf.write(
                f'newServer{{address="{LOOPBACK}:{self._silent}", pool="silent",'
                ' healthCheckMode="up"}\n'
                f'addAction({{"{SILENT}."}}, PoolAction("silent"))\n'
            )
        return command


def measure(bench: Bench) -> tuple[list[Figure], list[str]]:
    """Each server by itself, as a flood on one would be the others' too; and what went wrong."""
    figures: list[Figure] = []
    problems: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((LOOPBACK, 0))  # nobody reads from it
        for kind in (CrowdedGuardian, CrowdedDnsdist):
            if kind.missing():
                continue
            server = kind(bench.place(f"crowded-{kind.name}"), silent.getsockname()[1])
            try:
                server.start()
                figures += _Crowd(bench, server).measure()
            except (NotStartedError, load.LoadError, RuntimeError) as problem:
                problems.append(str(problem))
            finally:
                server.stop()
    return figures, problems


class _Crowd:
    """One server and all who ask it."""

    def __init__(self, bench: Bench, server: Server) -> None:
        self._bench = bench
        self._server = server
        self._ours = server.name == Guardian.name
        self._runs = count(1000)  # numbers that no other part of the benchmark has

    def measure(self) -> list[Figure]:
        plan = self._bench.plan
        self._full(self._known("cached", corpus.allowed(500)))
        self._full(self._known("blocked", corpus.blocked(500)))
        capacity = load.full(
            self._server.place.port,
            self._new(int(plan.seconds * MOST_MISSES_PER_SECOND)),
            plan.seconds,
            plan.load_core,
            once=True,
        ).rate
        return [
            self._figure("capacity", "names looked up a second", capacity, "/s"),
            *self._flooded("flood", "upstream well", capacity, TIMES * capacity, ""),
            *self._flooded("silent", "upstream silent", capacity, capacity / 2, SILENT),
        ]

    def _flooded(
        self, name: str, title: str, capacity: float, rate: float, zone: str
    ) -> list[Figure]:
        plan, port = self._bench.plan, self._server.place.port
        seconds, core = plan.seconds, plan.load_core
        paths = {
            "cached": self._known("cached", corpus.allowed(500)),
            "blocked": self._known("blocked", corpus.blocked(500)),
            "new": self._new(int((seconds + 1) * BESIDE)),
        }
        with _watched(self._server) as memory, ThreadPoolExecutor(len(paths)) as pool:
            beside = {
                kind: pool.submit(load.steady, port, path, seconds, core, BESIDE)
                for kind, path in paths.items()
            }
            said = flood(port, rate, seconds, next(self._runs), zone or "example", core)
            loads = {kind: each.result() for kind, each in beside.items()}
        begun = time.monotonic()
        back = until(self._is_well, 10, pause=0)
        taken = time.monotonic() - begun if back else 10.0
        figures = [
            self._figure(f"{name}_offered", f"{title}: asked for, × capacity",
                         said.sent / capacity, "×"),
            self._figure(f"{name}_answered", f"{title}: answered, × capacity",
                         said.answered / capacity, "×"),
        ]  # fmt: skip
        for kind, each in loads.items():
            lost = 100 * each.failed
            most = 1 if zone else None  # else the kernel drops what no core has the time to read
            figures += [
                self._figure(f"{name}_{kind}_lost", f"{title}: {kind} names lost", lost, "%", most),
                self._figure(f"{name}_{kind}_ms", f"{title}: {kind} names, mean",
                             each.mean * 1e3, "ms"),
            ]  # fmt: skip
        return [
            *figures,
            self._figure(f"{name}_memory", f"{title}: memory more at most",
                         max(memory) - memory[0], "MB", 64),
            self._figure(f"{name}_back", f"{title}: well again after", taken, "s", 1),
        ]  # fmt: skip

    def _figure(
        self, name: str, title: str, value: float, unit: str, limit: float | None = None
    ) -> Figure:
        server = self._server.name
        most = limit if self._ours else None
        return Figure(f"{server}_{name}", f"{server}, {title}", value, unit, most)

    def _is_well(self) -> bool:
        name = f"www.back-{next(self._runs):x}.example"
        return answers(self._server.place.port, name, 0.1) == [ADDRESS]

    def _full(self, queries: Path) -> None:
        plan = self._bench.plan
        for _ in range(2):  # as names are asked that are worth keeping
            load.full(self._server.place.port, queries, 10, plan.load_core, once=True)

    def _known(self, name: str, names: Sequence[str]) -> Path:
        return _written(self._bench.folder / f"crowd-{name}.txt", names)

    def _new(self, many: int) -> Path:
        """Names that nobody has asked for."""
        run = next(self._runs)
        return _written(self._bench.folder / f"crowd-new-{run}.txt", corpus.unique(run, many))


def _written(path: Path, names: Iterable[str]) -> Path:
    with path.open("w") as file:
        file.writelines(f"{name} A\n" for name in names)
    return path


@contextmanager
def _watched(server: Server) -> Iterator[list[float]]:
    """Its memory in MB: before, and then again and again."""
    sizes, ended = [pss_megabytes(server.pids())], Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            sizes.append(pss_megabytes(server.pids()))

    thread = Thread(target=look)
    thread.start()
    try:
        yield sizes
    finally:
        ended.set()
        thread.join()
