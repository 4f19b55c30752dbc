"""What was changed, by whom and when, in words; and how to take a change back."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from guardian.store.changes import Change
from guardian.web import journal
from guardian.web.addresses import of_person, own
from guardian.web.configuration import Conflict
from guardian.web.edits import undo_of
from guardian.web.languages import Language
from guardian.web.pages.person import wanted
from guardian.web.rights import Right
from guardian.web.told import Told, tell
from guardian.web.visit import Visit

_MOST: Final = 20  # changes on a page
_MOST_READ: Final = 200  # of which those of one person are looked for at a time
_BATCH: Final = 25  # of them together
_MOST_NOTES: Final = 50


async def show(visit: Visit) -> web.StreamResponse:
    """The changes of the house."""
    return await _page(visit, None)


async def show_person(visit: Visit) -> web.StreamResponse:
    """Those about one person."""
    wanted(visit)
    return await _page(visit, visit.part("person"))


async def _page(visit: Visit, name: str | None) -> web.StreamResponse:
    before = visit.request.query.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 12 else None
    found = await _found(visit, name, last)
    notes = visit.house.store.accounts.journal(_MOST_NOTES, about=name)
    return visit.page(
        "history.html",
        person=wanted(visit) if name is not None else None,
        changes=found[:_MOST],
        older=found[_MOST - 1].number if len(found) > _MOST else None,
        told=journal.told,
        notes=notes if visit.may(Right.CHANGE) and last is None else [],
        here=of_person(name, "history") if name is not None else "/history",
    )


async def _found(visit: Visit, name: str | None, last: int | None) -> list[Told]:
    """The changes to show, and one more where there are more; not all are read at once."""
    titles = visit.house.titles(visit.language.code)
    found: list[Told] = []
    for _ in range(_MOST_READ // _BATCH):
        some = visit.house.store.changes.all(_BATCH, last)
        found += await asyncio.to_thread(_told, some, name, titles, visit.language)
        if len(found) > _MOST or len(some) < _BATCH:
            break
        last = some[-1].number
    return found[: _MOST + 1]


def _told(
    changes: Sequence[Change], name: str | None, titles: Mapping[str, str], speaks: Language
) -> list[Told]:
    """Those of somebody, or all, in words; it compares whole files."""
    every = (tell(each, titles, speaks) for each in changes)
    return [each for each in every if name is None or name in each.people]


async def undo(visit: Visit) -> web.StreamResponse:
    """Take a change back. Where later ones would be lost with it, that is asked first."""
    number = visit.number("number")
    back = own(visit.form.get("back") or visit.request.query.get("back", ""), "/history")
    try:
        done = visit.house.configuration.undo(number, visit.who, whole=visit.form.has("whole"))
    except Conflict as conflict:
        titles = visit.house.titles(visit.language.code)
        later = [tell(each, titles, visit.language) for each in conflict.changes]
        change = visit.house.store.changes.numbered(number)
        if change is None:
            raise web.HTTPNotFound from None
        told = tell(change, titles, visit.language)
        return visit.page("undo.html", 409, change=told, later=later, back=back)
    if not done:
        return visit.go(back, visit.say("This is taken back already."))
    return visit.go(back, visit.say("Taken back."), undo_of(done))
