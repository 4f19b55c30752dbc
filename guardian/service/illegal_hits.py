"""Count that illegal content was met, where a household wants that: by list, and no more.

No name, no person, no device and no time of day is kept with it. It is counted in a resolver, where
the index is; control is told sums every few seconds and adds them to the day's.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from guardian.lists.index import Index
from guardian.lists.match import ILLEGAL
from guardian.lists.self_test import SELF_TEST
from guardian.names import to_wire

Met = Callable[[bytes, int, Iterable[bytes]], None]
"""Told of each block: the wire name that was asked for, the qtype, names that the answer had."""

_SELF_TEST: Final = to_wire(SELF_TEST)


class IllegalHits:
    """Sums by list since they were last taken."""

    def __init__(self) -> None:
        self._hits: Counter[str] = Counter()

    def counter(self, index: Index) -> Met:
        """What counts each block once for each list that has one of the names in it."""

        def count(name: bytes, qtype: int, targets: Iterable[bytes]) -> None:
            if name == _SELF_TEST:
                return  # it is there to be asked for: see `guardian doctor`
            matches = (index.match(each, qtype) for each in (name, *targets))
            lists = {entry.list for match in matches for entry in match.blocked}
            self._hits.update(each.id for each in lists if each.category == ILLEGAL)

        return count

    def take(self) -> dict[str, int]:
        """The sums; they begin anew."""
        hits, self._hits = dict(self._hits), Counter()
        return hits
