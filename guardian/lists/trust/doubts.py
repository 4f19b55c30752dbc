"""When new content of a list does not count until a person has looked at it.

A list changes a little each day. Where it falls or grows by more than its share, names what no
family filter blocks (a canary), or is suddenly written in another format, something has most likely
gone wrong at its maker's, on the way, or in an attacker's favour. `judging` finds it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Why(StrEnum):
    """What is doubtful."""

    SHRINKS = "shrinks"
    GROWS = "grows"
    CANARY = "canary"
    FORMAT = "format"
    STAGED = "staged"  # nothing is wrong with it: this list's new contents always wait


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason for which content waits.

    before, after: numbers of names, or formats; of CANARY, after is how many there are. names: some
    of these; none of a confidential list.
    """

    why: Why
    before: str = ""
    after: str = ""
    names: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """In English, for commands."""
        match self.why:
            case Why.SHRINKS:
                return f"it shrinks from {self.before} to {self.after} names"
            case Why.GROWS:
                return f"it grows from {self.before} to {self.after} names"
            case Why.FORMAT:
                return f"its format turns from {self.before} to {self.after}"
            case Why.STAGED:
                return "each new content of this list waits for you first"
        named = f" ({', '.join(self.names)})" if self.names else ""
        return f"it names {self.after} that no family filter blocks{named}"

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Doubt":
        """The one that was written as JSON. Raises ValueError, KeyError."""
        return cls(Why(data["why"]), data["before"], data["after"], tuple(data["names"]))


@dataclass(frozen=True, slots=True)
class Before:
    """What is in force of a list. canaries: hashes of those that it names, and may name again."""

    names: int
    format: str
    canaries: frozenset[int] = frozenset()


def format_name(said: str) -> str:
    """A format without the reason that was found for it: "hosts: 98 % of lines" → "hosts"."""
    return said.partition(":")[0]


def sentences(doubts: Iterable[Doubt]) -> str:
    """All in one line of English."""
    return "; ".join(each.sentence for each in doubts)
