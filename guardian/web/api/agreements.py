"""What parent and child agreed on, by the API."""

from dataclasses import dataclass
from datetime import date, datetime, time

from aiohttp import web

from guardian.policy.agreement import (
    MOST_MINUTES,
    MOST_OWN,
    OF_CHILDREN,
    OF_PARENTS,
    Agreement,
    Minutes,
    Night,
)
from guardian.policy.people import AgeBand, Person
from guardian.policy.week import clock
from guardian.settings.times import meant
from guardian.web import agreement
from guardian.web.api.call import Call
from guardian.web.api.edits import edit_person
from guardian.web.api.schema import BadBody
from guardian.web.forms import is_title


@dataclass(frozen=True, slots=True)
class NightShape:
    """When devices sleep: wall-clock times; the end is on the next day."""

    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class MinutesShape:
    """Minutes for a category or service, or for "all"."""

    for_: str
    weekday: int
    free_day: int


@dataclass(frozen=True, slots=True)
class AgreementShape:
    """child, parent: the names they sign with. review: the day on which they look at it again.

    school_night, free_night: before a day of school, and before any other: both, or neither. asks:
    whom the child asks. of_child, of_parent: what they promise: tell, ask, buy, kind, table, night;
    why, answer, calm, look, photo, table. own: a sentence of their own.
    """

    child: str
    parent: str
    review: str
    school_night: NightShape | None = None
    free_night: NightShape | None = None
    minutes: MinutesShape | None = None
    asks: str = ""
    of_child: tuple[str, ...] = ()
    of_parent: tuple[str, ...] = ()
    own: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """agreement: the one that counts; null where there is none. signed: when. holds: whether the
    rules are still as it says. versions: how many there have been.
    """

    agreement: AgreementShape | None
    signed: datetime | None
    holds: bool
    versions: int


async def last(call: Call) -> Agreed:
    """What somebody and their parents agreed on."""
    return _agreed(call, call.person())


def _agreed(call: Call, person: Person) -> Agreed:
    told = agreement.told(call.house, person, call.speaks)
    versions = call.house.store.agreements.count(person.name)
    if told is None:
        return Agreed(None, None, holds=False, versions=versions)
    return Agreed(_shape(told.agreed), told.agreed.at, told.holds, versions)


def _shape(agreed: Agreement) -> AgreementShape:
    minutes = agreed.minutes
    return AgreementShape(
        agreed.child, agreed.parent, agreed.review.isoformat(), _of(agreed.school_night),
        _of(agreed.free_night),
        MinutesShape(minutes.thing or "all", minutes.weekday, minutes.free_day)
        if minutes else None,
        agreed.asks, agreed.of_child, agreed.of_parent, agreed.own,
    )  # fmt: skip


def _of(night: Night | None) -> NightShape | None:
    return NightShape(f"{night.start:%H:%M}", f"{night.end:%H:%M}") if night else None


async def sign(call: Call) -> Agreed:
    """A new agreement, signed by both; its nights and minutes are rules from now on."""
    person = call.person()
    if person.age_band is AgeBand.ADULT or person.outgrown:
        raise web.HTTPNotFound
    agreed = _read(call, await call.body(AgreementShape))
    write = agreement.writer(call.house, person, agreed)
    edit_person(call, person, write, agreement.DEED)
    call.house.agree(person.name, agreed)
    return _agreed(call, call.house.settings.household.called(person.name))


def _read(call: Call, shape: AgreementShape) -> Agreement:
    """Raises BadBody."""
    wrong = [
        (name, "sign with a name of at most 40 characters")
        for name, said in (("child", shape.child), ("parent", shape.parent))
        if not is_title(said)
    ]
    if shape.child.casefold() == shape.parent.casefold():
        wrong.append(("parent", "each signs with their own name"))
    if shape.asks and not is_title(shape.asks):
        wrong.append(("asks", "write a name of at most 40 characters"))
    if len(shape.own) > MOST_OWN or not shape.own.isprintable():
        wrong.append(("own", f"write at most {MOST_OWN} characters"))
    if not set(shape.of_child) <= set(OF_CHILDREN):
        wrong.append(("of_child", f"write some of {', '.join(OF_CHILDREN)}"))
    if not set(shape.of_parent) <= set(OF_PARENTS):
        wrong.append(("of_parent", f"write some of {', '.join(OF_PARENTS)}"))
    if (shape.school_night is None) != (shape.free_night is None):
        wrong.append(("free_night", "give both nights, or neither"))
    review = _day(shape.review, wrong)
    school = _night("school_night", shape.school_night, wrong)
    free = _night("free_night", shape.free_night, wrong)
    minutes = _minutes(call, shape.minutes, wrong)
    if wrong:
        raise BadBody(wrong)
    return Agreement(
        call.house.now(), shape.child, shape.parent, review, school, free, minutes,
        shape.asks, shape.of_child, shape.of_parent, shape.own,
    )  # fmt: skip


def _day(text: str, wrong: list[tuple[str, str]]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong.append(("review", "write a date, such as 2026-12-24"))
        return date.min


def _night(name: str, shape: NightShape | None, wrong: list[tuple[str, str]]) -> Night | None:
    if shape is None:
        return None
    found = [_clock(f"{name}.{key}", said, wrong) for key, said in _ends(shape)]
    if found[0] == found[1] and not wrong:
        wrong.append((f"{name}.to", "it ends when it begins; write when devices wake up"))
    return Night(found[0], found[1])


def _ends(shape: NightShape) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("from", shape.from_), ("to", shape.to)


def _clock(field: str, text: str, wrong: list[tuple[str, str]]) -> time:
    minutes = meant(text)
    if minutes is None:
        wrong.append((field, "write a time of day, such as 20:30"))
    return clock(minutes or 0)


def _minutes(
    call: Call, shape: MinutesShape | None, wrong: list[tuple[str, str]]
) -> Minutes | None:
    if shape is None:
        return None
    if shape.for_ != "all" and not call.house.knows(shape.for_):
        wrong.append(("minutes.for", "there is no such category or service"))
    for name, value in (("weekday", shape.weekday), ("free_day", shape.free_day)):
        if not 0 <= value <= MOST_MINUTES:
            wrong.append((f"minutes.{name}", "write minutes of a day: 0 to 1440"))
    return Minutes(None if shape.for_ == "all" else shape.for_, shape.weekday, shape.free_day)
