"""A chart of look-ups: a bar an hour, or a bar a day."""

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
    ends = [*starts[1:], instant(last + DAY, time(0), zone)]
    counted = [
        (
            start,
            sum(each.seen for each in rows if start <= each.hour < end),
            sum(each.blocked for each in rows if start <= each.hour < end),
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    most = max((seen for _, seen, _ in counted), default=0) or 1
    return tuple(
        Bar(
            start.astimezone(zone), seen, stopped, round(HEIGHT * seen / most),
            round(HEIGHT * min(stopped, seen) / most),
        )
        for start, seen, stopped in counted
    )  # fmt: skip
