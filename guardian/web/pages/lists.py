"""Where categories come from: the lists, how they stand, and which of them names a site."""

from typing import Any, Final

from aiohttp import web

from guardian.names import InvalidName, normalise
from guardian.settings import ConfigError
from guardian.settings.edit import listed
from guardian.web.languages import sentence
from guardian.web.visit import Visit

_HERE: Final = "/settings/lists"


async def show(visit: Visit) -> web.StreamResponse:
    """The lists; with ?name=, those that speak of that name."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    house = visit.house
    wanted = visit.request.query.get("name", "").strip()[:300]
    speaks: tuple[str, ...] | None = None
    if wanted:
        try:
            speaks = tuple(house.speak_of(normalise(wanted)))
        except InvalidName:
            visit.form.wrong("name", "This is no name of a site, such as example.org.")
    titles = house.titles(visit.language.code)
    return visit.page(
        "settings/lists.html", lists=house.lists(), titles=titles, wanted=wanted, speaks=speaks,
        own={each.id for each in house.settings.lists.sources}, version=house.version(),
    )  # fmt: skip


async def update(visit: Visit) -> web.StreamResponse:
    """Fetch all lists again; that goes on in the background, and pages follow it."""
    visit.house.update_lists(visit.who)
    return visit.go(
        _HERE, visit.say("The lists are being fetched. The page shows when it is done.")
    )


async def add(visit: Visit) -> web.StreamResponse:
    """Subscribe to a list."""
    form = visit.form
    source = {
        "name": form.get("title"),
        "url": form.get("url"),
        "category": form.get("category").lower(),
        "update": "1d",
    }

    def change(data: Any) -> None:
        lists = data.setdefault("lists", {})
        lists["sources"] = [*listed(lists.get("sources")), source]

    for field, words in (
        ("title", sentence("Give the list a name.")),
        ("url", sentence("Write the address of the list, beginning with https://")),
        ("category", sentence("Say which category its names belong to.")),
    ):
        if not form.get(field):
            form.wrong(field, words)
    if not form.is_good:
        return _page(visit)
    try:
        visit.house.edit(change, f"added the list {source['name']}", visit.who, form.get("version"))
    except ConfigError as problem:
        found = problem.problems[0]
        field = found.field.rpartition(".")[2]
        place = {"name": "title", "url": "url", "category": "category"}.get(field, "title")
        form.wrong(place, f"{found.problem}; {found.mend}")
        return _page(visit)
    return visit.go(_HERE, visit.say("Added. Its names count as soon as it has been fetched."))


async def remove(visit: Visit) -> web.StreamResponse:
    """Give up a list that the household chose."""
    wanted = visit.form.get("list")
    names = {each.title for each in visit.house.settings.lists.sources if each.id == wanted}

    def change(data: Any) -> None:
        lists = data.get("lists", {})
        kept = [each for each in listed(lists.get("sources")) if str(each.get("name")) not in names]
        lists["sources"] = kept

    visit.house.edit(change, f"gave up the list {wanted}", visit.who, visit.form.get("version"))
    return visit.go(_HERE, visit.say("The list is no longer used."))
