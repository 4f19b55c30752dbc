"""What was changed, by whom and when, in words; and how to take a change back."""

from typing import Final

from aiohttp import web

from guardian.web import journal
from guardian.web.addresses import of_person, own
from guardian.web.configuration import Conflict
from guardian.web.edits import undo_of
from guardian.web.pages.person import wanted
from guardian.web.rights import Right
from guardian.web.told import Told, people_of, tell
from guardian.web.visit import Visit

_MOST: Final = 20  # changes on a page
_MOST_NOTES: Final = 50


async def show(visit: Visit) -> web.StreamResponse:
    """The changes of the house."""
    return _page(visit, None)


async def show_person(visit: Visit) -> web.StreamResponse:
    """Those about one person."""
    wanted(visit)
    return _page(visit, visit.part("person"))


def _page(visit: Visit, name: str | None) -> web.StreamResponse:
    before = visit.request.query.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 12 else None
    found = _found(visit, name, last)
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


def _found(visit: Visit, name: str | None, last: int | None) -> list[Told]:
    """The changes to show, and one more where there are more."""
    changes, titles = visit.house.store.changes, visit.house.titles(visit.language.code)
    if name is None:
        found = changes.listed(_MOST + 1, last)
    else:
        found = [each for each in changes.naming(name, last) if name in people_of(each)]
    return [tell(each, titles, visit.language) for each in found[: _MOST + 1]]


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
