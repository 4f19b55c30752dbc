"""How the firewall stands, from what the kernel tells of our table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guardian.network.firewall.rules import COUNTERS, Json


@dataclass(frozen=True, slots=True)
class Standing:
    """counted: packets, by the name of a counter. off, exempt: devices → seconds that are left."""

    counted: Mapping[str, int]
    off: Mapping[str, int]
    exempt: Mapping[str, int]

    def sentences(self) -> Iterator[str]:
        """The same in plain words."""
        for name, what in COUNTERS.items():
            yield f"  {self.counted.get(name, 0):>9}  {what}"
        for each, seconds in self.off.items():
            yield f"Off: {each}, for {_length(seconds)}"
        for each, seconds in self.exempt.items():
            yield f"Exempt: {each}, for {_length(seconds)}"


def standing(table: Iterable[Json]) -> Standing:
    """What a table of `nft.table` says."""
    counted: dict[str, int] = {}
    off: dict[str, int] = {}
    exempt: dict[str, int] = {}
    for each in table:
        if (about := each.get("counter")) is not None:
            counted[str(about["name"])] = int(about["packets"])
        if (about := each.get("set")) is not None:
            prefix = str(about["name"]).partition("_")[0]
            into = {"off": off, "exempt": exempt}.get(prefix)
            if into is not None:
                into.update(_elements(about.get("elem", ())))
    return Standing(counted, off, exempt)


def _elements(rows: Iterable[Any]) -> Iterator[tuple[str, int]]:
    for row in rows:
        if isinstance(row, dict) and "elem" in row:
            yield str(row["elem"]["val"]), int(row["elem"].get("expires", 0))


def _length(seconds: int) -> str:
    if seconds >= 7200:
        return f"{seconds // 3600} hours"
    return f"{seconds // 60} minutes" if seconds >= 120 else f"{seconds} seconds"
