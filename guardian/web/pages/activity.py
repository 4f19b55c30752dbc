"""What the devices of the house did: how much, of what, and what was blocked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from aiohttp import web

from guardian.policy.people import Person, Privacy
from guardian.policy.privacy import TOLD_FROM
from guardian.policy.windows import DAY, instant
from guardian.store.activity import ALL, Hour, Stopped
from guardian.web.house import House
from guardian.web.visit import Visit

_DAYS: Final = {"today": 0, "yesterday": 1, "week": 6}
_LOOKED: Final = "looked at the activity"
_SAME_LOOK: Final = timedelta(hours=1)
_CHART_HEIGHT: Final = 100  # units of the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the chart. height, blocked: of 100. seen, stopped: what they stand for."""

    at: datetime
    seen: int
    stopped: int
    height: int
    blocked: int


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
        leave_a_trace(visit.house, visit.who, person)
    shown = (
        {each[0] for each in told.things} | {each.thing for each in told.stopped} if told else ()
    )
    titles = {each: visit.house.title(each, visit.language.code) for each in shown}
    return visit.page(
        "activity.html", people=people, days=days, told=told, titles=titles,
        levels=Privacy, height=_CHART_HEIGHT,
    )  # fmt: skip


def _told(visit: Visit, person: Person, days: str) -> Told:
    zone = visit.house.settings.household.zone
    first = visit.now.date() - _DAYS[days] * DAY
    last = visit.now.date() - DAY if days == "yesterday" else visit.now.date()
    since, until = (instant(each, time(0), zone) for each in (first, last + DAY))
    store = visit.house.store.activity
    rows = [each for each in store.hours(since, person.name) if each.hour < until]
    step = timedelta(hours=1) if days != "week" else DAY
    whole = [each for each in rows if each.thing == ALL]
    shows_things = person.privacy is not Privacy.COUNTS
    shows_names = person.privacy is Privacy.BLOCKED
    return Told(
        person,
        sum(each.seen for each in whole),
        sum(each.blocked for each in whole),
        bars(whole, first, last, step, visit),
        _things(rows) if shows_things else (),
        tuple(store.stopped(person.name, since.astimezone(UTC))) if shows_names else (),
    )


def bars(
    rows: Sequence[Hour], first: date, last: date, step: timedelta, visit: Visit
) -> tuple[Bar, ...]:
    """The chart of some days: a bar an hour, or a bar a day."""
    zone = visit.house.settings.household.zone
    starts = []
    day = first
    while day <= last:
        start, end = (instant(each, time(0), zone) for each in (day, day + DAY))
        while start < end:
            starts.append(start)
            start += step if step < DAY else end - start
        day += DAY
    ends = [*starts[1:], instant(last + DAY, time(0), zone)]
    counted = [
        (
            start,
            sum(each.seen for each in rows if start <= each.hour < end),
            sum(each.blocked for each in rows if start <= each.hour < end),
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    most = max((seen for _, seen, _ in counted), default=0) or 1
    return tuple(
        Bar(
            start.astimezone(zone), seen, stopped, round(_CHART_HEIGHT * seen / most),
            round(_CHART_HEIGHT * min(stopped, seen) / most),
        )
        for start, seen, stopped in counted
    )  # fmt: skip


def _things(rows: Sequence[Hour]) -> tuple[tuple[str, int, int], ...]:
    """Categories and services with how often they were asked for and blocked, the most first."""
    seen, blocked = Counter[str](), Counter[str]()
    for each in rows:
        if each.thing != ALL:
            seen[each.thing] += each.seen
            blocked[each.thing] += each.blocked
    order = sorted({*seen, *blocked}, key=lambda thing: (-seen[thing] - blocked[thing], thing))
    return tuple((thing, seen[thing], blocked[thing]) for thing in order)


def leave_a_trace(house: House, who: str, person: Person) -> None:
    """Whoever is old enough is told that somebody looked: once an hour and account."""
    if person.age_band not in TOLD_FROM or person.name == who:
        return
    accounts, now = house.store.accounts, house.now()
    recent = accounts.journal(20, about=person.name)
    if not any(
        each.who == who and each.deed == _LOOKED and now - each.at < _SAME_LOOK for each in recent
    ):
        accounts.note(who, _LOOKED, person.name, now)
