"""Weekly windows: from a family's wall clock to instants.

A window is written in the household's wall-clock time. Where the zone changes its clock, a start or
end that does not exist lies at the gap's end, and one that comes twice lies at its first
occurrence. A date that a zone skipped altogether is all gap, so the evening that begins on it still
has its window, from the gap's end on. Another way to say the same: a window holds while the
furthest reading that the wall clock has shown lies in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy.rules import Category, Everything

DAY: Final = timedelta(days=1)


class Weekday(IntEnum):
    """As `date.weekday` counts."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


class Season(StrEnum):
    """When in the school year a window holds."""

    ALWAYS = "always"
    TERM = "term"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class Dates:
    """A row of days, the last one included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class WindowKind(StrEnum):
    BEDTIME = "bedtime"
    HOMEWORK = "homework"
    SCHOOL = "school"
    SCREEN_FREE = "screen-free"
    INTERNET_FREE = "internet-free"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the week in which everything, or some categories, are blocked.

    days: those on which it starts. The start belongs to it, the end does not; an end that is not
    after the start lies on the next day, so 00:00 to 00:00 is a whole day.
    blocks: () for nothing, which is of use with dates. spares: categories and services that stay
    open though everything is blocked.
    season: term or holidays, told by the day on which it ends: the evening before the first day of
    school is a school night. An end at midnight is still the day before.
    dates: only on these days, and then in place of the windows of its kind without dates.
    """

    kind: WindowKind
    days: frozenset[Weekday]
    start: time
    end: time
    blocks: tuple[Everything, ...] | tuple[Category, ...] = (Everything(),)
    spares: frozenset[str] = frozenset()
    season: Season = Season.ALWAYS
    dates: Dates | None = None

    def spans(
        self,
        since: datetime,
        until: datetime,
        zone: ZoneInfo,
        holidays: Sequence[Dates] = (),
        others: Sequence["Window"] = (),
    ) -> Iterator[tuple[datetime, datetime]]:
        """Start and end (UTC) of each time it opens that touches [since, until), in order.

        others: those of which some may take its place on their dates.
        """
        # Two days of margin: one over midnight, one that a zone may have skipped.
        day = since.astimezone(zone).date() - 2 * DAY
        last = until.astimezone(zone).date() + DAY
        over_midnight = self.end <= self.start
        while day <= last:
            last_day = day + DAY if over_midnight else day
            if self._opens(day, holidays, others):
                start = instant(day, self.start, zone)
                end = instant(last_day, self.end, zone)
                if start < end and start < until and end > since:
                    yield start, end
            day += DAY

    def _opens(self, day: date, holidays: Sequence[Dates], others: Sequence["Window"]) -> bool:
        """Whether it opens on a day."""
        if not self._is_its_day(day):
            return False
        if self.dates is not None:
            return True
        if any(
            other.dates is not None and other.kind is self.kind and other._is_its_day(day)
            for other in others
        ):
            return False
        if self.season is Season.ALWAYS:
            return True
        into_next_day = time(0) < self.end <= self.start
        last_day = day + DAY if into_next_day else day
        is_holiday = any(last_day in dates for dates in holidays)
        return is_holiday == (self.season is Season.HOLIDAYS)

    def _is_its_day(self, day: date) -> bool:
        return day.weekday() in self.days and (self.dates is None or day in self.dates)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the wall clock first shows this reading, or is first past it."""
    wall = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)
    first = wall.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return first
    return _gap_end(wall.replace(fold=1).astimezone(UTC), first, zone)


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the local day ends."""
    return instant(now.astimezone(zone).date() + DAY, time(0), zone)


def next_at(clock: time, now: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the wall clock shows a reading next."""
    today = now.astimezone(zone).date()
    first = instant(today, clock, zone)
    return first if first > now else instant(today + DAY, clock, zone)


def _gap_end(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two, to the second, at which the zone's offset from UTC changes."""
    old = before.astimezone(zone).utcoffset()
    span = int((after - before).total_seconds())
    low, high = 0, span  # the offset is the old one at `low`, the new one at `high`
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
