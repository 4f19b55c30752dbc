"""The family agreement: filled in together, signed by both, kept as rules, and printed."""

from datetime import date, time, timedelta
from typing import Final

from aiohttp import web

from guardian.policy.agreement import MOST_MINUTES, MOST_OWN, Agreement, Minutes, Night, night
from guardian.policy.people import AgeBand, Person, Profile
from guardian.policy.windows import Weekday
from guardian.settings.own_rules import table_of
from guardian.web import agreement, times
from guardian.web.addresses import of_person
from guardian.web.edits import edit
from guardian.web.forms import is_title, one_of
from guardian.web.pages.person import wanted
from guardian.web.pages.week import refuse_outgrown
from guardian.web.visit import Visit

_EVERYTHING: Final = "all"
_USUAL_THINGS: Final = ("games", "video", "social")
_REVIEWS: Final = {"30": 30, "91": 91, "182": 182}  # days until it is looked at again
_OF_KEYS: Final = {"windows": "school_from", "from": "school_from", "to": "school_to",
                   "budgets": "weekday", "minutes": "weekday"}  # fmt: skip


async def show(visit: Visit) -> web.StreamResponse:
    """The agreement with somebody, and the form for a new one."""
    return _page(visit)


async def show_mine(visit: Visit) -> web.StreamResponse:
    """The same, to the child whose it is."""
    person = visit.person
    if person is None or person.age_band is AgeBand.ADULT:
        return visit.go("/me")
    told = agreement.told(visit.house, person, visit.language)
    return visit.page("agreement/mine.html", person=person, told=told)


def _page(visit: Visit) -> web.Response:
    person = wanted(visit)
    if person.age_band is AgeBand.ADULT:
        raise web.HTTPNotFound
    titles = visit.house.titles(visit.language.code)
    told = agreement.told(visit.house, person, visit.language)
    return visit.page(
        "agreement/show.html", who=person, told=told, first=_first(visit, person, told),
        of_children=agreement.OF_CHILDREN, of_parents=agreement.OF_PARENTS,
        things=[(each, titles[each]) for each in _USUAL_THINGS if each in titles],
        version=visit.version,
    )  # fmt: skip


def _first(visit: Visit, person: Person, told: agreement.Told | None) -> dict[str, str]:
    """What the form shows at first: what holds now."""
    profile, free = person.profile or Profile("none"), agreement.free_days(visit.house)
    before_school = next((day for day in Weekday if (day + 1) % 7 not in free), Weekday.MON)
    before_free = next((day for day in Weekday if (day + 1) % 7 in free), before_school)
    first = {"parent": visit.who, "asks": told.agreed.asks if told else visit.who}
    for name, day in (("school", before_school), ("free", before_free)):
        found = night(profile.windows, day)
        if found is not None:
            first |= {f"{name}_from": f"{found.start:%H:%M}", f"{name}_to": f"{found.end:%H:%M}"}
    ours = {each.category or _EVERYTHING: each.minutes for each in profile.budgets}
    thing = next((each for each in (_EVERYTHING, *_USUAL_THINGS) if each in ours), "games")
    if thing in ours:
        working = next(day for day in range(7) if day not in free)
        first |= {"weekday": str(ours[thing][working]), "free_day": str(ours[thing][min(free)])}
    return first | {"thing": thing, "own": told.agreed.own if told else ""}


async def sign(visit: Visit) -> web.StreamResponse:
    """Keep what both have signed, as an agreement and as rules."""
    person = wanted(visit)
    if person.age_band is AgeBand.ADULT:
        raise web.HTTPNotFound
    refuse_outgrown(visit, person)
    agreed = _read(visit)
    if agreed is None:
        return _page(visit)
    write = agreement.writer(visit.house, person, agreed)
    number = edit(
        visit, lambda data: write(table_of(data, person.name)), agreement.DEED, person.name,
        _OF_KEYS, otherwise="school_from",
    )  # fmt: skip
    if number is None:
        return _page(visit)
    visit.house.agree(person.name, agreed)
    said = visit.say("You have agreed. It holds from now on, and stands on both pages.")
    return visit.go(of_person(person.name, "agreement"), said)


def _read(visit: Visit) -> Agreement | None:
    """The agreement that the form means; None once it is noted what is wrong."""
    form = visit.form
    school, free = _night(visit, "school"), _night(visit, "free")
    minutes = _minutes(visit)
    asks, own = form.get("asks"), form.get("own")
    child, parent = form.get("child"), form.get("parent")
    if asks and not is_title(asks):
        form.wrong("asks", "Write a name of at most 40 characters.")
    if len(own) > MOST_OWN or not own.isprintable():
        form.wrong("own", "Write at most 300 characters.")
    for name, signed in (("child", child), ("parent", parent)):
        if not is_title(signed):
            form.wrong(name, "Both sign: write a name of at most 40 characters.")
    if child and child.casefold() == parent.casefold():
        form.wrong("parent", "Both sign, each with their own name.")
    days = form.read("review", one_of(list(_REVIEWS)))
    if not form.is_good or days is None:
        return None
    review: date = visit.now.date() + timedelta(days=_REVIEWS[days])
    return Agreement(
        visit.house.now(), child, parent, review, school or free, free or school, minutes, asks,
        tuple(each for each in agreement.OF_CHILDREN if each in form.all("of_child")),
        tuple(each for each in agreement.OF_PARENTS if each in form.all("of_parent")), own,
    )  # fmt: skip


def _night(visit: Visit, name: str) -> Night | None:
    form = visit.form
    if not form.get(f"{name}_from") and not form.get(f"{name}_to"):
        return None
    start: time | None = form.read(f"{name}_from", times.clock_time)
    end: time | None = form.read(f"{name}_to", times.clock_time)
    if start is not None and start == end:
        form.wrong(f"{name}_to", "It ends when it begins. Write when devices wake up.")
    return Night(start, end) if start is not None and end is not None else None


def _minutes(visit: Visit) -> Minutes | None:
    form = visit.form
    if not form.get("weekday") and not form.get("free_day"):
        return None
    titles = visit.house.titles(visit.language.code)
    known = [each for each in _USUAL_THINGS if each in titles]
    thing = form.read("thing", one_of([_EVERYTHING, *known]))
    found = {name: form.read(name, times.length) for name in ("weekday", "free_day")}
    for name, minutes in found.items():
        if minutes is not None and minutes > MOST_MINUTES:
            form.wrong(name, "A day has 24 hours.")
    weekday, free_day = found["weekday"], found["free_day"]
    if thing is None or weekday is None or free_day is None:
        return None
    return Minutes(None if thing == _EVERYTHING else thing, weekday, free_day)
