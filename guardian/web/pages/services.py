"""The apps that a household made itself: their names, and for whom they are blocked."""

from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from guardian.safety.services import Service
from guardian.settings import own_services
from guardian.web.edits import edit, undo_of
from guardian.web.marked import sentence
from guardian.web.visit import Visit

_HERE: Final = "/settings/services"


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    settings = visit.house.settings
    people = [each for each in settings.household.people if each.profile is not None]
    return visit.page(
        "settings/services.html",
        services=sorted(settings.services.own.values(), key=lambda each: each.title["en"]),
        people=people,
    )


async def take_name(visit: Visit) -> web.StreamResponse:
    """Take a name out of one."""
    service, name = _wanted(visit), visit.form.get("name")
    if service.names == (name,):
        visit.form.wrong("service", "This is its last name. Remove the app instead.")
        return _page(visit)
    said = visit.say("%(site)s is taken off the list.", site=name)
    return _kept(visit, lambda data: own_services.take_name(data, service.id, name), said)


async def remove(visit: Visit) -> web.StreamResponse:
    """Give one up."""
    service = _wanted(visit)
    said = visit.say("%(title)s has no switch any more.", title=service.title["en"])
    return _kept(visit, lambda data: own_services.remove(data, service.id), said)


def _wanted(visit: Visit) -> Service:
    service = visit.house.settings.services.own.get(visit.part("service"))
    if service is None:
        raise web.HTTPNotFound
    return service


def _kept(visit: Visit, change: Callable[[Any], None], said: str) -> web.StreamResponse:
    number = edit(visit, change, sentence("changed an own app"), otherwise="service")
    if number is None:
        return _page(visit)
    return visit.go(_HERE, said, undo_of(number))
