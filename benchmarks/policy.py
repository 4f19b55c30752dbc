"""The policy alone: what a whole city costs to compile, and what one change costs."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.alone import Figure
from guardian.dns.view import Asker
from guardian.policy.people import AgeBand, Household, Person
from guardian.policy.timeline import HORIZON, Pause, compile_timelines
from guardian.service.schedules import Schedules
from guardian.service.snapshot import Snapshot
from guardian.service.views import Views
from guardian.settings import ready_made

CITY: Final = 100_000
SCHOOL: Final = 1_000
PROFILES: Final = 50
NOW: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)


def household(people: int) -> Household:
    """So many people, each with a device, under fifty profiles with ordinary windows."""
    ready = list(ready_made.profiles().values())
    profiles = [
        replace(
            ready[number % len(ready)],
            name=f"profile-{number}",
            deny_names=frozenset({f"only-{number}.example"}),
        )
        for number in range(PROFILES)
    ]
    return Household(
        ZoneInfo("Europe/Berlin"),
        tuple(
            Person(
                f"person-{number}",
                AgeBand.FROM_9,
                profiles[number % PROFILES],
                (ip_address((10 << 24) + number),),
            )
            for number in range(people)
        ),
    )


def handed_over(home: Household, pauses: list[Pause]) -> tuple[bytes, float]:
    """A snapshot as resolvers get it, and the seconds from a parent's wish to it."""
    begun = time.perf_counter()
    timelines = compile_timelines(home, pauses, NOW, HORIZON, {})
    schedules = Schedules()
    numbers = {name: schedules.number(timeline) for name, timeline in timelines.items()}
    snapshot = Snapshot(
        tuple(schedules.states),
        tuple(schedules.rows),
        {str(person.devices[0]): numbers[person.name] for person in home.people},
        (),
        numbers[None],
    )
    data = json.dumps(snapshot.to_data()).encode()
    return data, time.perf_counter() - begun


def _measure(people: int) -> dict[str, float]:
    home = household(people)
    begun = time.perf_counter()
    compile_timelines(home, [], NOW, HORIZON, {})
    compiled = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pause = Pause(home.people[0].name, None, NOW, NOW + timedelta(hours=1))
    data, change = handed_over(home, [pause])
    begun = time.perf_counter()
    snapshot = Snapshot.from_data(json.loads(data))
    schedules = Views(snapshot, ()).schedules(int(NOW.timestamp()))
    taken = time.perf_counter() - begun
    askers = [Asker(schedules[number]) for number in snapshot.clients.values()]
    night = int((NOW + timedelta(hours=9)).timestamp())
    begun = time.perf_counter()
    for schedule in schedules:
        schedule.advance(night)
    boundary = time.perf_counter() - begun
    return {
        "compiled": compiled,
        "peak": peak,
        "change": change + taken,
        "boundary": boundary,
        "views": float(len({id(asker.schedule.view) for asker in askers})),
    }


def measure() -> list[Figure]:
    """The figures, each household in a process of its own."""
    city, school = _in_a_process(CITY), _in_a_process(SCHOOL)
    return [
        Figure("city_compile_s", f"compile {CITY:,} people", city["compiled"], "s", 20),
        Figure("city_peak_mb", "memory at the peak", city["peak"], "MB", 300),
        Figure("city_views", "views they share at night", city["views"], "views"),
        Figure("city_boundary_ms", "all change at once", city["boundary"] * 1e3, "ms", 20),
        Figure("city_change_s", "one change, all handed over", city["change"], "s"),
        Figure(
            "school_change_ms", f"one change among {SCHOOL:,}", school["change"] * 1e3, "ms", 50
        ),
    ]


def _in_a_process(people: int) -> dict[str, float]:
    argv = [sys.executable, "-m", "benchmarks.policy", str(people)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
