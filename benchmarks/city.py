"""A household of any size in force: control's part of it here, a real resolver process beside.

It is not read from a file, because a file of 100,000 people would be the larger part of the
measurement. `python -m benchmarks.city` prints what compiling it took as a line of JSON, and then
follows its store, whenever it is woken, until its standard input ends.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from guardian.lists import bundled
from guardian.network.neighbours import NOBODY
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.timeline import HORIZON, compile_timelines
from guardian.policy.unsure import Known
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.service.budgets import Budgets
from guardian.service.rollout import Rollout
from guardian.service.wake import listening
from guardian.settings import Settings, ready_made
from guardian.settings.settings import parse
from guardian.store.household import Store

PROFILES: Final = 50
_CONFIG: Final = """\
household: {{time_zone: UTC, country: DE}}
listen: {{dns: ["127.0.0.1:{port}"]}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists: {{bundled: none}}
unknown_devices: {{profile: 16-17}}
"""


def address(number: int) -> IPv4Address:
    """The device of a person, somewhere on loopback: real queries can come from it."""
    return IPv4Address((127 << 24) + (1 << 16) + number)


def denied(number: int) -> str:
    """What only this person's profile denies, where people have their own."""
    return f"only-{number}.example"


def household(people: int, *, own: bool = False, more: tuple[Window, ...] = ()) -> Household:
    """So many people, each with a device, under fifty profiles with ordinary windows.

    own: each has rules of their own on top. more: windows that all have besides.
    """
    ready = list(ready_made.profiles().values())
    profiles = [
        replace(
            each,
            name=f"profile-{number}",
            deny_names=frozenset({denied(number)}),
            windows=each.windows + more,
        )
        for number in range(PROFILES)
        for each in [ready[number % len(ready)]]
    ]

    def profile(number: int) -> Profile:
        shared = profiles[number % PROFILES]
        return replace(shared, deny_names=frozenset({denied(number)})) if own else shared

    return Household(
        ZoneInfo("Europe/Berlin"),
        tuple(
            Person(f"person-{number}", AgeBand.FROM_9, profile(number), (address(number),))
            for number in range(people)
        ),
    )


def compiled(home: Household) -> tuple[float, float]:
    """Seconds that compiling everybody takes, and the process's memory at its peak in MB."""
    begun = time.perf_counter()
    timelines = compile_timelines(home, [], datetime.now(UTC), HORIZON, {})
    taken = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    assert len(timelines) == len(home.people) + 1
    return taken, peak


async def serve(settings: Settings, folder: Path) -> None:
    """Put the household into force and follow its store."""
    home, seconds, peak = settings.household, 0.0, 0.0
    seconds, peak = compiled(home)
    store = Store.open(folder / "guardian.db")
    seen = store.version()
    budgets = Budgets(store, datetime.now(UTC).date())
    rollout = Rollout()
    begun = time.perf_counter()
    rollout.start(settings, folder, {})

    def apply() -> None:
        now = datetime.now(UTC)
        agreed = [*store.spells.running(now), *budgets.used_up(settings.household, now)]
        rollout.apply(settings, NOBODY, b"", agreed, Known(), now)

    def look() -> None:
        nonlocal seen
        if (version := store.version()) != seen:
            seen = version
            apply()

    apply()
    await rollout.resolvers[0].ready.wait()
    first = time.perf_counter() - begun
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin, ended.set)
    with listening(folder, loop, look):
        print(json.dumps({"compiled": seconds, "peak": peak, "first": first}), flush=True)
        await ended.wait()
    rollout.stop()
    store.close()


def _at_noon(now: datetime) -> ZoneInfo:
    """A zone in which it is about noon, when nobody's own windows are open."""
    return ZoneInfo(f"Etc/GMT{now.hour - 12:+d}")  # whose sign is the other way round (POSIX)


def main() -> int:
    """Serve until the standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("people", type=int)
    parser.add_argument("port", type=int)
    parser.add_argument("upstream", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--own", action="store_true", help="rules of their own for everybody")
    parser.add_argument(
        "--night", type=int, metavar="SECOND", help="since 1970: when a window begins for all"
    )
    args = parser.parse_args()
    (args.folder / "run").mkdir(parents=True)
    content = _CONFIG.format(port=args.port, upstream=args.upstream).encode()
    settings = parse(content, args.folder / "city.yaml", bundled.folder())
    more: tuple[Window, ...] = ()
    zone = _at_noon(datetime.now(UTC))
    if args.night:
        start = datetime.fromtimestamp(args.night, zone).time()
        end = start.replace(hour=(start.hour + 2) % 24)
        more = (Window(WindowKind.INTERNET_FREE, frozenset(Weekday), start, end),)
    home = replace(household(args.people, own=args.own, more=more), zone=zone)
    asyncio.run(serve(replace(settings, household=home), args.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
