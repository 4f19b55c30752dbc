"""What a list says of a name."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    BLOCK = "block"
    ALLOW = "allow"


class Scope(StrEnum):
    EXACT = "exact"
    SUBDOMAINS = "subdomains"  # the name and all below it
    BELOW = "below"  # all below the name, but not itself


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What narrows or strengthens an entry (Adblock DNS syntax).

    only_types, not_types: qtypes it speaks of; both empty means all. denyallow: qnames below it
    that it does not speak of.
    """

    important: bool = False
    only_types: frozenset[int] = frozenset()
    not_types: frozenset[int] = frozenset()
    denyallow: tuple[str, ...] = ()


PLAIN = Modifiers()


class Variety(NamedTuple):
    """What is said of a name, whoever says it."""

    kind: Kind
    scope: Scope
    modifiers: Modifiers = PLAIN


BLOCKS_ALL = Variety(Kind.BLOCK, Scope.SUBDOMAINS)
BLOCKS_ONE = Variety(Kind.BLOCK, Scope.EXACT)
BLOCKS_BELOW = Variety(Kind.BLOCK, Scope.BELOW)


@dataclass(frozen=True, slots=True)
class ListInfo:
    """One list in an index.

    id: such as "adult-starter". allows: whether the whole list lifts its category instead of
    blocking. confidential: nobody may read back its names. version: as its source gives it.
    nearest: of its entries on a name and its parents only those at the nearest one count, as in a
    DNS zone.
    trial_of: the list whose new content this is, for who tries it; "" for what everybody has.
    came: when this content came, UTC, as ISO 8601 has it; "" where that is not known.
    """

    id: str
    category: str
    version: str = ""
    allows: bool = False
    confidential: bool = False
    names: int = 0
    nearest: bool = False
    trial_of: str = ""
    came: str = ""

    def counts(self, tried: Collection[str]) -> bool:
        """Whether it counts for who has the new content of some lists in place of the old one.

        tried: the ids of these lists.
        """
        return self.trial_of in tried if self.trial_of else self.id not in tried


@dataclass(frozen=True, slots=True)
class Entry:
    """One list's word on one name."""

    list: ListInfo
    kind: Kind
    scope: Scope
    modifiers: Modifiers = field(default=PLAIN)
