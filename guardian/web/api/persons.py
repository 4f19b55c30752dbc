"""People by the API: who they are, their day, what their devices did."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from guardian.policy.explain import spans
from guardian.policy.people import AgeBand, Privacy
from guardian.policy.timeline import Pause
from guardian.policy.windows import DAY, instant
from guardian.settings import own_people
from guardian.store.activity import ALL
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.deeds import person_view
from guardian.web.api.edits import edit, edit_person
from guardian.web.api.schema import BadBody
from guardian.web.looking import leave_a_trace
from guardian.web.marked import sentence
from guardian.web.pages.people import Wish, is_name
from guardian.web.pages.person import morning

_MOST_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody new. age_band, or born: the month of birth, such as 2018-05.

    profile, privacy: left out for what is usual for the age.
    """

    name: str
    age_band: AgeBand | None = None
    born: str | None = None
    profile: str | None = None
    privacy: Privacy | None = None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to be otherwise about somebody; "" takes a value out, so that the usual one holds."""

    name: str | None = None
    age_band: AgeBand | None = None
    born: str | None = None
    profile: str | None = None
    privacy: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day. kind, title: what is in force; reasons: all that comes and goes then."""

    start: datetime
    end: datetime
    kind: str
    title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of somebody, from midnight to midnight."""

    person: str
    day: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How much was asked for in an hour. thing: a category or service; "" for every look-up."""

    hour: datetime
    thing: str
    seen: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A name that was blocked, and how often."""

    name: str
    thing: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """What somebody's devices did, as far as their privacy lets parents see.

    privacy: "counts", "categories" or "blocked".
    """

    person: str
    privacy: Privacy
    hours: tuple[Counted, ...]
    blocked: tuple[Blocked, ...]


async def add(call: Call) -> things.PersonView:
    """Somebody new in the house, with the rules that suit their age or were chosen."""
    wish = await call.body(NewPerson)
    if wish.age_band is None and wish.born is None:
        raise BadBody([("age_band", "give age_band, or born")])
    _check_name(call, wish.name)
    table: dict[str, Any] = {}
    _wish(wish.name, wish.age_band, wish).put(table)

    edit(call, lambda data: own_people.add(data, table), sentence("added a person"), wish.name)
    return person_view(call, call.house.settings.household.called(wish.name))


def _check_name(call: Call, name: str) -> None:
    if not is_name(name):
        raise BadBody([("name", "write a name of at most 40 characters, and none of our words")])
    taken = {each.name.casefold() for each in call.house.settings.household.people}
    if name.casefold() in taken:
        raise BadBody([("name", "somebody is called that already")])


def _wish(name: str, band: AgeBand | None, wish: NewPerson | PersonChange) -> Wish:
    age_band = "" if wish.born or band is None else str(band)
    return Wish(name, age_band, wish.born or "", wish.profile or "", str(wish.privacy or ""))


async def change(call: Call) -> things.PersonView:
    """Another name, age, profile or privacy for somebody."""
    person, wish = call.person(), await call.body(PersonChange)
    name = wish.name or person.name
    if name.casefold() != person.name.casefold():
        _check_name(call, name)
    elif not is_name(name):
        raise BadBody([("name", "write a name of at most 40 characters, and none of our words")])

    def put(table: Any) -> None:
        if wish.name:
            table["name"] = wish.name
        if wish.age_band is not None:
            table["age_band"] = str(wish.age_band)
            table.pop("born", None)
        if wish.born:
            table["born"] = wish.born
            table.pop("age_band", None)
        for key, value in (("profile", wish.profile), ("privacy", wish.privacy)):
            if value:
                table[key] = value
            elif value is not None:
                table.pop(key, None)

    edit_person(call, person, put, sentence("changed name, age or rules"))
    return person_view(call, call.house.settings.household.called(name))


async def remove(call: Call) -> None:
    """Take somebody out of the household."""
    person = call.person()
    deed = sentence("removed a person")
    edit(call, lambda data: own_people.remove(data, person.name), deed, person.name)


async def bedtime(call: Call) -> things.Done:
    """Tonight's bedtime from now on: internet off until it would end; ended as a pause is."""
    person, now = call.person(), call.house.now()
    household = call.house.settings.household
    until = morning(household, person, now)
    call.house.begin(Pause(person.name, None, now, until), call.who)
    return things.Done(person.name, None, until.astimezone(household.zone))


async def day(call: Call) -> Day:
    """Somebody's day as it is planned: `day`, such as 2026-11-26; today where it is left out."""
    person, zone = call.person(), call.house.settings.household.zone
    today = call.house.now().astimezone(zone).date()
    wanted = _day(call.query("day"), today)
    timeline = await asyncio.to_thread(call.house.day, person.name, wanted)
    found = tuple(
        Stretch(
            each.start.astimezone(zone), each.end.astimezone(zone), each.kind, each.title,
            each.reasons,
        )
        for each in spans(timeline)
    )  # fmt: skip
    return Day(person.name, wanted.isoformat(), found)


def _day(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text) if text else today
    except ValueError:
        raise BadBody([("day", "write it as 2026-11-26")]) from None
    if abs(found - today) > 366 * DAY:
        raise BadBody([("day", "write a day within a year of today")])
    return found


async def activity(call: Call) -> Activity:
    """What somebody's devices did in the last `days`; from 13 on they read that you looked."""
    person, now = call.person(), call.house.now()
    text = call.query("days") or "1"
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:4]) <= _MOST_DAYS):
        raise BadBody([("days", f"write a number from 1 to {_MOST_DAYS}")])
    zone = call.house.settings.household.zone
    first = now.astimezone(zone).date() - (int(text[:4]) - 1) * DAY
    since, store = instant(first, time(0), zone), call.house.store.activity
    shows_things = person.privacy is not Privacy.COUNTS
    hours = tuple(
        Counted(each.hour, each.thing, each.seen, each.blocked)
        for each in store.hours(since, person.name)
        if shows_things or each.thing == ALL
    )
    stopped = store.stopped(person.name, since) if person.privacy is Privacy.BLOCKED else ()
    names = tuple(Blocked(each.qname, each.thing, each.times, each.last) for each in stopped)
    leave_a_trace(call.house, call.who, person)
    return Activity(person.name, person.privacy, hours, names)
