"""What all entries on a name and its parents come to.

Within one list: an important exception beats an important block, that an exception, that a block.
An exception acts within its own list only, else an advertising list could open an adult name. A
list of kind allow lifts its category. Nothing lifts the category "illegal".

Of a list in the manner of a zone (`ListInfo.nearest`) only the nearest name with a word on the
qname is heard, and what stands below a name is heard where no nearer name stands in the zone: the
wildcards of RFC 4592, section 3.3.1, as far as names that have entries go.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from guardian.lists.entry import Entry, Kind, Scope
from guardian.names import is_under

ILLEGAL: Final = "illegal"


@dataclass(frozen=True, slots=True)
class Match:
    """The entries that stand and those that were lifted or lift."""

    blocked: tuple[Entry, ...] = ()
    allowed: tuple[Entry, ...] = ()

    @property
    def blocked_categories(self) -> frozenset[str]:
        """The categories in which the name is blocked."""
        return frozenset(entry.list.category for entry in self.blocked)


NOTHING: Final = Match()


def weigh(found: Iterable[tuple[str, Entry]], qname: str, qtype: int) -> Match:
    """What entries, each with the name it stands at (longest first), mean for a qname and qtype."""
    by_list: dict[str, list[Entry]] = {}
    for entry in _heard(found, qname, qtype):
        by_list.setdefault(entry.list.id, []).append(entry)
    winners = [max(entries, key=_strength) for entries in by_list.values()]
    lifted = {entry.list.category for entry in winners if entry.list.allows} - {ILLEGAL}
    blocked = tuple(
        entry
        for entry in winners
        if entry.kind is Kind.BLOCK and not entry.list.allows and entry.list.category not in lifted
    )
    allowed = tuple(entry for entry in winners if entry.kind is Kind.ALLOW or entry.list.allows)
    return Match(blocked, allowed)


def _heard(found: Iterable[tuple[str, Entry]], qname: str, qtype: int) -> Iterator[Entry]:
    in_zone: dict[str, str] = {}  # list id → its name that is nearest to the qname
    heard: dict[str, str] = {}  # list id → its nearest name with a word on it
    for at, entry in found:
        zone = entry.list.id
        nearest = in_zone.setdefault(zone, at)
        if not _speaks_of(entry, at, qname, qtype):
            continue
        if entry.list.nearest:
            if entry.scope is Scope.BELOW and at != nearest:
                continue
            if heard.setdefault(zone, at) != at:
                continue
        yield entry


def _speaks_of(entry: Entry, at: str, qname: str, qtype: int) -> bool:
    if entry.scope is (Scope.BELOW if at == qname else Scope.EXACT):
        return False
    modifiers = entry.modifiers
    if modifiers.only_types and qtype not in modifiers.only_types:
        return False
    if qtype in modifiers.not_types:
        return False
    return not any(is_under(qname, name) for name in modifiers.denyallow)


def _strength(entry: Entry) -> tuple[bool, bool]:
    return entry.modifiers.important, entry.kind is Kind.ALLOW
