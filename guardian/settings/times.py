"""The sorts of values that have to do with time: of day, of the week, of the year."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from guardian.errors import Said
from guardian.policy.windows import Dates, Weekday
from guardian.settings import zones
from guardian.settings.fields import Wrong, nearest, scalar

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_LOOSE_CLOCK: Final = re.compile(
    r"(\d{1,2})(?: ?[.:：h ]? ?(\d{2}))? ?(am|pm|a\.m\.|p\.m\.|uhr|h)?"
)
_LENGTH: Final = re.compile(r"(\d{1,9}) ?([a-z]+)")
_UNITS_OF_TIME: Final = {"m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
MIDNIGHT: Final = 24 * 60


def _minutes(text: str) -> int:
    if (match := _CLOCK.fullmatch(text)) is not None:
        hour, minute = int(match[1]), int(match[2])
        if minute < 60 and hour * 60 + minute <= MIDNIGHT:
            return hour * 60 + minute
    raise Wrong(
        Said('"%(text)s" is not a time of day', text=text),
        Said('write it as "%(meant)s"', meant=_likely_clock(text)),
    )


def _start(text: str) -> int:
    minutes = _minutes(text)
    if minutes == MIDNIGHT:
        raise Wrong("24:00 is an end and not a start", 'write it as "00:00"')
    return minutes


def meant(text: str) -> int | None:
    """Minutes since midnight that somebody meant by "20:30", "2030" or "8.30 pm"; 24:00 is 1440.

    None where nobody could say.
    """
    match = _LOOSE_CLOCK.fullmatch(text.strip().lower())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    found = hour * 60 + minute
    return found if minute < 60 and found <= MIDNIGHT else None


def _likely_clock(text: str) -> str:
    """What to write in place of a time that is none."""
    minutes = meant(text)
    return "20:30" if minutes in (None, MIDNIGHT) else clock_text(minutes or 0)


def clock_text(minutes: int) -> str:
    """Minutes since midnight as a file has them: "20:30"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


START: Final = scalar("a time of day", '"20:30"', _start)
END: Final = scalar('a time of day; "24:00" is the end of the day', '"07:00"', _minutes)


def _days(text: str) -> frozenset[Weekday]:
    first, dash, last = (part.strip()[:3].upper() for part in text.partition("-"))
    known = Weekday.__members__
    if first not in known or (dash and last not in known) or not _is_day_word(text):
        days = ", ".join(day.lower() for day in known)
        raise Wrong(f'"{text}" is not a day', f"use {days}, or a range such as mon-fri")
    start, end = known[first], known[last] if dash else known[first]
    return frozenset(Weekday((start + step) % 7) for step in range((end - start) % 7 + 1))


def _is_day_word(text: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    parts = [part.strip().lower() for part in text.split("-")]
    return all(len(part) >= 3 and any(day.startswith(part) for day in full) for part in parts)


DAYS: Final = scalar("a day or a range of days", "mon-fri", _days)


def days_texts(days: Iterable[Weekday]) -> list[str]:
    """Days as a file has them, in as few words as will do: ["mon-thu", "sun"]."""
    rows: list[list[Weekday]] = []
    for day in sorted(days):
        if rows and rows[-1][-1] == day - 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    names = [(row[0].name.lower(), row[-1].name.lower()) for row in rows]
    return [first if first == last else f"{first}-{last}" for first, last in names]


def _day(text: str) -> Weekday:
    days = _days(text)
    if len(days) != 1:
        raise Wrong(f'"{text}" is more than one day', "write one, such as mon")
    return next(iter(days))


DAY: Final = scalar("a day", "mon", _day)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(
            Said('"%(text)s" is not a date', text=text), Said("write it as 2026-12-24")
        ) from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Wrong(
            Said('"%(text)s" is not a month', text=text), Said("write it as 2018-05")
        ) from None


MONTH: Final = scalar("a month", "2018-05", _month)


def _dates(text: str) -> Dates:
    first, slash, last = (part.strip() for part in text.partition("/"))
    dates = Dates(_date(first), _date(last if slash else first))
    if dates.last < dates.first:
        raise Wrong(
            Said('"%(text)s" ends before it begins', text=text),
            Said("write %(right)s", right=f"{last}/{first}"),
        )
    return dates


def dates_text(days: Dates) -> str:
    """Days as a file has them."""
    first, last = days.first.isoformat(), days.last.isoformat()
    return first if first == last else f"{first}/{last}"


DATES: Final = scalar("a day, or a row of days", "2026-12-23/2027-01-06", _dates)


def _zone(text: str) -> ZoneInfo:
    try:
        return zones.zone(text)
    except LookupError:
        mend = nearest(text, []) if not text else zones.remedy(text)
        raise Wrong(f'"{text}" is not a time zone', mend) from None


ZONE: Final = scalar("a time zone of the IANA database", "Europe/Berlin", _zone)


def _duration(text: str) -> timedelta:
    match = _LENGTH.fullmatch(text.lower())
    if match is None or match[2] not in _UNITS_OF_TIME:
        raise Wrong(f'"{text}" is not a length of time', "write it as 30m, 12h or 1d")
    span = timedelta(seconds=int(match[1]) * _UNITS_OF_TIME[match[2]])
    if not timedelta(minutes=5) <= span <= timedelta(days=90):
        raise Wrong(f'"{text}" is out of range', "write something between 5m and 90d")
    return span


DURATION: Final = scalar("a length of time: `30m`, `12h`, `1d`", "1d", _duration)
