"""What children think of guardian: asked without a name, shown to everybody in the house alike."""

from typing import Any, Final

from aiohttp import web

from guardian.store.survey import AT_ONCE
from guardian.web import kindly
from guardian.web.forms import one_of
from guardian.web.survey import QUESTIONS
from guardian.web.visit import Visit

_HERE: Final = "/me/survey"
_COOKIE: Final = "survey"  # that it was answered here; it says nothing of what
_COOKIE_SECONDS: Final = 28 * 86_400


async def show(visit: Visit) -> web.StreamResponse:
    """The questions, and what was answered so far."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    store = visit.house.store.survey
    return visit.page(
        "me/survey.html", questions=QUESTIONS, results=store.shown(), sheets=store.sheets(),
        least=AT_ONCE, has_answered=_COOKIE in visit.request.cookies,
    )  # fmt: skip


async def answer(visit: Visit) -> web.StreamResponse:
    """Count the answers; a question may be left out."""
    pace: Any = visit.request.app["pace"]
    if _COOKIE in visit.request.cookies:
        return visit.go(_HERE)
    if not pace.may(f"survey {visit.address}"):
        return visit.go(_HERE, visit.say(kindly.TOO_FAST))
    given = {}
    for question, (_, answers) in QUESTIONS.items():
        if visit.form.has(question):
            chosen = visit.form.read(question, one_of([*answers]))
            if chosen is not None:
                given[question] = chosen
    if not visit.form.is_good:
        return _page(visit)
    if given:
        visit.house.store.survey.add(given)
    done = visit.go(_HERE, visit.say("Thank you. Your answers are counted, without your name."))
    done.set_cookie(_COOKIE, "1", max_age=_COOKIE_SECONDS, httponly=True, samesite="Strict")
    return done


async def export(visit: Visit) -> web.StreamResponse:
    """The counts, for machines."""
    store = visit.house.store.survey
    return web.json_response({"sheets": store.sheets(), "answers": store.shown()})
