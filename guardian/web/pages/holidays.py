"""The household's days without school: dates by hand, or out of a school's calendar file."""

from typing import Any, Final

from aiohttp import web

from guardian.errors import GuardianError
from guardian.policy.windows import Dates
from guardian.settings import own_holidays
from guardian.settings.times import dates_text
from guardian.web import times
from guardian.web.edits import undo_of
from guardian.web.marked import sentence
from guardian.web.visit import Visit

HERE = "/settings/holidays"

_MOST_DAYS: Final = 121


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return _page(visit)


def _page(visit: Visit, found: object = ()) -> web.Response:
    today = visit.now.date()
    days = sorted(visit.house.settings.household.holidays, key=lambda each: each.first)
    rows = [
        (dates_text(each), visit.language.days(each.first, each.last), today in each)
        for each in days
        if each.last >= today
    ]
    return visit.page(
        "settings/holidays.html",
        rows=rows,
        past=sum(each.last < today for each in days),
        found=found,
        today=today.isoformat(),
        version=visit.version,
    )


async def add(visit: Visit) -> web.StreamResponse:
    """Add a row of days, or those that were ticked of a calendar."""
    if visit.form.has("days"):
        new = [each for each in map(own_holidays.read, visit.form.all("days")) if each is not None]
    else:
        given = _given(visit)
        new = [given] if given else []
    if not new:
        if visit.form.is_good:
            visit.form.wrong("first", "Choose at least one day.")
        return _page(visit)

    speaks = visit.language
    days = speaks.several([speaks.days(each.first, each.last) for each in new])
    return _keep(
        visit,
        lambda data: own_holidays.add(data, new),
        visit.say("Holidays added: %(days)s.", days=days),
    )


def _given(visit: Visit) -> Dates | None:
    too_many = sentence("Choose at most four months.")
    return times.row_of_days(visit.form, visit.now.date(), _MOST_DAYS, too_many)


async def remove(visit: Visit) -> web.StreamResponse:
    """Take a row of days out."""
    wanted = own_holidays.read(visit.form.get("days"))
    if wanted is None or wanted not in visit.house.settings.household.holidays:
        raise web.HTTPNotFound

    days = visit.language.days(wanted.first, wanted.last)
    return _keep(
        visit,
        lambda data: own_holidays.remove(data, wanted),
        visit.say("No longer holidays: %(days)s.", days=days),
    )


async def read_calendar(visit: Visit) -> web.StreamResponse:
    """Show what a calendar file has, to choose from."""
    content = visit.files.get("calendar", b"")
    if not content:
        visit.form.wrong("calendar", "Choose a calendar file (.ics).")
        return _page(visit)
    try:
        events = visit.house.calendar(content)
    except GuardianError:
        visit.form.wrong("calendar", "There are no whole days in this file. Choose another one.")
        return _page(visit)
    today = visit.now.date()
    found = [
        (dates_text(days), visit.language.days(days.first, days.last), name)
        for name, days in events
        if days.last >= today
    ]
    if not found:
        visit.form.wrong("calendar", "All days in this file are over. Choose a newer one.")
    return _page(visit, found)


def _keep(visit: Visit, change: Any, said: str) -> web.StreamResponse:
    version = visit.form.get("version") or "unknown"
    number = visit.house.configuration.edit(change, "changed the holidays", visit.who, version)
    return visit.go(HERE, said, undo_of(number, HERE))
