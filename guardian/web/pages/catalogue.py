"""Well-known public lists, by what they are for, each with one button."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from aiohttp import web

from guardian.lists import bundled, catalogue
from guardian.lists.catalogue import NotListed, PublicList
from guardian.settings import own_lists
from guardian.settings.bundled import folders
from guardian.web.edits import edit, undo_of
from guardian.web.visit import Visit

_HERE: Final = "/settings/lists/catalogue"
_LARGE: Final = 1_000_000  # names, of which a small box feels the memory
_ORDER: Final = (  # of categories: what parents look for first; others follow by their names
    "adult", "violence", "drugs", "gambling", "dating", "malware", "bypass", "social", "messaging",
    "ai-chat", "games", "video", "file-sharing", "ads",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A list. used_as: the household's name for it; "" where it is not used.

    counted: when its size was; "" if not known. languages: in the reader's words.
    """

    known: PublicList
    used_as: str
    counted: str
    languages: Sequence[str]

    @property
    def is_large(self) -> bool:
        """Whether to warn."""
        return (self.known.entries or 0) >= _LARGE


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lists of a category. first: those in use and good ones to begin with; more: the rest."""

    category: str
    title: str
    first: Sequence[Row]
    more: Sequence[Row]


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    return visit.page("settings/catalogue.html", shelves=list(_shelves(visit)))


def _shelves(visit: Visit) -> Iterator[Shelf]:
    ours = folders(bundled.folder())
    of = {
        category: [_row(visit, each) for each in found]
        for category, found in groupby(catalogue.catalogue(), lambda each: each.category)
    }
    for category in sorted(of, key=lambda each: (*_ORDER, each).index(each)):
        rows = of[category]
        first = [each for each in rows if each.used_as or each.known.families]
        more = [each for each in rows if each not in first]
        title = bundled.title(ours[category], visit.language.code)
        yield Shelf(category, title, first, more)


def _row(visit: Visit, known: PublicList) -> Row:
    used = own_lists.using(visit.house.settings.lists, known.location)
    counted = known.counted
    if "-" in counted:
        counted = visit.language.day(date.fromisoformat(counted))
    names = visit.language.locale.languages
    return Row(
        known,
        used.title if used else "",
        counted,
        [str(names.get(each, each)) for each in known.languages],
    )


async def switch(visit: Visit) -> web.StreamResponse:
    """Use a list of the catalogue, or give it up. Raises HTTPNotFound."""
    try:
        known = catalogue.called(visit.form.get("list"))
    except NotListed:
        raise web.HTTPNotFound from None
    used = own_lists.using(visit.house.settings.lists, known.location)
    wanted = visit.form.get("use") == "on"
    if wanted is (used is not None):  # pressed twice, or somebody else was faster
        return visit.go(f"{_HERE}#{known.id}")
    if used is None:
        number = edit(
            visit,
            lambda data: own_lists.add(data, own_lists.of_catalogue(known)),
            f"added the list {known.title}",
            otherwise="list",
        )
        said = visit.say(
            "%(list)s is used. Its names count as soon as it has been fetched.", list=known.title
        )
    else:
        number = edit(
            visit,
            lambda data: own_lists.remove(data, used.id),
            f"gave up the list {used.title}",
            otherwise="list",
        )
        said = visit.say("%(list)s is no longer used.", list=used.title)
    if number is None:
        return _page(visit)
    return visit.go(f"{_HERE}#{known.id}", said, undo_of(number, _HERE))
