"""Watch what a device asks for, to make a switch of an app, or to open what a site needs.

Names are shown while the watch runs and until the parent has chosen; nothing of them is kept but
what is chosen. Whoever has the device is told on their own page.
"""

from typing import Any, Final

from aiohttp import web

from guardian.settings import own_rules, own_services
from guardian.web import blocking
from guardian.web.addresses import of_person, of_watch
from guardian.web.edits import edit, undo_of
from guardian.web.forms import Bad, is_title, one_of
from guardian.web.house import CannotWatch
from guardian.web.marked import sentence
from guardian.web.pages.devices import everything
from guardian.web.site_names import site as site_of
from guardian.web.visit import Visit
from guardian.web.watching import Heard

MINUTES: Final = (2, 5, 10)


async def show(visit: Visit) -> web.StreamResponse:
    """What runs, and the form for another one. ?person= and ?device= choose beforehand."""
    return await _page(visit)


async def _page(visit: Visit) -> web.Response:
    seen = [each for each in await everything(visit) if each.last is not None]
    query = visit.request.query
    wanted = query.get("device", "") or next(
        (each.id for each in seen if each.owner == query.get("person")), ""
    )
    return visit.page(
        "watch/begin.html",
        watches=visit.house.watches(),
        devices=[(each.id, _called(visit, each.title, each.owner)) for each in seen],
        wanted=wanted,
        what=visit.form.get("what") or query.get("what", "app"),
        minutes=[(str(each), visit.language.minutes(each)) for each in MINUTES],
        of_watch=of_watch,
    )


def _called(visit: Visit, title: str, owner: str) -> str:
    if not owner:
        return visit.say("%(device)s, nobody’s yet", device=title)
    return visit.say("%(device)s of %(person)s", device=title, person=owner)


async def begin(visit: Visit) -> web.StreamResponse:
    """Watch a device from now on."""
    form = visit.form
    signs = [each.id for each in await everything(visit)]
    device = form.read("device", one_of(signs))
    what = form.read("what", one_of(("app", "site")))
    minutes = form.read("minutes", one_of([str(each) for each in MINUTES]))
    site = form.read("site", site_of) if what == "site" else ""
    if device is None or what is None or minutes is None or site is None:
        return await _page(visit)
    try:
        device = visit.house.watch(device, int(minutes), site, visit.who, visit.address)
    except CannotWatch as problem:
        form.wrong("device", str(problem))
        return await _page(visit)
    return visit.go(of_watch(device))


def _wanted(visit: Visit) -> Heard:
    """The watch of the address. Raises HTTPSeeOther to the form where it is forgotten."""
    heard = visit.house.watched(visit.part("device"), visit.language)
    if heard is None:
        raise web.HTTPSeeOther("/watch")
    return heard


async def see(visit: Visit) -> web.StreamResponse:
    """What was seen so far; once the watch has ended, the form to choose from."""
    return _one(visit, _wanted(visit))


def _one(visit: Visit, heard: Heard) -> web.Response:
    people = [each.name for each in visit.house.settings.household.people if each.profile]
    return visit.page(
        "watch/one.html",
        heard=heard,
        here=of_watch(heard.sign),
        called=_called(visit, heard.title, heard.owner),
        people=[(each, each) for each in people],
        own=[each.title["en"] for each in visit.house.settings.services.own.values()],
        ticked=frozenset(visit.form.all("name")) if visit.form.has("keep") else None,
    )


async def stop(visit: Visit) -> web.StreamResponse:
    """Enough was seen: choose now."""
    visit.house.stop_watch(visit.part("device"), visit.who)
    return visit.go(of_watch(visit.part("device")))


async def forget(visit: Visit) -> web.StreamResponse:
    """End it, and forget what was seen."""
    visit.house.forget_watch(visit.part("device"))
    return visit.go("/watch", visit.say("What was seen is forgotten."))


async def keep(visit: Visit) -> web.StreamResponse:
    """Make a service of the names that are ticked, or open them for somebody."""
    heard = _wanted(visit)
    names = _ticked(visit, heard)
    if visit.form.get("keep") == "service":
        return _keep_service(visit, heard, names)
    return _keep_open(visit, heard, names)


def _ticked(visit: Visit, heard: Heard) -> list[str]:
    offered = {each.name for each in heard.sites}
    names = [each for each in visit.form.all("name") if each in offered]
    names = [each for each in names if visit.house.sites(each)]  # no ending that many share
    if not names:
        visit.form.wrong("name", "Choose at least one name.")
    return names


def _title(text: str) -> str:
    if not is_title(text):
        raise Bad("Give the app a name of at most 40 characters.")
    return text


def _keep_service(visit: Visit, heard: Heard, names: list[str]) -> web.StreamResponse:
    title = visit.form.read("title", _title)
    if title is None or not visit.form.is_good:
        return _one(visit, heard)
    settings = visit.house.settings
    own = {each.title["en"]: each.id for each in settings.services.own.values()}
    taken = settings.services.known() | settings.categories
    service_id = own.get(title) or own_services.word_for(title, taken)
    blocked = [each for each in settings.household.people if each.name in visit.form.all("block")]

    def change(data: Any) -> None:
        own_services.add(data, service_id, title, names)
        for person in blocked:
            block = blocking.switch(visit.house, person, service_id, blocked=True)
            block(own_rules.table_of(data, person.name))

    number = edit(visit, change, sentence("made an app of names"), heard.owner, otherwise="title")
    if number is None:
        return _one(visit, heard)
    visit.house.forget_watch(heard.sign)
    said = (
        visit.say(
            "%(title)s has a switch now, and is blocked for %(people)s.",
            title=title, people=visit.language.several([each.name for each in blocked]),
        )
        if blocked
        else visit.say("%(title)s has a switch for each person now.", title=title)
    )  # fmt: skip
    return visit.go("/settings/services", said, undo_of(number, "/settings/services"))


def _keep_open(visit: Visit, heard: Heard, names: list[str]) -> web.StreamResponse:
    people = {each.name: each for each in visit.house.settings.household.people if each.profile}
    who = visit.form.read("person", one_of(people))
    if who is None or not visit.form.is_good:
        return _one(visit, heard)

    def change(data: Any) -> None:
        table = own_rules.table_of(data, who)
        for name in names:
            own_rules.set_name(table, "deny_names", name, present=False)
            own_rules.set_name(table, "allow_names", name, present=True)

    number = edit(visit, change, sentence("changed which sites are open"), who, otherwise="name")
    if number is None:
        return _one(visit, heard)
    visit.house.forget_watch(heard.sign)
    said = visit.say("%(site)s is open for %(person)s from now on.", site=heard.site, person=who)
    return visit.go(of_person(who, "sites"), said, undo_of(number))
