"""guardian by itself: memory, start, and compiling a long list."""

import subprocess
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks import corpus, load
from benchmarks.measure import Bench
from benchmarks.processes import pss_megabytes
from benchmarks.report import aligned
from benchmarks.servers.base import NotStartedError
from benchmarks.servers.guardian import COMMAND, Guardian
from benchmarks.workloads import WORKLOADS

MANY: Final = 1_000_000
SETTLE: Final = 2.0  # seconds after a start, so that what was needed only once is given back


class Household(Guardian):
    """guardian with its bundled lists."""

    bundled = "all"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what was promised of it. limit: at most this; None where nothing was."""

    name: str
    title: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def held(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def row(self) -> tuple[str, ...]:
        promise = "" if self.limit is None else f"at most {self.limit:g}"
        verdict = "" if self.limit is None else ("held" if self.held else "MISSED")
        return (self.title, f"{self.value:.2f} {self.unit}", promise, verdict)


def measure(bench: Bench) -> tuple[list[Figure], list[str]]:
    """The figures, and a sentence for each that could not be taken."""
    figures: list[Figure] = []
    problems: list[str] = []
    many = bench.folder / "many.txt"
    write_names(many, corpus.listed(MANY))
    for part in (_compiling, _memory):
        try:
            figures += part(bench, many)
        except (NotStartedError, load.LoadError) as problem:
            problems.append(str(problem))
    return figures, problems


def table(figures: Iterable[Figure], problems: Iterable[str]) -> str:
    """The figures with what was promised of them, then what could not be measured."""
    rows = [figure.row() for figure in figures]
    return "\n".join(["guardian alone", *aligned(rows), *(f"  {said}" for said in problems)])


def write_names(path: Path, names: Iterable[str]) -> None:
    """A list of names, a line each."""
    with path.open("w") as file:
        file.writelines(f"{name}\n" for name in names)


def _compiling(bench: Bench, many: Path) -> list[Figure]:
    index = bench.folder / "many.gdx"
    begun = time.monotonic()
    argv = [*COMMAND, "lists", "compile", str(many), "--format", "domains", "-o", str(index)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    taken = time.monotonic() - begun
    if done.returncode != 0 or not index.exists():
        raise load.LoadError(f"guardian lists compile failed: {done.stderr.strip()[-300:]}")
    return [
        Figure("compile_s", "compile 1 M names", taken, "s", 6),
        Figure("index_mb", "their index", index.stat().st_size / 1e6, "MB", 11),
    ]


def _memory(bench: Bench, many: Path) -> list[Figure]:
    few = bench.folder / "few.txt"
    write_names(few, corpus.listed(1))
    small, _ = _sizes(bench, few, "few")
    large, ready = _sizes(bench, many, "many")
    more = sum(large.values()) - sum(small.values())
    return [
        Figure("resolver_mb", "resolver, bundled lists, PSS", small["resolver"], "MB", 25),
        Figure("control_mb", "control, bundled lists, PSS", small["control"], "MB", 45),
        Figure("million_mb", "1 M names more, both, PSS", more, "MB", 12),
        Figure("start_s", "start to first answer, 1 M names compiled", ready, "s", 1),
    ]


def _sizes(bench: Bench, names: Path, folder: str) -> tuple[dict[str, float], float]:
    """Memory by part after a second start, the index being compiled; and that start's seconds."""
    server = _household(bench, names, folder)
    try:
        server.start()
        server.stop()
        begun = time.monotonic()
        server.start()
        ready = time.monotonic() - begun
        queries = WORKLOADS[0].write(bench.folder, 0, 1)
        load.full(server.place.port, queries, 5, bench.plan.load_core, once=True)
        time.sleep(SETTLE)
        parts = server.parts()
        if not parts["control"]:
            raise NotStartedError(f"guardian's resolver process was not found among {parts}")
        return {part: pss_megabytes(pids) for part, pids in parts.items()}, ready
    finally:
        server.stop()


def _household(bench: Bench, names: Path, folder: str) -> Household:
    return Household(replace(bench.place(folder), names=names))


def as_json(figures: Iterable[Figure]) -> list[dict[str, object]]:
    return [asdict(figure) | {"held": figure.held} for figure in figures]
