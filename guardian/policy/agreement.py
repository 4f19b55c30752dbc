"""What parent and child agreed on together, and what becomes of a profile by it.

A part of it are rules that guardian keeps: nights and minutes. The rest are promises, which people
keep. An agreement is never changed: a new one, signed by both, takes its place.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from guardian.policy.budgets import Budget, Period
from guardian.policy.people import Profile
from guardian.policy.week import is_weekly
from guardian.policy.windows import Season, Weekday, Window, WindowKind

OF_CHILDREN: Final = ("tell", "ask", "buy", "kind", "table", "night")
OF_PARENTS: Final = ("why", "answer", "calm", "look", "photo", "table")
"""What each can promise; `web.agreement` has the words."""

MOST_OWN: Final = 300  # letters of a sentence of their own
MOST_MINUTES: Final = 24 * 60  # of a day


@dataclass(frozen=True, slots=True)
class Night:
    """When devices sleep: wall-clock times; the end is on the next day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long for something on a day. thing: a category or service; None for everything."""

    thing: str | None
    weekday: int
    free_day: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """at: when it was signed, aware. child, parent: the names they signed with.

    school_night, free_night: before a day of school, and before any other; None where nights were
    not agreed on, then both. minutes: None likewise. asks: whom the child asks. own: a sentence of
    their own. review: when they look at it again.
    """

    at: datetime
    child: str
    parent: str
    review: date
    school_night: Night | None = None
    free_night: Night | None = None
    minutes: Minutes | None = None
    asks: str = ""
    of_child: tuple[str, ...] = ()
    of_parent: tuple[str, ...] = ()
    own: str = ""


def windows(
    present: Sequence[Window], agreed: Agreement, free: frozenset[int]
) -> tuple[Window, ...]:
    """The windows that somebody has by it. free: days of the week without school, Monday is 0."""
    if agreed.school_night is None or agreed.free_night is None:
        return tuple(present)
    nights = [*_nights(agreed.school_night, agreed.free_night, free)]
    theirs = [each for each in present if _is_night(each)]
    if Counter(theirs) == Counter(nights):
        return tuple(present)
    return (*nights, *(each for each in present if not _is_night(each)))


def _is_night(window: Window) -> bool:
    return window.kind is WindowKind.BEDTIME and is_weekly(window)


def _nights(school: Night, other: Night, free: frozenset[int]) -> tuple[Window, ...]:
    every = frozenset(Weekday)
    if school == other:
        return (Window(WindowKind.BEDTIME, every, school.start, school.end),)
    before_school = frozenset(day for day in Weekday if (day + 1) % 7 not in free)
    rows = (
        (before_school, school, Season.TERM),
        (every - before_school, other, Season.TERM),
        (every, other, Season.HOLIDAYS),
    )
    return tuple(
        Window(WindowKind.BEDTIME, days, night.start, night.end, season=season)
        for days, night, season in rows
    )


def budgets(
    present: Sequence[Budget], agreed: Agreement, free: frozenset[int]
) -> tuple[Budget, ...]:
    """The budgets that somebody has by it."""
    wanted = agreed.minutes
    if wanted is None:
        return tuple(present)
    amounts = tuple(wanted.free_day if day in free else wanted.weekday for day in range(7))
    ours = Budget(wanted.thing, Period.DAY, amounts)
    theirs = [each for each in present if _is_for(each, wanted)]
    if theirs == [ours]:
        return tuple(present)
    return (ours, *(each for each in present if not _is_for(each, wanted)))


def _is_for(budget: Budget, minutes: Minutes) -> bool:
    return budget.category == minutes.thing and budget.period is Period.DAY


def holds(profile: Profile | None, agreed: Agreement, free: frozenset[int]) -> bool:
    """Whether the rules are still as it says."""
    present = profile or Profile("none")
    return (
        windows(present.windows, agreed, free) == present.windows
        and budgets(present.budgets, agreed, free) == present.budgets
    )


def night(present: Sequence[Window], day: Weekday) -> Night | None:
    """When bedtime is on the evening of a day of a school week, as it stands now."""
    for each in present:
        if _is_night(each) and day in each.days and each.season is not Season.HOLIDAYS:
            return Night(each.start, each.end)
    return None
