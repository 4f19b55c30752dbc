"""Taking back a change of the configuration, from the bar that told of it."""

from aiohttp import web

from guardian.web.house import Conflict
from guardian.web.visit import Visit


async def undo(visit: Visit) -> web.StreamResponse:
    """Take the last change back; one after which there were others is a matter for `history`."""
    number = visit.part("number")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise web.HTTPNotFound
    if int(number) != visit.house.store.last_change():
        raise Conflict(visit.say("Something else was changed since then, so this stays as it is."))
    visit.house.undo(int(number), visit.who)
    back = visit.request.query.get("back", "/")
    own = back.startswith("/") and not back.startswith(("//", "/\\"))
    return visit.go(back if own else "/", visit.say("It is as it was before."))
