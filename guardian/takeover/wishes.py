"""What a household wished of another product, in guardian's words, before it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from guardian.policy.windows import Weekday
from guardian.settings.times import MIDNIGHT, clock_text, days_texts


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of some days in which things are blocked. start, end: minutes since midnight."""

    days: frozenset[Weekday]
    start: int
    end: int
    block: tuple[str, ...]

    @property
    def as_data(self) -> dict[str, Any]:
        """As a window of the configuration."""
        days = {} if len(self.days) == len(Weekday) else {"days": days_texts(self.days)}
        times = {"from": clock_text(self.start), "to": clock_text(self.end)}
        return {"kind": "screen-free", **days, **times, "block": list(self.block)}


@dataclass(frozen=True, slots=True)
class Rules:
    """What somebody may do; what a profile will say.

    safe_search: engine → true, false or a level, as the configuration has it.
    answer: how a block is answered; "" for guardian's own way.
    """

    block: tuple[str, ...] = ()
    allow_names: tuple[str, ...] = ()
    deny_names: tuple[str, ...] = ()
    deny_patterns: tuple[str, ...] = ()
    safe_search: Mapping[str, object] = field(default_factory=dict)
    stretches: tuple[Stretch, ...] = ()
    deny_homographs: bool = False
    answer: str = ""
    answer_address: tuple[str, ...] = ()

    def __or__(self, other: "Rules") -> "Rules":
        """What both say; of two safe searches or answers the left one's."""
        joined: dict[str, Any] = {}
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            both = isinstance(mine, tuple) and each.name != "answer_address"
            joined[each.name] = tuple(dict.fromkeys((*mine, *theirs))) if both else mine or theirs
        return Rules(**joined)

    @property
    def as_data(self) -> dict[str, Any]:
        """As a profile of the configuration, without what it does not say."""
        said: dict[str, Any] = {
            "block": list(self.block),
            "allow_names": list(self.allow_names),
            "deny_names": [each for each in self.deny_names if each not in self.allow_names],
            "deny_patterns": list(self.deny_patterns),
            "safe_search": dict(self.safe_search),
            "windows": [each.as_data for each in self.stretches],
            "deny_homographs": self.deny_homographs,
            "answer": self.answer,
            "answer_address": list(self.answer_address) if self.answer == "address" else [],
        }
        return {key: value for key, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Client:
    """Who or what had rules of its own. devices: as the configuration has them.

    rules: None for those of the house. upstreams: entries of their own, None: everybody's.
    """

    name: str
    devices: tuple[str, ...]
    rules: Rules | None = None
    upstreams: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class NamedDevice:
    """A device with its name. known_by: as the configuration has it."""

    name: str
    known_by: tuple[str, ...]
    blocked: bool = False


@dataclass(slots=True)
class Wishes:
    """All of it, as its reader comes upon it.

    product: as people call it. zone: an IANA name; "" for unsaid. house: what holds for everybody
    without rules of their own. sources: `lists.sources[]`; upstreams: `upstreams[]` for everybody
    and for some names; suffixes and records: those of `local`. strategy: "" for guardian's own.
    """

    product: str
    zone: str = ""
    house: Rules = field(default_factory=Rules)
    clients: list[Client] = field(default_factory=list)
    devices: list[NamedDevice] = field(default_factory=list)
    sources: list[dict[str, str]] = field(default_factory=list)
    upstreams: list[dict[str, Any]] = field(default_factory=list)
    suffixes: dict[str, str] = field(default_factory=dict)
    records: dict[str, list[str]] = field(default_factory=dict)
    strategy: str = ""
    rebinding: bool = True


_WHOLE: Final = (0, MIDNIGHT)


def outside(free: Mapping[Weekday, tuple[int, int]], block: tuple[str, ...]) -> tuple[Stretch, ...]:
    """When things are blocked that are free in one stretch of each day, and else are not.

    free: from and to, in minutes since midnight; a day without one is blocked whole.
    """
    if not block:
        return ()
    blocked: dict[tuple[int, int], set[Weekday]] = {}
    for day in Weekday:
        start, end = free.get(day, (0, 0))
        rest = ((0, start), (end, MIDNIGHT)) if start < end else (_WHOLE,)
        for piece in rest:
            if piece[0] < piece[1]:
                blocked.setdefault(piece, set()).add(day)
    return tuple(
        Stretch(frozenset(days), start, end, block)
        for (start, end), days in sorted(blocked.items())
    )
