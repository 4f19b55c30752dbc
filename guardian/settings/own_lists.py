"""The lists that a household chose, edited in its configuration.

Functions take the configuration as `edit` reads it, and change it in place. A list is called by its
id, which is its name as a word.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from guardian.lists.catalogue import PublicList
from guardian.lists.source import SourceKind
from guardian.settings.edit import listed
from guardian.settings.sections.lists import Lists, ListSource, identifier


def add(data: Any, source: Mapping[str, str]) -> None:
    """Subscribe to one more."""
    lists = data.get("lists")
    if not lists:
        lists = data["lists"] = {}
    lists["sources"] = [*listed(lists.get("sources")), dict(source)]


def of_catalogue(known: PublicList) -> dict[str, str]:
    """A list of the catalogue as a source of the configuration."""
    source = {"name": known.title, "url": known.location, "category": known.category}
    if known.kind is not SourceKind.BLOCK:
        source["kind"] = known.kind.value
    if known.format != "auto":
        source["format"] = known.format
    return {**source, "update": known.update}


def using(lists: Lists, location: str) -> ListSource | None:
    """The household's list from a location; None where it uses none."""
    return next((each for each in lists.sources if each.location == location), None)


def remove(data: Any, list_id: str) -> None:
    """Give one up."""
    lists = data.get("lists") or {}
    lists["sources"] = [
        each for each in listed(lists.get("sources")) if not _is_called(each, list_id)
    ]
    if not lists["sources"]:
        lists.pop("sources")


def set_hold(data: Any, list_id: str, *, hold: bool) -> None:
    """Keep one as it is, or let newer content come again."""
    for each in listed((data.get("lists") or {}).get("sources")):
        if _is_called(each, list_id):
            if hold:
                each["hold"] = True
            else:
                each.pop("hold", None)


def set_wrong(data: Any, names: Iterable[str], *, is_wrong: bool) -> None:
    """Keep names as ones that lists name wrongly, or no more."""
    lists = data.get("lists")
    if not lists:
        lists = data["lists"] = {}
    wanted = dict.fromkeys(names)
    kept = [each for each in listed(lists.get("wrong")) if str(each) not in wanted]
    lists["wrong"] = [*kept, *(wanted if is_wrong else ())]
    if not lists["wrong"]:
        lists.pop("wrong")


def _is_called(source: Any, list_id: str) -> bool:
    return identifier(str(source.get("name", "")).strip()) == list_id
