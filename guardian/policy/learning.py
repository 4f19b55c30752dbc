"""What a site needs, learnt by watching: which of the names that were seen to propose.

Only what is proposed is kept at once; any other name a parent can keep by saying it. Proposed are
whole names, as they were asked for: a shorter one would open what nobody has looked at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guardian.names import suffixes

MOST: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A name that was asked for. count: how often. belongs: to what, in people's words."""

    qname: str
    count: int
    belongs: tuple[str, ...] = ()

    @property
    def proposed(self) -> bool:
        """Whether it is anybody's in particular: a tracker, a network of friends, a film."""
        return not self.belongs


def found(names: Mapping[str, int], belongs: Callable[[str], tuple[str, ...]]) -> list[Found]:
    """What was seen, the most asked for first."""
    rows = sorted(names.items(), key=lambda row: (-row[1], row[0]))
    return [Found(qname, count, belongs(qname)) for qname, count in rows]


def proposals(site: str, seen: Iterable[Found]) -> tuple[str, ...]:
    """The names to keep: the site, and what else is proposed and not below another of them."""
    wanted = {site, *(each.qname for each in seen if each.proposed)}
    return without_covered(wanted)


def without_covered(names: Iterable[str]) -> tuple[str, ...]:
    """Names, but those below another of them, which covers them."""
    known = frozenset(names)
    return tuple(sorted(name for name in known if not known.intersection(list(suffixes(name))[1:])))
