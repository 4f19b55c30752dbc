"""Times as people type them into a form."""

import re
from datetime import date, time
from typing import Final

from guardian.policy.week import MIDNIGHT, clock
from guardian.policy.windows import Dates
from guardian.settings.times import meant
from guardian.web.forms import Bad, Form

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


def row_of_days(form: Form, today: date, most: int, too_many: str) -> Dates | None:
    """The days from `first` to `last` of a form, both counted; None once it is noted what is wrong.

    last: left out, it is one day. most: days. too_many: the sentence for more of them.
    """
    first = form.read("first", day)
    last = form.read("last", day) if form.get("last") else first
    if first is None or last is None:
        return None
    if last < first:
        form.wrong("last", "The last day is before the first.")
    elif last < today:
        form.wrong("last" if form.get("last") else "first", "These days are over.")
    elif (last - first).days >= most:
        form.wrong("last", too_many)
    else:
        return Dates(first, last)
    return None
