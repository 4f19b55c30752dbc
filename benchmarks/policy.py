"""The policy: what a whole city costs to compile, how soon a change is in force, and its nights.

Changes are told as a parent feels them: from the moment before the store is written until a real
query gets the other answer. Control is woken, as commands wake it.
"""

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from dnslib import DNSRecord

from benchmarks import upstream
from benchmarks.alone import Figure
from benchmarks.city import PROFILES, address, denied
from benchmarks.measure import Plan
from benchmarks.probe import free_port
from benchmarks.processes import until
from guardian.policy.timeline import Opened, Pause
from guardian.service.wake import wake
from guardian.store.household import Store

CITY: Final = 100_000
SCHOOL: Final = 1_000
CHANGES: Final = 20
OPEN: Final = "open.example"
GROWN: Final = 7  # a person whose profile leaves it open, as those of all fifty further on do
_PATIENCE: Final = 60.0  # seconds that a city has to be in force, or a change to reach it
_BEFORE: Final = 2.0  # seconds before and after nightfall in which is asked
_HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class Town:
    """People in force. facts: what compiling them took, in seconds and MB."""

    people: int
    port: int
    store: Store
    folder: Path
    facts: dict[str, float]

    def asker(self, person: int) -> "Asker":
        return Asker(self.port, str(address(person)))


class Asker:
    """A device that asks one question after the other. longest: seconds it had to wait so far."""

    def __init__(self, port: int, client: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.bind((client, 0))
        self._socket.connect(("127.0.0.1", port))
        self.longest = 0.0

    def is_open(self, query: bytes) -> bool:
        begun = time.perf_counter()
        self._socket.send(query)
        reply = self._socket.recv(4096)
        self.longest = max(self.longest, time.perf_counter() - begun)
        return reply.endswith(socket.inet_aton(upstream.ADDRESS))

    def wait(self, query: bytes) -> None:
        """Ask until it is open: the first ones wait for the upstream."""
        if not until(lambda: self.is_open(query), seconds=5):
            raise TimeoutError("what should be open for everybody is not")
        self.longest = 0.0

    def close(self) -> None:
        self._socket.close()


def question(qname: str) -> bytes:
    return bytes(DNSRecord.question(qname).pack())


@contextmanager
def town(folder: Path, people: int, dns: int, *more: str) -> Iterator[Town]:
    """People in force, in processes of their own. dns: the upstream's port."""
    port = free_port()
    argv = [sys.executable, "-m", "benchmarks.city", str(people), str(port), str(dns), str(folder)]
    with subprocess.Popen(
        [*argv, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        facts: dict[str, Any] = json.loads(process.stdout.readline())
        store = Store.open(folder / "guardian.db")
        yield Town(people, port, store, folder, facts)
        store.close()


def in_force(
    place: Town, asker: Asker, query: bytes, write: Callable[[], None], *, is_open: bool
) -> float:
    """Seconds from before a write until a query gets the other answer."""
    begun = time.perf_counter()
    write()
    wake(place.folder)
    while asker.is_open(query) is not is_open:
        if time.perf_counter() - begun > _PATIENCE:
            raise TimeoutError(f"a change among {place.people} people did not arrive")
    return time.perf_counter() - begun


def pauses(place: Town) -> tuple[list[float], float]:
    """Seconds until each of some pauses and their ends were in force; the longest query."""
    taken, query, longest = [], question(OPEN), 0.0
    for step in range(CHANGES):
        person = GROWN + step * (place.people // CHANGES)
        asker, name = place.asker(person), f"person-{person}"
        asker.wait(query)
        now = datetime.now(UTC)
        pause = Pause(name, None, now, now + _HOUR)
        taken += [
            in_force(place, asker, query, partial(place.store.spells.add, pause), is_open=False),
            in_force(
                place,
                asker,
                query,
                partial(place.store.spells.end, Pause, name, None),
                is_open=True,
            ),
        ]
        longest = max(longest, asker.longest)
        asker.close()
    return taken, longest


def requests(place: Town, *, own: bool) -> list[float]:
    """Seconds until each of some names that children asked for was open."""
    taken = []
    for step in range(CHANGES):
        person = GROWN + step * (place.people // CHANGES)
        name = denied(person if own else person % PROFILES)
        asker, now = place.asker(person), datetime.now(UTC)
        opened = Opened(f"person-{person}", name, now, now + _HOUR)
        query = question(name)
        assert not asker.is_open(query)
        taken.append(
            in_force(place, asker, query, partial(place.store.spells.add, opened), is_open=True)
        )
        asker.close()
    return taken


def nightfall(folder: Path, dns: int) -> tuple[float, float]:
    """The longest that a query waited when a whole city's night began, and in the quiet before."""
    night = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=2)
    with town(folder, CITY, dns, "--night", f"{night.timestamp():.0f}") as place:
        query = question(OPEN)
        place.asker(GROWN).wait(query)
        everybody = [place.asker(person) for person in range(PROFILES)]
        askers = [each for each in everybody if each.is_open(query)]  # the youngest have it never
        quiet = _longest(askers, query, time.time() + 2 * _BEFORE)
        wait = night.timestamp() - _BEFORE - time.time()
        if wait < 0:
            raise TimeoutError("a city was not in force in time for its night")
        time.sleep(wait)
        longest = _longest(askers, query, night.timestamp() + _BEFORE)
        if any(asker.is_open(query) for asker in askers):
            raise ValueError("somebody is up after nightfall")
        return longest, quiet


def _longest(askers: list[Asker], query: bytes, end: float) -> float:
    """The longest that one of these waited, asking in turns until a time."""
    for asker in askers:
        asker.longest = 0.0
    while time.time() < end:
        for asker in askers:
            asker.is_open(query)
    return max(asker.longest for asker in askers)


def measure(folder: Path, plan: Plan) -> list[Figure]:
    """The figures, each household in processes of its own."""
    dns = free_port()
    figures: list[Figure] = []
    with upstream.start(folder / "upstream", dns, plan.load_core):
        with town(folder / "city", CITY, dns) as place:
            figures += [
                Figure("city_compile_s", f"compile {CITY:,}", place.facts["compiled"], "s", 20),
                Figure("city_peak_mb", "memory at the peak", place.facts["peak"], "MB", 300),
                Figure("city_first_s", "all handed over, resolver new", place.facts["first"], "s"),
                *_changes("city", place, own=False),
            ]
        longest, quiet = nightfall(folder / "night", dns)
        figures += [
            Figure(
                "city_boundary_ms", "longest query, all change at once", longest * 1e3, "ms", 20
            ),
            Figure("city_quiet_ms", "longest query in a quiet time", quiet * 1e3, "ms"),
        ]
        with town(folder / "school", SCHOOL, dns) as place:
            figures += _changes("school", place, own=False)
        with town(folder / "own", SCHOOL, dns, "--own") as place:
            figures.append(
                Figure("own_first_s", "own rules, all handed over", place.facts["first"], "s")
            )
            figures += _changes("own", place, own=True)
    return figures


def _changes(name: str, place: Town, *, own: bool) -> list[Figure]:
    taken, longest = pauses(place)
    opened = requests(place, own=own)
    among = f"among {place.people:,}" + (" with own rules" if own else "")
    return [
        Figure(f"{name}_pause_ms", f"a pause {among}", statistics.median(taken) * 1e3, "ms", 50),
        Figure(f"{name}_pause_worst_ms", "  the slowest", max(taken) * 1e3, "ms"),
        Figure(f"{name}_opened_ms", "a name opened", statistics.median(opened) * 1e3, "ms", 50),
        Figure(f"{name}_longest_ms", "longest query meanwhile", longest * 1e3, "ms", 20),
    ]
