"""Weekly windows on ordinary days and on those when a zone changes its clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.windows import Weekday, Window, WindowKind, instant

BERLIN = ZoneInfo("Europe/Berlin")


def spans_of(window: Window, zone: str, since: str, days: int) -> list[str]:
    """The times a window opens, in local time with offset."""
    place = ZoneInfo(zone)
    start = datetime.fromisoformat(since).replace(tzinfo=place).astimezone(UTC)
    return [
        f"{opens.astimezone(place):%a %H:%M%z} {shuts.astimezone(place):%a %H:%M%z}"
        for opens, shuts in window.spans(start, start + timedelta(days=days), place)
    ]


def a_window(start: str, end: str, *days: Weekday) -> Window:
    return Window(
        WindowKind.BEDTIME,
        frozenset(days or Weekday),
        time.fromisoformat(start),
        time.fromisoformat(end),
    )


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    window = a_window("20:00", "07:00", Weekday.THU)
    assert spans_of(window, "Europe/Berlin", "2026-11-27T00:30", 7) == [
        "Thu 20:00+0100 Fri 07:00+0100",  # began before we looked
        "Thu 20:00+0100 Fri 07:00+0100",
    ]


def test_midnight_to_midnight_is_a_whole_day() -> None:
    window = a_window("00:00", "00:00", Weekday.SUN)
    assert spans_of(window, "Europe/Berlin", "2026-11-23T00:00", 7) == [
        "Sun 00:00+0100 Mon 00:00+0100"
    ]


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T01:59+01:00"),
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T03:00+02:00"),
        ("Europe/Berlin", "2026-03-29", "02:59", "2026-03-29T03:00+02:00"),  # not 03:59
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T02:30+02:00"),  # the first of two
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T03:00-04:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T01:30-04:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-04T02:30+11:00"),  # half an hour
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-05T01:45+11:00"),
        ("Africa/Casablanca", "2025-04-06", "02:30", "2025-04-06T03:00+01:00"),  # after Ramadan
        ("Africa/Casablanca", "2025-02-23", "02:30", "2025-02-23T02:30+01:00"),
        ("Pacific/Apia", "2011-12-30", "20:00", "2011-12-31T00:00+14:00"),  # no such Friday
        ("Asia/Tehran", "2022-03-22", "00:30", "2022-03-22T01:00+04:30"),
    ],
)
def test_clock_readings_that_come_never_or_twice(
    zone: str, day: str, clock: str, expected: str
) -> None:
    found = instant(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected)


def test_the_evening_of_a_skipped_day_keeps_its_window() -> None:
    window = a_window("20:00", "07:00", Weekday.FRI)
    assert spans_of(window, "Pacific/Apia", "2011-12-29T12:00", 3) == [
        "Sat 00:00+1400 Sat 07:00+1400"
    ]


def test_a_window_that_lies_wholly_in_a_gap_never_opens() -> None:
    window = a_window("02:10", "02:50", Weekday.SUN)
    assert spans_of(window, "Europe/Berlin", "2026-03-28T12:00", 2) == []


def test_bedtime_is_an_hour_longer_when_the_clock_goes_back() -> None:
    window = a_window("20:00", "07:00", Weekday.SAT)
    [(start, end)] = window.spans(
        datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC), BERLIN
    )
    assert end - start == timedelta(hours=12)
