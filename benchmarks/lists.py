"""Lists alone: what it costs to load long ones, guardian beside its peers.

`python -m benchmarks.lists FOLDER NAMES` is guardian's own part, in a process whose children are
the compiling ones only.
"""

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import corpus
from benchmarks.measure import Bench
from benchmarks.processes import cpu_seconds, pss_megabytes
from benchmarks.report import aligned
from benchmarks.servers import NotStartedError, Server
from benchmarks.servers.dnsmasq import Dnsmasq
from benchmarks.servers.recursor import Recursor
from benchmarks.servers.unbound import Unbound
from guardian.lists.library import Library
from guardian.lists.source import Source
from guardian.names import to_wire

SIZES: Final = (200_000, 1_000_000, 5_000_000)
CHANGED: Final = 10_000  # names of the second list, half of which change
ASKED: Final = 100_000
PEERS: Final[tuple[type[Server], ...]] = (Dnsmasq, Unbound, Recursor)
_ENDINGS: Final = ("com",) * 8 + ("net", "org", "de", "fr", "com.br", "co.uk", "info", "top")
_HOSTS: Final = ("www", "m", "cdn", "ads", "img", "de")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one server needed for a list. cpu: seconds. peak, resident: MB; peak of guardian: of the
    compiling process; resident: what the names add to a resolver that was asked for many.
    disk: MB. look_up: µs for an unknown name of four labels. change: CPU seconds until a second
    list, half of whose 10,000 names are others, is compiled too. problem: why there is nothing.
    """

    server: str
    names: int
    cpu: float = 0.0
    peak: float = 0.0
    resident: float = 0.0
    disk: float = 0.0
    look_up: float = 0.0
    change: float = 0.0
    problem: str = ""


def registered(count: int, seed: int = 1) -> Iterator[str]:
    """Names as lists have them: registered ones, three in ten with a host before them."""
    draw = random.Random(seed)
    for number in range(count):
        host = f"{draw.choice(_HOSTS)}." if draw.random() < 0.3 else ""
        yield f"{host}w{draw.getrandbits(24):x}{seed:x}-{number:x}.{draw.choice(_ENDINGS)}"


def measure(site: Bench, sizes: Sequence[int] = SIZES) -> list[Loaded]:
    """guardian and its peers, each with each list."""
    found: list[Loaded] = []
    for size in sizes:
        names = site.folder / f"names-{size}.txt"
        blocked = next(corpus.listed(1))
        with names.open("w") as file:
            file.write(f"{blocked}\n")
            file.writelines(f"{name}\n" for name in registered(size - 1))
        found.append(_guardian(site.folder / f"guardian-{size}", names, size))
        for kind in PEERS:
            place = replace(site.place(f"{kind.name}-{size}"), names=names, blocked=blocked)
            found.append(_peer(kind, kind(place), size))
    return found


def table(found: Sequence[Loaded]) -> str:
    """All of it, for people."""
    head = ("server", "names", "CPU s", "peak MB", "resident MB", "disk MB", "µs", "change s")
    return "\n".join(aligned([head, *map(_row, found)]))


def as_json(found: Sequence[Loaded]) -> list[dict[str, object]]:
    """The same for programs."""
    return [asdict(each) for each in found]


def _row(each: Loaded) -> tuple[str, ...]:
    if each.problem:
        return (each.server, f"{each.names:,}", each.problem, "", "", "", "", "")
    figures = (each.cpu, each.peak, each.resident, each.disk, each.look_up, each.change)
    return (each.server, f"{each.names:,}", *(f"{one:.1f}" if one else "" for one in figures))


def _peer(kind: type[Server], server: Server, size: int) -> Loaded:
    if why := kind.missing():
        return Loaded(kind.name, size, problem=why)
    try:
        server.start()
        pids = server.pids()
        peak = sum(map(_peak_megabytes, pids))
        return Loaded(kind.name, size, cpu_seconds(pids), peak, pss_megabytes(pids))
    except NotStartedError as problem:
        return Loaded(kind.name, size, problem=str(problem)[:80])
    finally:
        server.stop()


def _peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1]
    return int(status.split()[0]) / 1024


def _guardian(folder: Path, names: Path, size: int) -> Loaded:
    folder.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "benchmarks.lists", str(folder), str(names)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        return Loaded("guardian", size, problem=(done.stderr.splitlines() or ["it failed"])[-1])
    return replace(Loaded(**json.loads(done.stdout)), names=size)


def _alone(folder: Path, names: Path) -> Loaded:
    few = folder / "few.txt"
    few.write_text("\n".join(registered(CHANGED, seed=2)))
    sources = [
        Source("many", "ads", str(names), format="domains"),
        Source("few", "games", str(few), format="domains"),
    ]
    library = Library(folder / "lists", sources, lambda: datetime.now(UTC))
    path = asyncio.run(library.compile())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    resident, look_up = _asked(library)
    lines = few.read_text().split()
    half = lines[: CHANGED // 2] + list(registered(CHANGED // 2, seed=3))
    few.write_text("\n".join(half))
    asyncio.run(library.compile())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    change = after.ru_utime + after.ru_stime - cpu
    disk = path.stat().st_size / 1e6
    return Loaded("guardian", 0, cpu, peak, resident, disk, look_up, change)


def _asked(library: Library) -> tuple[float, float]:
    """What an index in use adds to a process, in MB, and the time of a look-up in µs."""
    wires = [to_wire(name) for name in (f"a.www.new-{n:x}.com" for n in range(ASKED))]
    before = pss_megabytes([os.getpid()])
    opened = library.open_index(lambda problem: print(problem, file=sys.stderr))
    assert opened is not None
    match = opened[1].match
    begun = time.process_time()
    for wire in wires:
        match(wire, 1)
    spent = time.process_time() - begun
    return pss_megabytes([os.getpid()]) - before, spent / ASKED * 1e6


if __name__ == "__main__":
    print(json.dumps(asdict(_alone(Path(sys.argv[1]), Path(sys.argv[2])))))
