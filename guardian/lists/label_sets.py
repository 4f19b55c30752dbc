"""Numbers for what lists say of names: a *label set* is all that they say of one."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from guardian.lists import index
from guardian.lists.entry import Variety

MOST_LABEL_SETS: Final = 1 << 16


class LabelSets:
    """The numbers of all that is said of some name: sets of entries."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, Variety]] = []
        self._known: dict[tuple[int, Variety], int] = {}
        self._members: list[frozenset[int]] = []
        self._numbers: dict[frozenset[int], int] = {}
        self._joined: dict[tuple[int, int], int] = {}

    def have_room(self, more: int) -> bool:
        """Whether so many entries fit; half the numbers are left for what they come to together."""
        return len(self._entries) + more <= MOST_LABEL_SETS // 2

    def single(self, list_number: int, variety: Variety) -> int:
        """The number of a new entry alone."""
        number = self._known[list_number, variety] = len(self._entries)
        self._entries.append((list_number, variety))
        return self._number(frozenset({number}))

    def knows(self, list_number: int, variety: Variety) -> bool:
        """Whether it is an entry."""
        return (list_number, variety) in self._known

    def join(self, one: int, other: int) -> int:
        """The number of two sets together. With all numbers in use, the first one stands."""
        pair = (one, other)
        if pair not in self._joined:
            members = self._members[one] | self._members[other]
            full = len(self._members) >= MOST_LABEL_SETS and members not in self._numbers
            self._joined[pair] = one if full else self._number(members)
        return self._joined[pair]

    def _number(self, members: frozenset[int]) -> int:
        if members not in self._numbers:
            self._numbers[members] = len(self._members)
            self._members.append(members)
        return self._numbers[members]

    def row(self, entries: Iterable[tuple[int, Variety]]) -> int | None:
        """The number of a set of entries that are all known; None for an empty one."""
        members = frozenset(map(self._known.__getitem__, entries))
        return self._number(members) if members else None

    def rows(self) -> Iterator[list[list[Any]]]:
        """Each set's entries as the header keeps them."""
        rows = [index.entry_row(number, *variety) for number, variety in self._entries]
        for members in self._members:
            yield [rows[entry] for entry in sorted(members)]
