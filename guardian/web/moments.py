"""Times as people type them: "21:00", "Friday 21:00", "2030", "2026-12-24 9:30"."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from guardian.web.forms import Bad
from guardian.web.languages import Language, language
from guardian.web.marked import sentence

_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?")
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_HINT: Final = sentence("Write a day and a time, such as “Friday 21:00”, or leave it empty.")


def moment(text: str, now: datetime, speaks: Language) -> datetime | None:
    """The instant that is meant, on the wall clock of `now`; None for an empty text.

    A time alone is today's; a day of the week the next one, today included. Days may be written in
    the reader's language or in English. Raises Bad.
    """
    words = text.casefold().replace(",", " ").split()
    if not words:
        return None
    clock = _clock(words[-1])
    if clock is None:
        raise Bad(_HINT)
    day = now.date() if len(words) == 1 else _day(" ".join(words[:-1]), now.date(), speaks)
    return datetime.combine(day, clock)


def _clock(word: str) -> time | None:
    match = _CLOCK.fullmatch(_plain_digits(word))
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _plain_digits(word: str) -> str:
    return "".join(str(int(each)) if each.isdecimal() else each for each in word)


def _day(word: str, today: date, speaks: Language) -> date:
    if match := _DATE.fullmatch(_plain_digits(word)):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise Bad(_HINT) from None
    for known in (speaks, language("en")):
        for number in range(7):
            names = (known.weekday(number), known.short_weekday(number))
            if word in [each.casefold().rstrip(".") for each in names]:
                return today + timedelta(days=(number - today.weekday()) % 7)
    raise Bad(_HINT)
