"""Which cells of a table with totals may be told: none that is small, none that can be reckoned.

A table goes by age and sex, and has a total in each line. A cell is withheld where few profiles or
households are in it (primary). Whoever knows a total and all other cells of its line knows the one
that is missing; so others are withheld too (secondary), until every withheld cell could be another
number without any printed one changing, and what is withheld together in a line is not few either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

LEAST_PROFILES: Final = 10
LEAST_HOUSEHOLDS: Final = 5
TOTAL: Final = "_T"  # SDMX

Key = tuple[str, str]
"""Age and sex; each may be TOTAL."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many are in a cell."""

    profiles: int
    households: int

    @property
    def is_small(self) -> bool:
        return self.profiles < LEAST_PROFILES or self.households < LEAST_HOUSEHOLDS


def withheld(sizes: Mapping[Key, Size], small: Iterable[Key] = ()) -> set[Key]:
    """The cells of a whole table, with its totals, that are not told.

    small: those that are withheld for another reason. Where the total of all is, everything is.
    """
    hidden = {key for key, size in sizes.items() if size.is_small} | set(small)
    if (TOTAL, TOTAL) in hidden:
        return set(sizes)
    while (more := _one_more(sizes, hidden)) is not None:
        hidden.add(more)
    return hidden if (TOTAL, TOTAL) not in hidden else set(sizes)


def _one_more(sizes: Mapping[Key, Size], hidden: set[Key]) -> Key | None:
    """The next cell to withhold; None where it is enough."""
    for line in _lines(sizes):
        gone = [key for key in line if key in hidden]
        told = [key for key in line if key not in hidden]
        if gone and told and (len(gone) == 1 or _together(sizes, gone).is_small):
            return _smallest(sizes, told)
    for key in sorted(hidden):
        if not _is_free(key, hidden):
            row = [each for each in sizes if each[0] == key[0] and each not in hidden]
            column = [each for each in sizes if each[1] == key[1] and each not in hidden]
            if row or column:
                return _smallest(sizes, row or column)
    return None


def _lines(sizes: Mapping[Key, Size]) -> Iterator[list[Key]]:
    for place in (0, 1):
        for word in sorted({key[place] for key in sizes}):
            yield [key for key in sizes if key[place] == word]


def _together(sizes: Mapping[Key, Size], keys: list[Key]) -> Size:
    """What can be reckoned of withheld cells of a line: their sum, or with the total a difference.

    A household may be in several: the largest number is sure to be there.
    """
    inner = [sizes[key] for key in keys if TOTAL not in key] or [sizes[key] for key in keys]
    return Size(sum(each.profiles for each in inner), max(each.households for each in inner))


def _smallest(sizes: Mapping[Key, Size], keys: list[Key]) -> Key:
    """The cell that is missed the least; a total only where nothing else is left."""
    return min(keys, key=lambda key: (key.count(TOTAL), sizes[key].profiles, key))


def _is_free(key: Key, hidden: set[Key]) -> bool:
    """Whether a withheld cell could be another number: whether it lies on a ring of withheld ones.

    Rows and columns are points, withheld cells are the ways between them. To change one cell and
    keep all lines, one must come back to it by others.
    """
    start, goal = ("row", key[0]), ("column", key[1])
    reached, waiting = {start}, [start]
    while waiting:
        kind, word = waiting.pop()
        for each in hidden - {key}:
            ends = (("row", each[0]), ("column", each[1]))
            if (kind, word) in ends:
                other = ends[1] if ends[0] == (kind, word) else ends[0]
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
    return goal in reached
