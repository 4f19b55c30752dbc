"""The first page: a card a person, what waits for an answer, and how the house is."""

import asyncio
import contextlib
from typing import Final

from aiohttp import web

from guardian.policy.requests import Answer, Kind, Request
from guardian.web.forms import one_of
from guardian.web.visit import Visit

_KEEP_ALIVE_SECONDS: Final = 25


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    status = visit.house.status(visit.language)
    asks = [(each, asked(visit, each)) for each in status.requests]
    return visit.page("home.html", status=status, asks=asks)


def asked(visit: Visit, request: Request) -> str:
    """What a child asks for, as a sentence."""
    if request.kind is Kind.NAME:
        return visit.say("%(person)s asks for %(site)s", person=request.person, site=request.what)
    minutes = visit.language.minutes(request.minutes)
    if not request.what:
        return visit.say("%(person)s asks for %(time)s more", person=request.person, time=minutes)
    thing = visit.house.titles(visit.language.code).get(request.what, request.what)
    return visit.say(
        "%(person)s asks for %(time)s more of %(thing)s",
        person=request.person, time=minutes, thing=thing,
    )  # fmt: skip


async def answer(visit: Visit) -> web.StreamResponse:
    """A parent's answer to a request."""
    chosen = visit.form.read("answer", one_of([each for each in Answer if each is not Answer.OPEN]))
    number = visit.part("number")
    if chosen is None or not number.isdecimal():
        raise web.HTTPNotFound
    because = visit.form.get("because")
    visit.house.answer(int(number), Answer(chosen), because, visit.who)
    said = "Answered: no." if chosen == Answer.NO else "Answered: yes. It is in force now."
    return visit.go("/", visit.say(said))


async def changes(visit: Visit) -> web.StreamResponse:
    """A stream of how often something has changed, now and each time that it does.

    Server-sent events (HTML, section 9.2); a page that shows an older count renews itself.
    """
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(visit.request)
    with contextlib.suppress(ConnectionResetError):
        while True:
            await response.write(b"event: changed\ndata: %d\n\n" % visit.house.changes)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                    await visit.house.changed()
    return response
