"""A person's week: windows as a grid and as a list, what today is really like, and budgets."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from aiohttp import web

from guardian.errors import GuardianError
from guardian.policy.explain import outlook, spans
from guardian.policy.people import Person
from guardian.policy.sentences import heading
from guardian.policy.week import copied, is_weekly, moved, removed
from guardian.policy.windows import Season, Weekday, Window
from guardian.settings.own_rules import table_of
from guardian.settings.own_times import set_windows
from guardian.web import news, week
from guardian.web.budgets import lines
from guardian.web.edits import undo_of
from guardian.web.pages.person import wanted
from guardian.web.visit import Visit

_LONGEST: Final = 24 * 60


def windows_of(person: Person) -> Sequence[Window]:
    """All windows that hold for somebody, those of their own first."""
    return person.profile.windows if person.profile else ()


def address(person: Person, *rest: object) -> str:
    """Where somebody's week is, or a part of it."""
    return "/".join(["", "people", quote(person.name, safe=""), "week", *map(str, rest)])


def in_order(titles: Mapping[str, str], some: Set[str]) -> list[tuple[str, str]]:
    """Ids with their titles, in the alphabet's order."""
    found = [(each, title) for each, title in titles.items() if each in some]
    return sorted(found, key=lambda each: each[1].casefold())


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return page(visit)


def page(visit: Visit) -> web.Response:
    """The week as it stands, perhaps with what is wrong in its own small form."""
    person, speaks, now = wanted(visit), visit.language, visit.now
    windows, titles = windows_of(person), visit.house.titles(speaks.code)
    household = visit.house.settings.household
    off = [each for each in household.holidays if each.last >= now.date()]
    has_seasons = any(each.season is not Season.ALWAYS for each in windows if is_weekly(each))
    season = _season(visit, is_holiday=any(now.date() in each for each in off))
    view = visit.request.query.get("view", "")
    timeline = visit.house.day(person.name, now.date())
    return visit.page(
        "week.html",
        who=person,
        here=address(person),
        rows=week.rows(windows, season, speaks, titles),
        chips=week.chips(windows, now.date(), speaks),
        holidays=sorted(off, key=lambda each: each.first)[:2],
        season=str(season),
        has_seasons=has_seasons,
        view=view if view in ("grid", "list") else "",
        now=outlook(visit.house.timelines[person.name], visit.house.now(), speaks.say),
        today=week.stretches(spans(timeline, speaks.say), now, speaks),
        quarter=week.quarter(now),
        weekday=now.weekday(),
        day_options=[(str(day), speaks.weekday(day)) for day in speaks.week()],
        hours=[(hour * 4, week.said_clock(week.clock_of(hour * 60), speaks))
               for hour in range(0, 24, 3)],
        kinds=_legend(visit, windows),
        budgets=lines(visit.house.accounts().get(person.name, ()), titles, speaks),
        version=visit.version,
        talk=news.of(visit.house, person, speaks),
    )  # fmt: skip


def _season(visit: Visit, *, is_holiday: bool) -> Season:
    asked = visit.request.query.get("season", "")
    if asked in (Season.TERM, Season.HOLIDAYS):
        return Season(asked)
    return Season.HOLIDAYS if is_holiday else Season.TERM


def _legend(visit: Visit, windows: Sequence[Window]) -> list[tuple[str, str]]:
    found = dict.fromkeys(str(each.kind) for each in windows if is_weekly(each))
    return [(kind, heading(kind, visit.language.say)) for kind in found]


class Outgrown(GuardianError):
    """Somebody of age, whose rules have ended and are not written any more."""


def refuse_outgrown(visit: Visit, person: Person) -> None:
    """Raises Outgrown."""
    if person.outgrown:
        raise Outgrown(visit.say("%(person)s is of age: no rules hold.", person=person.name))


def save_windows(
    visit: Visit, person: Person, after: Sequence[Window], said: str, path: str = ""
) -> web.StreamResponse:
    """Write somebody's windows and go back to their week. said: what was done, in words."""
    refuse_outgrown(visit, person)
    settings = visit.house.settings
    base, before = settings.bases.get(person.name), windows_of(person)

    def change(data: object) -> None:
        set_windows(table_of(data, person.name), base, before, after)

    # A form without a version was not made here; it is never taken for the newest.
    version = visit.form.get("version") or "unknown"
    number = visit.house.configuration.edit(
        change, f"changed the week of {person.name}", visit.who, version
    )
    path = path or address(person)
    return visit.go(path, said, undo_of(number, path))


def chosen(visit: Visit, person: Person, text: str) -> int:
    """The number of a window that is there. Raises HTTPNotFound."""
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise web.HTTPNotFound
    if int(text) >= len(windows_of(person)):
        raise web.HTTPNotFound
    return int(text)


def _number(visit: Visit, name: str, most: int) -> int:
    """A number that our own script sends. Raises HTTPBadRequest."""
    text = visit.form.get(name)
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= most):
        raise web.HTTPBadRequest
    return int(text)


def _piece(visit: Visit, person: Person) -> tuple[int, Weekday]:
    """The weekly window that is meant, and on which day it begins. Raises HTTPNotFound."""
    number = chosen(visit, person, visit.form.get("number"))
    begins = Weekday(_number(visit, "begins", 6))
    window = windows_of(person)[number]
    if not is_weekly(window) or begins not in window.days:
        raise web.HTTPNotFound
    return number, begins


async def move(visit: Visit) -> web.StreamResponse:
    """Another day or time for a window as it begins on one day."""
    person = wanted(visit)
    number, begins = _piece(visit, person)
    to = Weekday(_number(visit, "day", 6))
    start, end = _number(visit, "start", _LONGEST - 1), _number(visit, "end", 2 * _LONGEST)
    if not 0 < end - start <= _LONGEST:
        raise web.HTTPBadRequest
    times = week.clock_of(start), week.clock_of(end)
    after = moved(windows_of(person), number, begins, to, *times)
    window = replace(windows_of(person)[number], start=times[0], end=times[1])
    titles = visit.house.titles(visit.language.code)
    said = visit.say("Now: %(window)s.", window=week.name(window, to, visit.language, titles))
    return save_windows(visit, person, after, said, _back(visit, person))


async def remove(visit: Visit) -> web.StreamResponse:
    """Take a window away: on one day, or altogether."""
    person = wanted(visit)
    if visit.form.has("begins"):
        number, begins = _piece(visit, person)
        titles = visit.house.titles(visit.language.code)
        window = week.name(windows_of(person)[number], begins, visit.language, titles)
        said = visit.say("Removed: %(window)s.", window=window)
        after = removed(windows_of(person), number, begins)
    else:
        number = chosen(visit, person, visit.form.get("number"))
        kind = heading(str(windows_of(person)[number].kind), visit.language.say)
        said = visit.say("Removed: %(window)s.", window=kind)
        after = removed(windows_of(person), number, None)
    return save_windows(visit, person, after, said, _back(visit, person))


async def copy(visit: Visit) -> web.StreamResponse:
    """Make some days like another one."""
    person = wanted(visit)
    source = Weekday(_number(visit, "source", 6))
    targets = {int(each) for each in visit.form.all("targets") if each in "0123456" and each}
    if not targets - {source}:
        visit.form.wrong("targets", "Choose the days that should become the same.")
        return page(visit)
    after = copied(windows_of(person), source, frozenset(map(Weekday, targets)))
    days = [visit.language.weekday(day) for day in visit.language.week() if day in targets]
    said = visit.say(
        "Now the same as %(day)s: %(days)s.",
        day=visit.language.weekday(source), days=visit.language.several(days),
    )  # fmt: skip
    return save_windows(visit, person, after, said, _back(visit, person))


def _back(visit: Visit, person: Person) -> str:
    """The same view of the week as before."""
    view, season = visit.form.get("view"), visit.form.get("season")
    shown = [f"view={view}"] if view in ("grid", "list") else []
    shown += [f"season={season}"] if season in (Season.TERM, Season.HOLIDAYS) else []
    return address(person) + ("?" + "&".join(shown) if shown else "")
