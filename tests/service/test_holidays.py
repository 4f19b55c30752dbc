"""Holidays come from a school's calendar, whole days only."""

from datetime import date
from pathlib import Path

import pytest

from guardian.policy.windows import Dates
from guardian.service.holidays import BadCalendar, added, read
from guardian.settings.settings import parse

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//school//en
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20261223
DTEND;VALUE=DATE:20270107
SUMMARY:Christmas
END:VEVENT
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261002
SUMMARY:Teachers' day
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20261010T080000Z
DTEND:20261010T100000Z
SUMMARY:A meeting
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def test_whole_days_are_taken_and_hours_are_not() -> None:
    assert read(CALENDAR, "school.ics") == [
        ("Teachers' day", Dates(date(2026, 10, 2), date(2026, 10, 2))),
        ("Christmas", Dates(date(2026, 12, 23), date(2027, 1, 6))),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff"]
)
def test_what_is_no_calendar(content: bytes) -> None:
    with pytest.raises(BadCalendar, match=r"school\.ics"):
        read(content, "school.ics")


def test_they_are_added_once() -> None:
    config = (ROOT / "config" / "home.yaml").read_bytes()
    days = [each for _, each in read(CALENDAR, "school.ics")]
    content = added(added(config, days), days)
    found = parse(content, ROOT / "config" / "home.yaml", ROOT / "blocklists")
    assert set(found.household.holidays) == set(days)
    assert len(found.household.holidays) == len(days)
