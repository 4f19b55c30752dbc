"""A chart of look-ups: a bar an hour, or a bar a day."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy.windows import DAY, instant
from guardian.store.activity import Hour

HEIGHT: Final = 100  # units of the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the chart. height, blocked: of 100. seen, stopped: what they stand for."""

    at: datetime
    seen: int
    stopped: int
    height: int
    blocked: int


def bars(
    rows: Sequence[Hour], first: date, last: date, step: timedelta, zone: ZoneInfo
) -> tuple[Bar, ...]:
    """The chart of some days: a bar an hour, or a bar a day."""
    starts = []
    day = first
    while day <= last:
        start, end = (instant(each, time(0), zone) for each in (day, day + DAY))
        while start < end:
            starts.append(start)
            start += step if step < DAY else end - start
        day += DAY
    end_of_all = instant(last + DAY, time(0), zone)
    seen, stopped = [0] * len(starts), [0] * len(starts)
    for each in rows:
        place = bisect_right(starts, each.hour) - 1
        if place >= 0 and each.hour < end_of_all:
            seen[place] += each.seen
            stopped[place] += each.blocked
    most = max(seen, default=0) or 1
    return tuple(
        Bar(
            start.astimezone(zone), asked, blocked, round(HEIGHT * asked / most),
            round(HEIGHT * min(blocked, asked) / most),
        )
        for start, asked, blocked in zip(starts, seen, stopped, strict=True)
    )  # fmt: skip
