"""Sites that are always open or always blocked for somebody, by name."""

from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from guardian.policy.people import Person
from guardian.settings import own_rules
from guardian.web.addresses import of_person
from guardian.web.blocking import base_of, profile_of
from guardian.web.edits import edit, undo_of
from guardian.web.marked import sentence
from guardian.web.pages.person import wanted
from guardian.web.site_names import is_address, site
from guardian.web.visit import Visit

LISTS: Final = {"allow": "allow_names", "deny": "deny_names", "pattern": "deny_patterns"}
OTHER: Final = {"allow": "deny_names", "deny": "allow_names"}


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return _page(visit)


def _page(visit: Visit, choices: tuple[str, ...] = ()) -> web.Response:
    """choices: names of which one is meant, where that is not sure."""
    person = wanted(visit)
    profile, base = profile_of(person), base_of(visit.house, person)
    return visit.page(
        "sites.html",
        person=person,
        profile=profile,
        choices=choices,
        lists={
            way: sorted((name, name in getattr(base, key)) for name in getattr(profile, key))
            for way, key in LISTS.items()
        },
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Allow or block a site, take one off, or switch «only chosen sites»."""
    person = wanted(visit)
    verb, _, rest = visit.form.get("set").partition(":")
    if verb in ("allow", "deny"):
        return _add(visit, person, verb, rest)
    if verb == "pattern":
        return _add_pattern(visit, person)
    if verb == "remove":
        way, _, name = rest.partition(":")
        if way in LISTS and name:
            return _remove(visit, person, way, name)
    if verb == "only" and rest in ("on", "off"):
        return _only(visit, person, rest)
    raise web.HTTPBadRequest


def _add(visit: Visit, person: Person, way: str, picked: str) -> web.StreamResponse:
    """picked: one of the names that were offered; "" where the field says it."""
    text = picked or visit.form.get("name")
    visit.form.values = {**visit.form.values, "name": [text]}
    qname = visit.form.read("name", site)
    if qname is None:
        return _page(visit)
    names = visit.house.sites(qname)
    if not names:
        visit.form.wrong(
            "name",
            "Many sites share this ending. Write the name of one site, such as example.org.",
        )
        return _page(visit)
    if not picked and is_address(text) and len(names) > 1:
        return _page(visit, tuple(names))

    def change(table: Any) -> None:
        own_rules.set_name(table, OTHER[way], qname, present=False)
        own_rules.set_name(table, LISTS[way], qname, present=True)

    said = (
        sentence("%(site)s is always open for %(person)s from now on.")
        if way == "allow"
        else sentence("%(site)s is always blocked for %(person)s from now on.")
    )
    return _kept(visit, person, change, visit.say(said, site=qname, person=person.name), "name")


def _add_pattern(visit: Visit, person: Person) -> web.StreamResponse:
    pattern = visit.form.get("pattern").lower()
    if not pattern:
        visit.form.wrong("pattern", "Write a pattern, such as ads*.example.org.")
        return _page(visit)
    said = visit.say(
        "Names like %(pattern)s are blocked for %(person)s from now on.",
        pattern=pattern, person=person.name,
    )  # fmt: skip
    return _kept(
        visit,
        person,
        lambda table: own_rules.set_name(table, LISTS["pattern"], pattern, present=True),
        said,
        "pattern",
    )


def _remove(visit: Visit, person: Person, way: str, name: str) -> web.StreamResponse:
    said = visit.say("%(site)s is taken off the list.", site=name)
    return _kept(
        visit,
        person,
        lambda table: own_rules.set_name(table, LISTS[way], name, present=False),
        said,
        "name",
    )


def _only(visit: Visit, person: Person, rest: str) -> web.StreamResponse:
    base, only = base_of(visit.house, person), rest == "on"
    said = (
        sentence("Only chosen sites are open for %(person)s from now on.")
        if only
        else sentence("More than the chosen sites is open for %(person)s from now on.")
    )
    return _kept(
        visit,
        person,
        lambda table: own_rules.set_allow_only(table, base, only=only),
        visit.say(said, person=person.name),
        "name",
    )


def _kept(
    visit: Visit, person: Person, change: Callable[[Any], None], said: str, field: str
) -> web.StreamResponse:
    """The page after an edit of somebody's table; the form again where it was not taken."""
    number = edit(
        visit,
        lambda data: change(own_rules.table_of(data, person.name)),
        sentence("changed which sites are open"),
        person.name,
        {"deny_patterns": "pattern"},
        otherwise=field,
    )
    if number is None:
        return _page(visit)
    return visit.go(of_person(person.name, "sites"), said, undo_of(number))
