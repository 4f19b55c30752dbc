"""How the filter of this house works, for who lives with it: lists, what is kept, who sees it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guardian.lists import catalogue
from guardian.lists.standing import SourceStatus
from guardian.policy.rules import ILLEGAL_CATEGORY
from guardian.store.activity import HOURS_KEPT, NAMES_KEPT
from guardian.store.appeals import Tally
from guardian.web.house import House
from guardian.web.marked import sentence

_YEAR: Final = timedelta(days=366)
KEPT: Final = (
    (sentence("How often devices look something up, of which kinds, by the hour"), HOURS_KEPT),
    (
        sentence("Names of sites that were filtered, where the level of somebody says so"),
        NAMES_KEPT,
    ),
    (sentence("Minutes used, where there is a limit"), _YEAR),
    (sentence("What was asked for and answered"), _YEAR),
    (sentence("What somebody changed or did here"), _YEAR),
)
"""What is kept, and how long at most. It stays true to what `store` forgets."""


@dataclass(frozen=True, slots=True)
class ListShown:
    """A list. maker: "" where nobody is known. because: "law", "wish" or "product"."""

    id: str
    category: str
    names: int
    version: str
    licence: str
    maker: str
    home: str
    because: str
    appeals: Tally


@dataclass(frozen=True, slots=True)
class Shown:
    """All of it. roles: how many accounts there are of each. levels: what is seen of how many."""

    kind: str
    country: str
    lists: tuple[ListShown, ...]
    roles: Mapping[str, int]
    levels: Mapping[str, int]
    counts_illegal: bool
    statistics: bool
    notice: timedelta


def shown(house: House) -> Shown:
    """How it is now. Nobody is named in it."""
    settings, household = house.settings, house.settings.household
    tallies = house.store.appeals.tallies()
    return Shown(
        str(household.kind),
        household.country,
        tuple(_list(each, tallies) for each in house.lists()),
        Counter(str(each.role) for each in house.store.accounts.all()),
        Counter(str(each.privacy) for each in household.people),
        settings.lists.count_illegal,
        household.statistics,
        household.notice,
    )


def _list(each: SourceStatus, tallies: Mapping[str, Tally]) -> ListShown:
    known = catalogue.at(each.source.location)
    is_law = each.source.category == ILLEGAL_CATEGORY
    return ListShown(
        each.source.id,
        each.source.category,
        each.names,
        each.version,
        each.licence,
        known.maker.title if known else "guardian" if each.source.bundled else "",
        known.maker.home if known else "",
        "law" if is_law else "product" if each.source.bundled else "wish",
        tallies.get(each.source.id, Tally()),
    )
