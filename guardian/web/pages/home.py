"""The first page: a card a person, what waits for an answer, and how the house is."""

from aiohttp import web

from guardian.policy.requests import Answer, Kind, Request
from guardian.web.events import stream
from guardian.web.forms import one_of
from guardian.web.visit import Visit


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
    if chosen == Answer.NO:
        return visit.go("/", visit.say("Answered: no."))
    return visit.go("/", visit.say("Answered: yes. It is in force now."))


async def changes(visit: Visit) -> web.StreamResponse:
    """A stream that tells the page when to renew itself."""
    return await stream(visit.request, visit.house)
