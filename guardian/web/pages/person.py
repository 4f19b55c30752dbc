"""A person: what is in force, and what a parent does about it with one tap."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final

from aiohttp import web

from guardian.policy.explain import outlook
from guardian.policy.people import AgeBand, Household, Person
from guardian.policy.review import Review, is_due, review
from guardian.policy.timeline import Grant, Pause
from guardian.policy.windows import DAY, WindowKind, instant
from guardian.settings import ready_made
from guardian.web import news
from guardian.web.addresses import of_person, own
from guardian.web.forms import Bad
from guardian.web.marked import sentence
from guardian.web.rights import Right
from guardian.web.visit import Visit

_MOST_MINUTES: Final = 24 * 60
_MORNING: Final = time(7)


def wanted(visit: Visit) -> Person:
    """The person of the address. Raises HTTPNotFound."""
    name = visit.part("person")
    people = visit.house.settings.household.people
    found = next((each for each in people if each.name == name), None)
    if found is None:
        raise web.HTTPNotFound
    return found


async def show(visit: Visit) -> web.StreamResponse:
    """The page of one person."""
    person = wanted(visit)
    status = visit.house.status(visit.language, [person.name])
    now = status.people[0]
    found = _review(visit, person)
    titles = {each: visit.house.title(each, visit.language.code) for each in found.lifted}
    return visit.page(
        "person.html", person=now, who=person, status=status, review=found, titles=titles,
        talk=news.of(visit.house, person, visit.language),
    )  # fmt: skip


def _review(visit: Visit, person: Person) -> Review:
    """What they may have outgrown, at a time for that, or where a parent asks (?review=1)."""
    base = visit.house.settings.bases.get(person.name)
    household, today = visit.house.settings.household, visit.now.date()
    wanted = "review" in visit.request.query
    if not visit.may(Right.CHANGE) or person.age_band is AgeBand.ADULT:
        return Review((), sees_more=False)
    if not wanted and not is_due(person, base.name if base else "", household, today):
        return Review((), sees_more=False)
    return review(person, ready_made.profiles().get(str(person.age_band)))


def _minutes(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= _MOST_MINUTES):
        raise Bad("Choose a time of at most 24 hours.")
    return int(text)


async def pause(visit: Visit) -> web.StreamResponse:
    """Internet off for a while."""
    person, now = wanted(visit), visit.house.now()
    minutes = visit.form.read("minutes", _minutes)
    if minutes is None:
        return await show(visit)
    until = now + timedelta(minutes=minutes)
    visit.house.begin(Pause(person.name, None, now, until), visit.who)
    return _done(visit, person, sentence("Paused for %(person)s until %(time)s."), until, "resume")


async def bedtime(visit: Visit) -> web.StreamResponse:
    """Tonight's bedtime, from now on: internet off until it would end."""
    person, now = wanted(visit), visit.house.now()
    until = morning(visit.house.settings.household, person, now)
    visit.house.begin(Pause(person.name, None, now, until), visit.who)
    return _done(
        visit, person, sentence("Good night, %(person)s. Paused until %(time)s."), until, "resume"
    )


async def resume(visit: Visit) -> web.StreamResponse:
    """End a pause, and extra time too: back to what was agreed."""
    person = wanted(visit)
    for kind in (Pause, Grant):
        visit.house.end(kind, person.name, None, visit.who)
    said = visit.say("Back to the usual rules for %(person)s.", person=person.name)
    return visit.go(_back(visit, person), said)


async def extra(visit: Visit) -> web.StreamResponse:
    """Extra time: for some minutes, or until what holds now is over."""
    person, now = wanted(visit), visit.house.now()
    if visit.form.get("minutes") == "window":
        until = _window_end(visit, person, now)
    else:
        minutes = visit.form.read("minutes", _minutes)
        if minutes is None:
            return await show(visit)
        until = now + timedelta(minutes=minutes)
    visit.house.begin(Grant(person.name, None, now, until), visit.who)
    return _done(
        visit, person, sentence("Extra time for %(person)s until %(time)s."), until, "resume"
    )


def _done(
    visit: Visit, person: Person, said: str, until: datetime, undo: str
) -> web.StreamResponse:
    zone = visit.house.settings.household.zone
    values: Mapping[str, str] = {
        "person": person.name,
        "time": visit.language.clock(until.astimezone(zone)),
    }
    undo_path = of_person(person.name, undo)
    return visit.go(_back(visit, person), visit.say(said, **values), undo_path)


def _back(visit: Visit, person: Person) -> str:
    otherwise = of_person(person.name) if visit.form.get("from") == "person" else "/"
    return own(visit.form.get("back"), otherwise)  # an undo goes back to where it stood


def _window_end(visit: Visit, person: Person, now: datetime) -> datetime:
    """When what time rules hold now is over; an hour from now where nothing holds."""
    view = outlook(visit.house.timelines[person.name], now)
    return view.until or now + timedelta(hours=1)


def morning(household: Household, person: Person, now: datetime) -> datetime:
    """When the bedtime of this night ends; without one, at seven."""
    windows = person.profile.windows if person.profile else ()
    ends = [
        end
        for window in windows
        if window.kind is WindowKind.BEDTIME
        for _, end in window.spans(
            now, now + DAY, household.zone, household.holidays, person.profile.windows
        )
    ] if person.profile else []  # fmt: skip
    ends = [each for each in ends if each > now]
    if ends:
        return min(ends)
    day = now.astimezone(household.zone).date()
    first = instant(day, _MORNING, household.zone)
    return first if first > now else instant(day + DAY, _MORNING, household.zone)
