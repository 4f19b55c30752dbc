"""School holidays from a calendar file (iCalendar, RFC 5545), as many schools publish it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from guardian.errors import GuardianError
from guardian.policy.windows import DAY, Dates
from guardian.settings import own_holidays
from guardian.settings.edit import edited

MOST_BYTES = 1 << 20
_LONGEST = timedelta(days=120)


class BadCalendar(GuardianError):
    """A calendar from which no holidays can be taken."""

    exit_code: ClassVar[int] = 2


def read(content: bytes, where: str) -> list[tuple[str, Dates]]:
    """The whole-day events of a calendar, in order: what each is called, and its days.

    where: the file, for messages. Raises BadCalendar.
    """
    from icalendar import Calendar  # only this command needs it

    try:
        calendar: Any = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError, TypeError) as problem:
        raise BadCalendar(f"{where}: it is no calendar ({problem}); give an .ics file") from None
    found = []
    for event in calendar.walk("VEVENT"):
        start, end = event.decoded("DTSTART", None), event.decoded("DTEND", None)
        if not isinstance(start, date) or isinstance(start, datetime):
            continue
        last = end - DAY if isinstance(end, date) and not isinstance(end, datetime) else start
        if start <= last <= start + _LONGEST:
            found.append((str(event.get("SUMMARY", "")), Dates(start, last)))
    if not found:
        raise BadCalendar(f"{where}: there is no whole-day event in it; choose another calendar")
    return sorted(found, key=lambda each: (each[1].first, each[1].last))


def added(config: bytes, days: Iterable[Dates]) -> bytes:
    """A configuration with these days among the household's holidays."""
    return edited(config, lambda data: own_holidays.add(data, days))
