"""What children ask for: what waits, what was answered and how; and a parent's answer."""

from datetime import timedelta
from typing import Final

from aiohttp import web

from guardian.policy.requests import Answer, NoSuchRequest, Request, may_be_taken_back
from guardian.web import asks
from guardian.web.addresses import own
from guardian.web.forms import one_of
from guardian.web.visit import Visit

_SHOWN: Final = timedelta(days=28)
_MOST: Final = 30  # answered ones on a page
_PAGES: Final = {"home": "/", "requests": "/requests"}


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    store, now = visit.house.store.requests, visit.house.now()
    before = visit.request.query.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 12 else None
    closed = store.answered(now - _SHOWN, _MOST + 1, last)
    titles = visit.house.titles(visit.language.code)
    zone = visit.house.settings.household.zone
    answered = [
        (
            each,
            asks.asked(each, visit.language, titles),
            asks.outcome(each, visit.language),
            may_be_taken_back(each, now, zone),
        )
        for each in closed[:_MOST]
    ]
    waiting = [(each, asks.asked(each, visit.language, titles)) for each in store.waiting()]
    older = closed[_MOST - 1].number if len(closed) > _MOST else None
    return visit.page(
        "requests.html", asks=waiting, answered=answered, older=older,
        appeals=visit.house.store.appeals.waiting(),
        decided=visit.house.store.appeals.decided(now - _SHOWN, _MOST),
    )  # fmt: skip


def asked(visit: Visit, request: Request) -> str:
    """What a child asks for, as a sentence."""
    return asks.asked(request, visit.language, visit.house.titles(visit.language.code))


async def answer(visit: Visit) -> web.StreamResponse:
    """A parent's answer to a request."""
    chosen = visit.form.read("answer", one_of([each for each in Answer if each is not Answer.OPEN]))
    number = visit.number("number")
    if chosen is None:
        raise web.HTTPNotFound
    because = visit.form.get("because")[:200]
    visit.house.answer(number, Answer(chosen), because, visit.who)
    back = _PAGES.get(visit.form.get("from"), "/")
    undo = f"/requests/{number}/undo"
    if chosen == Answer.NO:
        return visit.go(back, visit.say("Answered: no."), undo)
    return visit.go(back, visit.say("Answered: yes. It is in force now."), undo)


async def undo(visit: Visit) -> web.StreamResponse:
    """Take an answer back: what it opened ends, and the request waits again."""
    number = visit.number("number")
    back = own(visit.form.get("back"), "/requests")
    try:
        visit.house.take_back(number, visit.who)
    except NoSuchRequest:
        return visit.go(back, visit.say("This answer cannot be taken back any more."))
    return visit.go(back, visit.say("Taken back. The request waits for an answer again."))
