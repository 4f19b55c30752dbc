"""«This is wrongly filtered»: said by a child or anyone in the house, decided by a parent."""

from typing import Any, Final

from aiohttp import web

from guardian.policy.rules import Action, Step
from guardian.settings import ConfigError
from guardian.store.appeals import Verdict
from guardian.web import kindly
from guardian.web.addresses import own
from guardian.web.forms import Bad
from guardian.web.house import NotThere
from guardian.web.pages.me import site
from guardian.web.visit import Visit

_HERE: Final = "/me/wrong"
_DECISIONS: Final = {"upheld": Verdict.UPHELD, "kept": Verdict.KEPT}


async def show(visit: Visit) -> web.StreamResponse:
    """The form, for whoever uses a device here."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    return visit.page("me/wrong.html", site=visit.request.query.get("site", "")[:253])


async def appeal(visit: Visit) -> web.StreamResponse:
    """Keep it. Of a name that a list of illegal content has, nothing is kept."""
    pace: Any = visit.request.app["pace"]
    if not pace.may(f"wrong {visit.address}"):
        return visit.go("/me", visit.say(kindly.TOO_FAST))
    qname = visit.form.read("site", site)
    reason = visit.form.read("reason", _reason)
    if qname is None or reason is None:
        return _page(visit)
    told = visit.house.explain(qname, visit.house.in_force(visit.address), visit.language)
    if told.verdict.rule is not None and told.verdict.rule.step is Step.ILLEGAL:
        return visit.go("/me", visit.say("This site cannot be opened for anybody here."))
    if told.verdict.action is not Action.BLOCK:
        return visit.go("/me", visit.say("This site is not closed for you. Try it once more."))
    person = visit.person.name if visit.person else ""
    if not visit.house.appeal(person, qname, reason):
        return visit.go("/me", visit.say("This was said already, and waits for an answer."))
    return visit.go("/me", visit.say("Thank you. Somebody will look at it."))


def _reason(text: str) -> str:
    if not text:
        raise Bad("Write in a few words why it should be open.")
    return "".join(each if each.isprintable() else " " for each in text)


async def decide(visit: Visit) -> web.StreamResponse:
    """A parent's answer."""
    number, verdict = visit.number("number"), _DECISIONS.get(visit.form.get("verdict"))
    if verdict is None:
        raise web.HTTPNotFound
    back = own(visit.form.get("back"), "/requests")
    try:
        visit.house.decide_appeal(number, verdict, visit.form.get("because"), visit.who)
    except NotThere:
        return visit.go(back, visit.say("This has its answer already."))
    except ConfigError as problem:
        return visit.go(back, str(problem))
    undo = f"/appeals/{number}/undo"
    if verdict is Verdict.UPHELD:
        return visit.go(back, visit.say("Kept: the list was wrong. It is in force now."), undo)
    return visit.go(back, visit.say("Kept: the site stays closed."), undo)


async def undo(visit: Visit) -> web.StreamResponse:
    """Take the answer back."""
    number, back = visit.number("number"), own(visit.form.get("back"), "/requests")
    try:
        visit.house.decide_appeal(number, Verdict.OPEN, "", visit.who)
    except NotThere:
        return visit.go(back, visit.say("This answer cannot be taken back any more."))
    return visit.go(back, visit.say("Taken back. It waits for an answer again."))
