"""The wall clock: is it set, and did it jump?

A Raspberry Pi has no clock of its own: until the network tells the time, it shows some day in the
past. And clocks are set while we run. Both are told by comparing with what cannot be wrong: the day
of our release, and the clock that only counts.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from typing import Final

RELEASED: Final = datetime(2026, 11, 1, tzinfo=UTC)
JUMP: Final = 2.0  # seconds: less is the slow drift by which a clock is kept right


class Clock:
    """Tells when the wall clock was set anew."""

    def __init__(self, wall: Callable[[], float], counting: Callable[[], float]) -> None:
        """wall: seconds since 1970. counting: seconds that nobody sets."""
        self._wall = wall
        self._counting = counting
        self._apart = wall() - counting()

    def jumped(self) -> bool:
        """Whether the wall clock was set, or the machine slept, since the last call."""
        before, self._apart = self._apart, self._wall() - self._counting()
        return abs(self._apart - before) > JUMP


def is_set(now: datetime) -> bool:
    """Whether a clock shows a time that can be."""
    return now >= RELEASED


def today(now: datetime, zone: tzinfo) -> date:
    """The day in a household for which ages are told."""
    return day_for_ages(now) or now.astimezone(zone).date()


def day_for_ages(now: datetime) -> date | None:
    """The day for which ages are told where the clock cannot be believed; None: today's.

    Nobody grows younger because a clock is not set.
    """
    return None if is_set(now) else RELEASED.date()
