"""What askers feel of a long list that is compiled and put in force: latency, with and without.

guardian runs as at home, all of its processes on one core, as on the smallest router. A name is
added to a list of a million and a category to the profile; the lists are read and compiled in their
process, and the resolver takes them over, while names that are cached, or blocked, are asked for.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import Final

from benchmarks import corpus, load
from benchmarks.alone import MANY, Figure, Household, write_names
from benchmarks.measure import PACE, Bench
from benchmarks.probe import answers
from benchmarks.processes import until
from benchmarks.servers.base import NotStartedError
from benchmarks.workloads import WORKLOADS, Workload

SECONDS: Final = 10.0  # that are asked in; the compilation begins after the first
_ASKED: Final = tuple(each for each in WORKLOADS if each.name in ("cached", "blocked"))
_FORCE_SECONDS: Final = 120  # until an added name must be blocked


def measure(bench: Bench) -> list[Figure]:
    """The figures. Raises NotStartedError, LoadError."""
    many = bench.folder / "reloaded.txt"
    write_names(many, corpus.listed(MANY))
    server = Household(replace(bench.place("reloaded"), names=many))
    try:
        server.start()
        return [
            figure
            for number, workload in enumerate(_ASKED)
            for figure in _asked(bench, server, many, workload, number)
        ]
    finally:
        server.stop()


def _asked(
    bench: Bench, server: Household, many: Path, workload: Workload, number: int
) -> list[Figure]:
    queries = workload.write(bench.folder, 0, 1)
    load.full(server.place.port, queries, 5, bench.plan.load_core, once=True)
    quiet = _latencies(bench, server, queries)
    added = f"added-{number}.example"
    changed = Timer(1.0, _change, (server, many, added, number))
    changed.start()
    disturbed = _latencies(bench, server, queries)
    changed.join()
    if not until(lambda: _blocks(server, added), _FORCE_SECONDS):
        raise NotStartedError("a name added to the list was not blocked after a reload")
    return _figures(workload.name, quiet, disturbed)


def _figures(name: str, quiet: Sequence[float], disturbed: Sequence[float]) -> list[Figure]:
    def figure(share: float, when: str, values: Sequence[float]) -> Figure:
        short = f"p{share * 100:.0f}"
        title = f"{name}, {short} at {PACE:,} q/s, {when}"
        return Figure(f"{name}_{when}_{short}_us", title, _micros(values, share), "µs")

    shares = (0.5, 0.99)
    both = (("quiet", quiet), ("compiling", disturbed))
    found = [figure(share, when, values) for when, values in both for share in shares]
    ratio = _micros(disturbed, 0.99) / _micros(quiet, 0.99)
    return [*found, Figure(f"{name}_ratio", f"{name}, p99 compiling against quiet", ratio, "×", 2)]


def _micros(values: Sequence[float], share: float) -> float:
    return load.percentile(values, share) * 1e6


def _latencies(bench: Bench, server: Household, queries: Path) -> list[float]:
    output, core = bench.folder / "reload.txt", bench.plan.load_core
    return load.paced(server.place.port, queries, SECONDS, core, PACE, output)


def _change(server: Household, names: Path, added: str, number: int) -> None:
    """A name more in the list, and another category in the profile, as after a parent's edit."""
    with names.open("a") as file:
        file.write(f"{added}\n")
    server.configure(server.settings(("ads", ("gambling", "adult")[number])))
    server.reload()


def _blocks(server: Household, name: str) -> bool:
    return answers(server.place.port, name, 0.5) in ([], ["0.0.0.0"])
