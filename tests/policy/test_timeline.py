"""Timelines against a slow oracle that walks minute by minute, and what people are told by them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Category, Everything, Step
from guardian.policy.timeline import HORIZON, Grant, Pause, compile_timelines
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")

# Weeks in which the clock changes, and one in which it does not.
WEEKS = [
    ("Europe/Berlin", date(2026, 3, 25)),
    ("Europe/Berlin", date(2026, 10, 21)),
    ("Europe/Berlin", date(2026, 6, 1)),
    ("America/New_York", date(2026, 3, 5)),
    ("America/New_York", date(2026, 10, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 2)),
    ("Australia/Lord_Howe", date(2026, 10, 1)),
    ("Africa/Casablanca", date(2025, 2, 20)),
    ("Africa/Casablanca", date(2025, 4, 3)),
    ("Pacific/Apia", date(2011, 12, 27)),
]

clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
blocks = st.just((Everything(),)) | st.lists(
    st.sampled_from([Category("games"), Category("video")]), min_size=1, unique=True
).map(tuple)
windows = st.builds(
    Window,
    kind=st.sampled_from(WindowKind),
    days=st.frozensets(st.sampled_from(Weekday), min_size=1),
    start=clocks | st.sampled_from([time(2, 30), time(1, 30), time(0), time(20)]),
    end=clocks | st.sampled_from([time(2, 30), time(3), time(7), time(0)]),
    blocks=blocks,
    spares=st.sampled_from([frozenset[str](), frozenset({"video"})]),
    season=st.sampled_from(Season),
)


def minutes(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Each minute (UTC) with the furthest reading that the wall clock has shown by then."""
    at, furthest = start, start.astimezone(zone).replace(tzinfo=None)
    while at < end:
        furthest = max(furthest, at.astimezone(zone).replace(tzinfo=None))
        yield at, furthest
        at += MINUTE


def holds(
    window: Window, reading: datetime, holidays: tuple[Dates, ...], others: tuple[Window, ...]
) -> bool:
    """Whether a wall-clock reading lies in a window, told without a zone."""
    for back in (0, 1):
        day = reading.date() - timedelta(days=back)
        start = datetime.combine(day, window.start)
        end = datetime.combine(day, window.end)
        if end <= start:
            end += timedelta(days=1)
        if window.dates is not None:
            is_its_day = window.dates.first <= day <= window.dates.last
        else:
            last = (end - timedelta(minutes=1)).date()
            holiday = any(each.first <= last <= each.last for each in holidays)
            is_its_day = not any(
                each.dates
                and each.kind is window.kind
                and day.weekday() in each.days
                and each.dates.first <= day <= each.dates.last
                for each in others
            ) and window.season in (Season.ALWAYS, Season.HOLIDAYS if holiday else Season.TERM)
        if is_its_day and day.weekday() in window.days and start <= reading < end:
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(
    week=st.sampled_from(WEEKS),
    windows=st.lists(windows, max_size=4).map(tuple),
    pauses=st.lists(
        st.tuples(st.sampled_from([None, "games"]), st.integers(-600, 9000), st.integers(1, 3000)),
        max_size=2,
    ),
    grants=st.lists(
        st.tuples(st.sampled_from([None, "games"]), st.integers(-600, 9000), st.integers(1, 3000)),
        max_size=2,
    ),
    special=st.lists(
        st.tuples(windows, st.integers(0, 8), st.integers(0, 3)).map(
            lambda each: (replace(each[0], blocks=each[0].blocks[:1]), each[1], each[2])
        ),
        max_size=2,
    ),
    free=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 4)), max_size=1),
)
def test_the_timeline_equals_a_walk_through_the_week(
    week: tuple[str, date],
    windows: tuple[Window, ...],
    pauses: list[tuple[str | None, int, int]],
    grants: list[tuple[str | None, int, int]],
    special: list[tuple[Window, int, int]],
    free: list[tuple[int, int]],
) -> None:
    def dates(first: int, more: int) -> Dates:
        day = week[1] + timedelta(days=first)
        return Dates(day, day + timedelta(days=more))

    holidays = tuple(dates(*each) for each in free)
    windows += tuple(replace(each, dates=dates(first, more)) for each, first, more in special)
    zone = ZoneInfo(week[0])
    now = datetime.combine(week[1], time(12), tzinfo=UTC)
    off = [
        Pause("Lina", category, now + since * MINUTE, now + (since + length) * MINUTE)
        for category, since, length in pauses
    ]
    extra = [
        Grant("Lina", category, now + since * MINUTE, now + (since + length) * MINUTE)
        for category, since, length in grants
    ]
    people = (Person("Lina", AgeBand.FROM_6, Profile("p", windows=windows)),)
    household = Household(zone, people, holidays=holidays)
    timeline = compile_timelines(household, [*off, *extra], now, HORIZON, {})["Lina"]

    # The walk begins days early: a clock that went back has shown later readings before.
    for at, reading in minutes(now - timedelta(days=2), now + HORIZON, zone):
        if at < now:
            continue
        opened = frozenset(each.thing or "" for each in extra if each.since <= at < each.until)
        expected = {
            (str(window.kind), what, window.spares | opened)
            for window in windows
            if holds(window, reading, holidays, windows)
            for what in window.blocks
            if "" not in opened and not (isinstance(what, Category) and what.id in opened)
        }
        found = {
            (rule.id.split(":")[1], rule.what, rule.spares)
            for rule in timeline.state(at).of(Step.WINDOW)
        }
        assert timeline.state(at).extra_time == opened
        assert found == expected, f"{at:%c} UTC, furthest reading {reading:%c}"
        paused = {pause.thing for pause in off if pause.since <= at < pause.until}
        assert len(timeline.state(at).of(Step.PAUSE)) == len(paused)


def test_neighbours_differ_and_equal_states_are_one(household: Household) -> None:
    twin = replace(household.people[0], name="Noor")
    household = replace(household, people=(*household.people, twin))
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    timelines = compile_timelines(household, [], now, HORIZON, {})
    assert timelines.keys() == {"Lina", "Mara", "Noor", None}
    assert timelines["Lina"].stretches is timelines["Noor"].stretches
    assert len({id(state) for _, state in timelines["Lina"].stretches}) == 3
    for (_, one), (_, other) in zip(
        timelines["Lina"].stretches, timelines["Lina"].stretches[1:], strict=False
    ):
        assert one != other


def test_windows_that_touch_are_one_stretch() -> None:
    windows = tuple(
        Window(WindowKind.BEDTIME, frozenset(Weekday), start, end)
        for start, end in [(time(20), time(0)), (time(0), time(7))]
    )
    people = (Person("Lina", AgeBand.FROM_6, Profile("p", windows=windows)),)
    now = datetime(2026, 11, 26, 20, tzinfo=UTC)
    timeline = compile_timelines(Household(BERLIN, people), [], now, HORIZON, {})["Lina"]
    assert timeline.next_change(now) == datetime(2026, 11, 27, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("2026-11-26T18:29:59", "2026-11-26T18:30"),
        ("2026-11-26T18:30", "2026-11-26T20:15"),  # the start belongs to the window
        ("2026-11-26T20:15", "2026-11-26T20:30"),  # the end does not
        ("2026-11-26T23:00", "2026-11-27T07:00"),
    ],
)
def test_the_next_change_is_the_next_edge(household: Household, at: str, change: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    timeline = compile_timelines(household, [], now, HORIZON, {})["Lina"]
    assert timeline.next_change(now) == datetime.fromisoformat(change).replace(tzinfo=BERLIN)
    assert timeline.stretches[0][0] == now


def test_pauses_belong_to_their_person(household: Household) -> None:
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    pauses = [
        Pause(None, None, now, now + timedelta(hours=1)),
        Pause("Mara", "games", now + timedelta(hours=1), now + timedelta(hours=2)),
        Pause("Lina", None, now - timedelta(hours=2), now - timedelta(hours=1)),
    ]
    timelines = compile_timelines(household, pauses, now, HORIZON, {})
    in_force = {
        person: [rule.id for rule in timeline.state(now + timedelta(minutes=90)).of(Step.PAUSE)]
        for person, timeline in timelines.items()
    }
    assert in_force == {"Lina": [], "Mara": ["pause:games"], None: []}
    assert [rule.id for rule in timelines[None].state(now).of(Step.PAUSE)] == ["pause"]
