"""Times as people type them into a form."""

import re
from datetime import date, time
from typing import Final

from guardian.policy.week import MIDNIGHT, clock
from guardian.settings.times import meant
from guardian.web.forms import Bad

_LENGTH: Final = re.compile(r"(?:(\d{1,3}) ?[:h] ?)?(\d{0,5}) ?(?:m|min|minutes)?")


def clock_time(text: str) -> time:
    """A time of day: "20:30", "2030", "8.30 pm"; 24:00 is midnight again."""
    minutes = meant(text)
    if minutes is None:
        raise Bad("Write a time of day, such as 20:30.")
    return clock(minutes)


def day(text: str) -> date:
    """A date, as a browser's date field sends it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Bad("Write a date, such as 2026-12-24.") from None


def length(text: str) -> int:
    """Minutes: "45", "1:30", "1h30"; at most a week."""
    match = _LENGTH.fullmatch(text.strip().lower())
    if match is None or not (match[1] or match[2]):
        raise Bad("Write minutes, such as 45, or 1:30 for an hour and a half.")
    hours, minutes = int(match[1] or 0), int(match[2] or 0)
    if (hours and minutes > 59) or hours * 60 + minutes > 7 * MIDNIGHT:
        raise Bad("Write minutes, such as 45, or 1:30 for an hour and a half.")
    return hours * 60 + minutes
