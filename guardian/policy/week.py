"""A week of windows as people see and change it: pieces on days, and what a hand does to them.

A window may start on several days and reach over midnight; what is seen of it on one day is a
piece. Whoever takes hold of a piece changes that day alone: the window is split, and joined again
with one that says the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from guardian.policy.windows import Season, Weekday, Window

MIDNIGHT: Final = 24 * 60

Windows = tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is seen of a window on one day.

    number: of the window, in the row that was given. begins: the day on which it starts; day: the
    one on which this piece lies. start, end: minutes since midnight; the end may be 1440.
    """

    number: int
    begins: Weekday
    day: Weekday
    start: int
    end: int

    @property
    def is_rest(self) -> bool:
        """Whether it is what is left of a window after midnight."""
        return self.day is not self.begins


def minutes(clock: time) -> int:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute


def clock(minutes_: int) -> time:
    """A time of day; 24:00 is midnight again."""
    return time(minutes_ // 60 % 24, minutes_ % 60)


def length(window: Window) -> int:
    """Minutes from its start to its end."""
    return (minutes(window.end) - minutes(window.start) - 1) % MIDNIGHT + 1


def is_weekly(window: Window) -> bool:
    """Whether it comes every week, and not on dates of its own."""
    return window.dates is None


def pieces(windows: Sequence[Window], season: Season) -> Iterator[Piece]:
    """All that is seen of a week in term or in the holidays, window by window.

    Dates are no part of a week. In the row, a window's number is its place among `windows`.
    """
    for number, window in enumerate(windows):
        if not is_weekly(window) or not window.blocks:
            continue
        if window.season not in (Season.ALWAYS, season):
            continue
        start = minutes(window.start)
        end = start + length(window)
        for day in sorted(window.days):
            yield Piece(number, day, day, start, min(end, MIDNIGHT))
            if end > MIDNIGHT:
                yield Piece(number, day, Weekday((day + 1) % 7), 0, end - MIDNIGHT)


def moved(
    windows: Sequence[Window], number: int, begins: Weekday, to: Weekday, start: time, end: time
) -> Windows:
    """The windows after one of them, as it begins on one day, went to another day or time."""
    window = windows[number]
    there = replace(window, days=frozenset({to}), start=start, end=end)
    left = window.days - {begins}
    if (start, end) == (window.start, window.end):
        return _without_idle(
            (*windows[:number], replace(window, days=left | {to}), *windows[number + 1 :])
        )
    found = list(windows)
    twin = next((at for at, each in enumerate(found) if _is_twin(each, there)), None)
    if twin is not None:
        found[twin] = replace(found[twin], days=found[twin].days | {to})
        found[number] = replace(window, days=left)
    elif left:
        found[number] = replace(window, days=left)
        found.insert(number + 1, there)
    else:
        found[number] = there
    return _without_idle(found)


def removed(windows: Sequence[Window], number: int, begins: Weekday | None) -> Windows:
    """The windows without one of them: as it begins on one day, or None for all of it."""
    window = windows[number]
    left = window.days - {begins} if begins is not None else frozenset[Weekday]()
    return _without_idle((*windows[:number], replace(window, days=left), *windows[number + 1 :]))


def put(windows: Sequence[Window], number: int | None, window: Window) -> Windows:
    """The windows with one in the place of another, or None for a new one."""
    if number is None:
        return (*windows, window)
    return (*windows[:number], window, *windows[number + 1 :])


def copied(windows: Iterable[Window], source: Weekday, targets: frozenset[Weekday]) -> Windows:
    """The windows after some days became as one of them is."""
    targets = targets - {source}
    return _without_idle(
        replace(each, days=(each.days - targets) | (targets if source in each.days else set()))
        if is_weekly(each)
        else each
        for each in windows
    )


def _is_twin(one: Window, other: Window) -> bool:
    """Whether two weekly windows differ in nothing but their days."""
    return is_weekly(one) and replace(one, days=other.days) == other


def _without_idle(windows: Iterable[Window]) -> Windows:
    return tuple(each for each in windows if each.days)
