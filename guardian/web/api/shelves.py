"""Well-known public lists, by the API: what there is, using one, giving it up."""

from dataclasses import dataclass

from aiohttp import web

from guardian.lists import catalogue
from guardian.lists.catalogue import Deed, Duty, NotListed, PublicList
from guardian.lists.source import SourceKind
from guardian.settings import own_lists
from guardian.web.api.call import Call
from guardian.web.api.edits import edit


@dataclass(frozen=True, slots=True)
class KnownList:
    """A public list. entries: about how many; null where nobody counted. counted: when, or "".

    allows, asks: what its licence does. languages: of whom it is made for; empty for everybody.
    families: a small and careful one, good to begin with. about, caveats: in English. used_as: the
    household's own list that it is; null where it is not used.
    """

    id: str
    title: str
    maker: str
    home: str
    url: str
    category: str
    kind: SourceKind
    licence: str
    licence_url: str
    allows: tuple[Deed, ...]
    asks: tuple[Duty, ...]
    entries: int | None
    counted: str
    languages: tuple[str, ...]
    families: bool
    about: str
    caveats: str
    used_as: str | None


@dataclass(frozen=True, slots=True)
class KnownLists:
    """By category, those for families first."""

    lists: tuple[KnownList, ...]


async def known_lists(call: Call) -> KnownLists:
    """Well-known public lists. category, language: only those of one."""
    found = catalogue.chosen(call.query("category"), call.query("language"))
    return KnownLists(tuple(_view(call, each) for each in found))


def _view(call: Call, known: PublicList) -> KnownList:
    used = own_lists.using(call.house.settings.lists, known.location)
    licence = known.licence
    return KnownList(
        known.id, known.title, known.maker.title, known.maker.home, known.location, known.category,
        known.kind, licence.id, licence.url, tuple(sorted(licence.allows)),
        tuple(sorted(licence.asks)), known.entries, known.counted, known.languages, known.families,
        known.about, known.caveats, used.id if used else None,
    )  # fmt: skip


async def use(call: Call) -> KnownList:
    """Use one; nothing happens where it is used already."""
    known = _wanted(call)
    if own_lists.using(call.house.settings.lists, known.location) is None:
        source = own_lists.of_catalogue(known)
        edit(call, lambda data: own_lists.add(data, source), f"added the list {known.title}")
    return _view(call, known)


async def give_up(call: Call) -> None:
    """Give one up."""
    used = own_lists.using(call.house.settings.lists, _wanted(call).location)
    if used is None:
        raise web.HTTPNotFound
    edit(call, lambda data: own_lists.remove(data, used.id), f"gave up the list {used.title}")


def _wanted(call: Call) -> PublicList:
    try:
        return catalogue.called(call.request.match_info["list"])
    except NotListed:
        raise web.HTTPNotFound from None
