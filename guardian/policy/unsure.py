"""When a part is missing: who waits until it is there, and who goes on without it.

A list that never came, a clock that is not set, a store that cannot be read: no answer is right for
everybody then, so each profile chooses. Who waits keeps helplines, essentials and their own names.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from guardian.policy import sentences
from guardian.policy.people import AgeBand, Household, Profile, WhenUnsure
from guardian.policy.rules import ILLEGAL_CATEGORY
from guardian.policy.sentences import Say, english
from guardian.policy.timeline import Missing, Unsure

_NO_END: Final = datetime(9999, 1, 1, tzinfo=UTC)  # that anybody knows of
_YOUNG: Final = frozenset({AgeBand.UP_TO_5, AgeBand.FROM_6, AgeBand.FROM_9})


@dataclass(frozen=True, slots=True)
class Known:
    """What guardian has at an instant.

    lists: whether any are in force. absent: list → its category, of those that never came.
    clock: whether it shows a time that can be. store: whether what was agreed can be read.
    paused: who has a pause that has not ended; None for unknown devices.
    """

    lists: bool = True
    absent: tuple[tuple[str, str], ...] = ()
    clock: bool = True
    store: bool = True
    paused: Collection[str | None] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is missing."""
        return self.lists and self.clock and self.store and not self.absent


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whose rules need a part that is missing, and what was chosen for them.

    lists: those that their rules need and that never came; () where none is in force at all.
    """

    person: str | None
    part: Missing
    choice: WhenUnsure
    lists: tuple[str, ...] = ()


def concerned(household: Household, known: Known) -> Iterator[Concerned]:
    """Everybody whose rules need what is missing. Who has no rules misses nothing."""
    if known.everything:
        return
    everybody: list[tuple[str | None, AgeBand | None, Profile | None]] = [
        (person.name, person.age_band, person.profile) for person in household.people
    ]
    for name, band, profile in [*everybody, (None, None, household.unknown)]:
        if profile is None:
            continue
        choice = profile.when_unsure or _by_age(band)
        needed = tuple(
            each
            for each, category in known.absent
            if category == ILLEGAL_CATEGORY or category in profile.stops
        )
        if needed or not known.lists:
            yield Concerned(name, Missing.LISTS, choice, needed)
        if not known.clock and (profile.windows or profile.budgets or name in known.paused):
            yield Concerned(name, Missing.CLOCK, choice)
        if not known.store:
            yield Concerned(name, Missing.STORE, choice)


def _by_age(band: AgeBand | None) -> WhenUnsure:
    """What holds where a profile does not choose. band: None for unknown devices."""
    return WhenUnsure.STRICT if band is None or band in _YOUNG else WhenUnsure.OPEN


def waits(household: Household, known: Known, now: datetime) -> Iterator[Unsure]:
    """The waits of those who wait, from now on."""
    for each in concerned(household, known):
        if each.choice is WhenUnsure.STRICT:
            yield Unsure(each.person, each.part, now, _NO_END)


def told(household: Household, known: Known, say: Say = english) -> Iterator[str]:
    """A sentence for each part that is missing: what was chosen for whom."""
    found = list(concerned(household, known))
    for part in Missing:
        these = [each for each in found if each.part is part]
        lists = dict.fromkeys(name for each in these for name in each.lists)
        waiting, going_on = (
            [each.person for each in these if each.choice is choice]
            for choice in (WhenUnsure.STRICT, WhenUnsure.OPEN)
        )
        if these:
            yield sentences.missing(part, tuple(lists), waiting, going_on, say)
