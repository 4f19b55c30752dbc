"""What the devices of the house did: how much, of what, and what was blocked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, time, timedelta
from typing import Final

from aiohttp import web

from guardian.policy.people import Person, Privacy
from guardian.policy.windows import DAY, instant
from guardian.store.activity import ALL, Hour, Stopped
from guardian.web import looking
from guardian.web.bars import HEIGHT, Bar, bars
from guardian.web.visit import Visit

_DAYS: Final = {"today": 0, "yesterday": 1, "week": 6}
_NAMES: Final = 30  # of what was blocked, the last ones


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of one person: as much as their privacy lets parents see."""

    person: Person
    seen: int
    blocked: int
    bars: tuple[Bar, ...]
    things: tuple[tuple[str, int, int], ...]
    stopped: tuple[Stopped, ...]


async def show(visit: Visit) -> web.StreamResponse:
    """The page: a person, and today, yesterday or the week."""
    people = visit.house.settings.household.people
    wanted = visit.request.query.get("person", "")
    person = next((each for each in people if each.name == wanted), people[0] if people else None)
    days = visit.request.query.get("days", "today")
    days = days if days in _DAYS else "today"
    told = _told(visit, person, days) if person is not None else None
    if person is not None:
        looking.leave_a_trace(visit.house, visit.who, person)
    shown = (
        {each[0] for each in told.things} | {each.thing for each in told.stopped} if told else ()
    )
    titles = {each: visit.house.title(each, visit.language.code) for each in shown}
    return visit.page(
        "activity.html", people=people, days=days, told=told, titles=titles,
        levels=Privacy, height=HEIGHT,
    )  # fmt: skip


def _told(visit: Visit, person: Person, days: str) -> Told:
    zone = visit.house.settings.household.zone
    first = visit.now.date() - _DAYS[days] * DAY
    last = visit.now.date() - DAY if days == "yesterday" else visit.now.date()
    since, until = (instant(each, time(0), zone) for each in (first, last + DAY))
    store = visit.house.store.activity
    rows = store.hours(since, person.name, until)
    step = timedelta(hours=1) if days != "week" else DAY
    whole = [each for each in rows if each.thing == ALL]
    shows_things = person.privacy is not Privacy.COUNTS
    shows_names = person.privacy is Privacy.BLOCKED
    return Told(
        person,
        sum(each.seen for each in whole),
        sum(each.blocked for each in whole),
        bars(whole, first, last, step, zone),
        _things(rows) if shows_things else (),
        tuple(store.stopped(person.name, since.astimezone(UTC), _NAMES)) if shows_names else (),
    )


def _things(rows: Sequence[Hour]) -> tuple[tuple[str, int, int], ...]:
    """Categories and services with how often they were asked for and blocked, the most first."""
    seen, blocked = Counter[str](), Counter[str]()
    for each in rows:
        if each.thing != ALL:
            seen[each.thing] += each.seen
            blocked[each.thing] += each.blocked
    order = sorted({*seen, *blocked}, key=lambda thing: (-seen[thing] - blocked[thing], thing))
    return tuple((thing, seen[thing], blocked[thing]) for thing in order)
