"""«Try a name»: what would happen to it for somebody, at a time, why, and what can be done."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, time

from aiohttp import web

from guardian.errors import GuardianError
from guardian.policy import sentences
from guardian.policy.people import Person
from guardian.policy.timeline import Opened
from guardian.policy.windows import DAY, instant
from guardian.web.addresses import of_person
from guardian.web.blocking import base_of
from guardian.web.house import Judged
from guardian.web.moments import moment
from guardian.web.pages.person import wanted
from guardian.web.rights import Right
from guardian.web.site_names import site
from guardian.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Next:
    """What would help: a form at `path` with one value; or a link where there is none."""

    words: str
    path: str
    field: str = ""
    value: str = ""
    is_main: bool = False


async def show(visit: Visit) -> web.StreamResponse:
    """The form."""
    return visit.page("try.html", person=wanted(visit), judged=None)


async def answer(visit: Visit) -> web.StreamResponse:
    """The verdict as a chain: who, what is in force, which rule, until when."""
    person, form = wanted(visit), visit.form
    qname = form.read("name", site)
    at = form.read("at", lambda text: moment(text, visit.now, visit.language))
    judged = None
    if qname is not None and form.is_good:
        try:
            judged = await asyncio.to_thread(
                visit.house.judge,
                qname,
                person.name,
                at,
                visit.language,
                may_know=visit.may(Right.OWN),
            )
        except GuardianError as problem:
            form.wrong("at" if at else "name", f"{problem}.")
    if judged is None or qname is None:
        return visit.page("try.html", person=person, judged=None)
    zone = visit.house.settings.household.zone
    asked = (at or visit.now).replace(tzinfo=zone)
    return visit.page(
        "try.html",
        person=person,
        judged=judged,
        is_secret=judged.step == "ILLEGAL",
        asked=sentences.clock(asked, visit.now, zone, visit.language.say),
        until=sentences.clock(judged.until, asked, zone, visit.language.say)
        if judged.until
        else "",
        steps=_next(visit, person, judged, is_now=at is None),
    )


def _next(visit: Visit, person: Person, judged: Judged, *, is_now: bool) -> list[Next]:
    """The useful things to do about a verdict; the first is the most likely one."""
    here = of_person(person.name, "sites")
    if not visit.may(Right.CHANGE) or not visit.house.sites(judged.qname):
        return []
    if judged.action == "rewrite":
        return [Next(visit.say("Change safe search"), of_person(person.name, "filters") + "#safe")]
    name = judged.qname.removeprefix("www.")
    name = name if visit.house.sites(name) else judged.qname
    own = _own_name(visit, person, judged)
    if judged.action == "allow":
        if own:
            said = visit.say("Take %(site)s off the open sites", site=own)
            return [Next(said, here, "set", f"remove:allow:{own}")]
        if judged.step in ("HELPLINE", "ESSENTIAL"):
            return []
        said = visit.say("Block %(site)s for %(person)s", site=name, person=person.name)
        return [Next(said, here, "set", f"deny:{name}")]
    if judged.step == "PAUSE":
        path = of_person(person.name, "resume")
        is_whole = judged.rule == "pause"
        return [Next(visit.say("End the pause"), path, "from", "person")] if is_whole else []
    if judged.step in ("ILLEGAL", "REBINDING"):
        return []
    steps = []
    if own:
        said = visit.say("Take %(site)s off the blocked sites", site=own)
        steps.append(Next(said, here, "set", f"remove:deny:{own}", is_main=True))
    else:
        said = visit.say("Allow %(site)s for %(person)s", site=name, person=person.name)
        steps.append(Next(said, here, "set", f"allow:{name}", is_main=True))
    if is_now:
        path = of_person(person.name, "open")
        steps.append(Next(visit.say("Allow it until tonight"), path, "name", name))
    return steps


def _own_name(visit: Visit, person: Person, judged: Judged) -> str:
    """The name of somebody's own rules that decided; "" where it was none of those."""
    start, _, name = judged.rule.rpartition(":")
    base = base_of(visit.house, person)
    of_base = base.allow_names if start == "own:allow" else base.deny_names
    return name if start in ("own:allow", "own:deny") and name not in of_base else ""


async def open_tonight(visit: Visit) -> web.StreamResponse:
    """Open one name for somebody until the day is over."""
    person = wanted(visit)
    name = visit.form.read("name", site)
    if name is None or not visit.house.sites(name):
        raise web.HTTPBadRequest
    now, zone = visit.house.now(), visit.house.settings.household.zone
    until = instant(visit.now.date() + DAY, time(0), zone).astimezone(UTC)
    visit.house.begin(Opened(person.name, name, now, until), visit.who)
    said = visit.say(
        "%(site)s is open for %(person)s until tonight.", site=name, person=person.name
    )
    undo = of_person(person.name, "open", name, "end")
    return visit.go(of_person(person.name, "try"), said, undo)


async def close(visit: Visit) -> web.StreamResponse:
    """End that again."""
    person, name = wanted(visit), visit.part("name")
    visit.house.end(Opened, person.name, name, visit.who)
    said = visit.say("%(site)s is no longer open.", site=name)
    return visit.go(of_person(person.name, "try"), said)
