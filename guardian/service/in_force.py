"""What a resolver makes of its snapshot, and how little of that a change makes anew."""

from collections.abc import Callable, Iterable
from typing import Final

from guardian.dns.answers import Answer
from guardian.dns.view import Schedule
from guardian.lists.index import Index
from guardian.service.classify import (
    Classify,
    Special,
    answer_classifier,
    classifier,
    with_new_names,
)
from guardian.service.known_names import Newcomers
from guardian.service.noted import Noted
from guardian.service.snapshot import Delta, Snapshot
from guardian.service.views import Views

WHO: Final = frozenset(
    {
        *("networks", "stranger", "signs", "forwarders", "cache_bytes", "connections", "heard"),
        *("allowed", "others", "rate", "front_ends", "tokens"),
    }
)
"""The fields of a snapshot from which neither views nor masks are made."""


class InForce:
    """Schedules and masks of one snapshot after another.

    snapshot: the present one, without its clients. schedules: by number; each stays the same
    object, so that who follows it follows what it becomes. classify, classify_target,
    classify_answer: what names that are asked for, names that answers point to, and answers are.
    newcomers: tells new names, where some rule is about them; what is set holds from `take` on.
    """

    def __init__(self, special: Special, noted: Noted) -> None:
        """noted: takes the names of those for whom a parent learns what is needed."""
        self.schedules: list[Schedule] = []
        self.snapshot: Snapshot
        self.classify: Classify
        self.classify_target: Classify
        self.newcomers: Newcomers | None = None
        self.classify_answer: Callable[[Answer], int] | None = None
        self._special = special
        self._noted = noted
        self._views: Views
        self._index: Index | None = None
        self._house: frozenset[bytes] = frozenset()

    @property
    def metered(self) -> tuple[tuple[str, int], ...]:
        """Each thing whose use is measured, with its bit."""
        return self._views.metered()

    @property
    def things(self) -> tuple[tuple[str, int], ...]:
        """Each category and service that a name can be of, with its bit."""
        return self._views.things()

    @property
    def tried(self) -> tuple[tuple[str, int], ...]:
        """Each category with a bit that it has for who tries new content of lists."""
        return self._views.tried()

    def take(
        self, snapshot: Snapshot, index: Index | None, house: frozenset[bytes], now: int
    ) -> None:
        """Make everything anew. house: names of the house itself. now: wall clock, seconds."""
        self.snapshot, self._index, self._house = snapshot, index, house
        categories = index.categories if index is not None else ()
        self._views = Views(snapshot, categories, self._noted.note)
        self._schedule(range(len(snapshot.schedules)), now)
        self._look()

    def change(self, delta: Delta, now: int) -> bool:
        """Follow a delta of rows, and of fields that are among `WHO`.

        Whether names or answers are to be looked at anew; else what was found of them holds.
        """
        self.snapshot = self.snapshot.changed(delta)
        anew = self._views.change(self.snapshot, delta.states)
        self._schedule(delta.schedules, now)
        if anew:
            self._look()
        return anew

    def _schedule(self, numbers: Iterable[int], now: int) -> None:
        rows = self.snapshot.schedules
        for number in sorted(numbers):
            stretches = self._views.stretches(rows[number])
            if number < len(self.schedules):
                self.schedules[number].renew(stretches)
            else:
                self.schedules.append(Schedule(stretches))
            self.schedules[number].advance(now)

    def _look(self) -> None:
        known = classifier(self._views, self._index, self._special, self._house)
        self.classify_target = known
        self.classify = with_new_names(known, self._views, self.newcomers)
        self.classify_answer = answer_classifier(self._views, self._index)
