"""A week in pieces: what is drawn for which window, and what moving a piece makes of it."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.policy.rules import Category
from guardian.policy.week import Piece, Windows, clock, copied, length, moved, pieces, put, removed
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
BEDTIME, HOMEWORK = WindowKind.BEDTIME, WindowKind.HOMEWORK


def window(days: str, start: str, end: str, kind: WindowKind = BEDTIME) -> Window:
    """As "mon tue", "20:00", "07:00"."""
    named = frozenset(Weekday[each.upper()] for each in days.split())
    return Window(kind, named, time.fromisoformat(start), time.fromisoformat(end))


def shown(windows: Windows) -> list[str]:
    """Windows as "mon tue 20:00-07:00", for tables."""
    return [
        " ".join(each.name.lower() for each in sorted(one.days))
        + f" {one.start:%H:%M}-{one.end:%H:%M}"
        for one in windows
    ]


@pytest.mark.parametrize(
    ("days", "start", "end", "drawn"),
    [
        ("mon", "14:30", "16:00", [("mon", 870, 960)]),
        ("mon", "20:00", "07:00", [("mon", 1200, 1440), ("tue", 0, 420)]),  # over midnight: two
        ("sun", "20:00", "07:00", [("sun", 1200, 1440), ("mon", 0, 420)]),  # and over the week
        ("mon", "20:00", "00:00", [("mon", 1200, 1440)]),  # until midnight is one
        ("mon", "00:00", "00:00", [("mon", 0, 1440)]),  # a whole day
        ("mon", "12:00", "12:00", [("mon", 720, 1440), ("tue", 0, 720)]),
        ("mon", "20:07", "20:13", [("mon", 1207, 1213)]),  # to the minute
        ("tue wed", "08:00", "09:00", [("tue", 480, 540), ("wed", 480, 540)]),
    ],
)
def test_a_window_in_pieces(
    days: str, start: str, end: str, drawn: list[tuple[str, int, int]]
) -> None:
    found = list(pieces([window(days, start, end)], Season.TERM))
    assert [(each.day.name.lower(), each.start, each.end) for each in found] == drawn
    assert [each.is_rest for each in found] == [each.day is not each.begins for each in found]


def test_a_week_is_that_of_its_season_and_has_no_dates() -> None:
    always = window("mon", "08:00", "09:00")
    term, holidays = (replace(always, season=each) for each in (Season.TERM, Season.HOLIDAYS))
    once = replace(always, dates=Dates(date(2026, 11, 27), date(2026, 11, 27)))
    nothing = replace(always, blocks=())
    week = [once, always, nothing, term, holidays]
    assert [each.number for each in pieces(week, Season.TERM)] == [1, 3]
    assert [each.number for each in pieces(week, Season.HOLIDAYS)] == [1, 4]


SCHOOL_NIGHTS = window("mon tue wed", "20:00", "07:00")
FRIDAY = window("fri", "21:00", "08:00")


@pytest.mark.parametrize(
    ("begins", "to", "start", "end", "after"),
    [
        # What is moved leaves the others of its window where they are.
        (TUE, TUE, "20:30", "07:00", ["mon wed 20:00-07:00", "tue 20:30-07:00", "fri 21:00-08:00"]),
        (TUE, THU, "20:00", "07:00", ["mon wed thu 20:00-07:00", "fri 21:00-08:00"]),
        (TUE, WED, "20:00", "07:00", ["mon wed 20:00-07:00", "fri 21:00-08:00"]),
        # It joins one that says the same.
        (TUE, TUE, "21:00", "08:00", ["mon wed 20:00-07:00", "tue fri 21:00-08:00"]),
        (TUE, TUE, "20:00", "07:00", ["mon tue wed 20:00-07:00", "fri 21:00-08:00"]),
    ],
)
def test_moving_one_day(
    begins: Weekday, to: Weekday, start: str, end: str, after: list[str]
) -> None:
    times = time.fromisoformat(start), time.fromisoformat(end)
    assert shown(moved([SCHOOL_NIGHTS, FRIDAY], 0, begins, to, *times)) == after


def test_a_window_of_one_day_is_moved_whole() -> None:
    found = moved([SCHOOL_NIGHTS, FRIDAY], 1, FRI, SAT, time(22), time(9))
    assert shown(found) == ["mon tue wed 20:00-07:00", "sat 22:00-09:00"]
    joined = moved([SCHOOL_NIGHTS, FRIDAY], 1, FRI, THU, time(20), time(7))
    assert shown(joined) == ["mon tue wed thu 20:00-07:00"]


def test_another_kind_is_not_joined() -> None:
    homework = replace(FRIDAY, kind=HOMEWORK, blocks=(Category("games"),))
    found = moved([SCHOOL_NIGHTS, homework], 0, TUE, TUE, FRIDAY.start, FRIDAY.end)
    assert len(found) == 3


def test_taking_away() -> None:
    week = [SCHOOL_NIGHTS, FRIDAY]
    assert shown(removed(week, 0, TUE)) == ["mon wed 20:00-07:00", "fri 21:00-08:00"]
    assert shown(removed(week, 0, None)) == ["fri 21:00-08:00"]
    assert shown(removed(week, 1, FRI)) == ["mon tue wed 20:00-07:00"]
    assert put(week, None, FRIDAY) == (*week, FRIDAY)
    assert put(week, 0, FRIDAY) == (FRIDAY, FRIDAY)


def test_days_become_as_another_is() -> None:
    once = replace(FRIDAY, dates=Dates(date(2026, 11, 27), date(2026, 11, 27)))
    found = copied([SCHOOL_NIGHTS, FRIDAY, once], MON, frozenset({MON, FRI, SUN}))
    assert shown(found) == ["mon tue wed fri sun 20:00-07:00", "fri 21:00-08:00"]
    assert found[1] == once
    assert shown(copied([SCHOOL_NIGHTS], SUN, frozenset({MON, TUE, WED}))) == []


days = st.frozensets(st.sampled_from(Weekday), min_size=1)
clocks = st.integers(0, 1439).map(clock)
windows_ = st.builds(Window, st.just(BEDTIME), days, clocks, clocks)


@given(windows_)
def test_pieces_are_as_long_as_their_window(one: Window) -> None:
    found = list(pieces([one], Season.TERM))
    assert sum(each.end - each.start for each in found) == length(one) * len(one.days)
    assert all(0 <= each.start < each.end <= 1440 for each in found)
    assert {each.begins for each in found} == one.days


@given(st.lists(windows_, min_size=1, max_size=4), st.data())
def test_moving_touches_one_piece_only(week: list[Window], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(week) - 1))
    begins = data.draw(st.sampled_from(sorted(week[number].days)))
    to, start, end = data.draw(st.sampled_from(Weekday)), data.draw(clocks), data.draw(clocks)
    after = moved(week, number, begins, to, start, end)

    def drawn(some: Windows) -> set[tuple[Weekday, time, time]]:
        return {(day, each.start, each.end) for each in some for day in each.days}

    before = [
        (day, each.start, each.end)
        for at, each in enumerate(week)
        for day in each.days
        if (at, day) != (number, begins)
    ]
    assert drawn(after) == {*before, (to, start, end)}
    assert all(isinstance(each, Piece) for each in pieces(after, Season.TERM))
