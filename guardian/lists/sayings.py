"""Who says so: the word of each list that speaks of a name, and how old and how wide it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from guardian.lists.entry import Entry, Kind, Scope
from guardian.lists.index import Index
from guardian.lists.match import Match
from guardian.names import to_wire, wire_suffixes


class Line(StrEnum):
    """What a list's line on a name means."""

    EXACT = Scope.EXACT.value
    SUBDOMAINS = Scope.SUBDOMAINS.value
    BELOW = Scope.BELOW.value
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Saying:
    """One list's word on a name.

    list: its id. allows: whether it takes the name out of the category. version: as its maker gives
    it, else a day; "" if none is known. came: UTC, when this content came first; None where that is
    not known. is_tried: it is new content that counts on some devices alone.
    """

    list: str
    category: str
    allows: bool
    line: Line
    version: str
    came: datetime | None
    is_tried: bool = False

    def as_data(self) -> dict[str, Any]:
        """As commands print it in JSON."""
        return {
            "list": self.list,
            "category": self.category,
            "kind": "allow" if self.allows else "block",
            "scope": self.line.value,
            "version": self.version,
            "came": self.came.isoformat() if self.came is not None else None,
        }

    @property
    def sentence(self) -> str:
        """In English, for commands."""
        said = f"{self.category}, {self.line}; version {self.version or 'unknown'}"
        said += f", of {self.came:%Y-%m-%d}" if self.came is not None else ""
        said += "; tried on some devices" if self.is_tried else ""
        return f"{'allow' if self.allows else 'block'} by {self.list} ({said})"


def sayings(index: Index, qname: str, match: Match) -> tuple[Saying, ...]:
    """What each list says of a name. match: what the index says of it, as far as it may be told."""
    wire, spoken = to_wire(qname), {*match.blocked, *match.allowed}
    said = [(entry, Line.PATTERN) for entry in index.by_pattern(wire)]
    said += [
        (entry, Line(entry.scope))
        for suffix in wire_suffixes(wire)
        for entry in index.named(suffix)
    ]
    found = (_saying(entry, line) for entry, line in said if entry in spoken)
    return tuple(dict.fromkeys(found))


def _saying(entry: Entry, line: Line) -> Saying:
    about = entry.list
    return Saying(
        about.trial_of or about.id,
        about.category,
        about.allows or entry.kind is Kind.ALLOW,
        line,
        about.version,
        datetime.fromisoformat(about.came) if about.came else None,
        is_tried=bool(about.trial_of),
    )
