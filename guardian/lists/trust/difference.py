"""What one content of a list says and another does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from guardian.lists.source import Source


@dataclass(frozen=True, slots=True)
class Difference:
    """Between an old and a new content. gone: how many names and patterns are in the old alone;
    come: in the new alone. gone_names, come_names: some of these, without an order, patterns first;
    none of a confidential list. touched: what of it concerns names that were looked up here lately,
    as far as lists name them without patterns.
    """

    gone: int = 0
    come: int = 0
    gone_names: tuple[str, ...] = ()
    come_names: tuple[str, ...] = ()
    touched: tuple["Touched", ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Difference":
        """The one that was written as JSON. Raises ValueError, TypeError, KeyError."""
        return cls(
            int(data["gone"]),
            int(data["come"]),
            tuple(map(str, data["gone_names"])),
            tuple(map(str, data["come_names"])),
            tuple(
                Touched(str(each["who"]), int(each["gone"]), int(each["come"]))
                for each in data.get("touched", ())
            ),
        )


@dataclass(frozen=True, slots=True)
class Touched:
    """How many names that somebody looked up lately are in the old, or the new, content alone.

    who: a person; "" for the whole house.
    """

    who: str
    gone: int
    come: int


Recent = Mapping[str, Sequence[Sequence[int]]]
"""Who → the names that they looked up lately; each as the hashes of entries that would mean it."""


class Side(NamedTuple):
    """One content to compare. source: with the format that the file has."""

    source: Source
    path: Path
