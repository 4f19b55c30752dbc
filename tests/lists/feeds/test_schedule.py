"""When a list is asked for again: never late, never all at once, and seldom where it is no use."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.feeds import schedule

ASKED = datetime(2026, 11, 26, 3, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOTHING = timedelta(0)
chances = st.floats(0, 1)


@given(chances)
def test_a_usual_update_is_never_late_and_hardly_early(chance: float) -> None:
    wait = schedule.usual(ASKED, DAY, chance) - ASKED
    assert 0.9 * DAY <= wait <= DAY


@pytest.mark.parametrize(
    ("before", "have", "wait"),
    [
        (0, True, 15 * MINUTE),
        (1, True, 30 * MINUTE),
        (2, True, HOUR),
        (5, True, 6 * HOUR),  # the ceiling
        (1000, True, 6 * HOUR),
        (0, False, MINUTE),
        (3, False, 8 * MINUTE),
        (9, False, HOUR),
    ],
)
def test_failures_in_a_row(before: int, have: bool, wait: timedelta) -> None:
    until = schedule.after_failures(ASKED, DAY, before, NOTHING, 0.0, have=have)
    assert until == ASKED + wait


def test_a_failure_is_no_reason_to_ask_less_often_than_usual() -> None:
    until = schedule.after_failures(ASKED, HOUR, 9, NOTHING, 0.0, have=True)
    assert until == ASKED + HOUR


def test_a_server_that_wants_to_be_asked_later() -> None:
    for wait, then in ((3 * HOUR, 3 * HOUR), (MINUTE, 15 * MINUTE), (90 * DAY, 2 * DAY)):
        until = schedule.after_failures(ASKED, DAY, 0, wait, 0.0, have=True)
        assert until == ASKED + then


def test_each_household_list_and_time_has_a_chance_of_its_own() -> None:
    def of(seed: bytes, source: str, asked: datetime) -> float:
        found = schedule.chance(seed, source, asked)
        assert 0 <= found < 1
        assert schedule.chance(seed, source, asked) == found
        return found

    seeds, sources, times = (b"a" * 32, b"b" * 32), ("ads", "adult"), (ASKED, ASKED + DAY)
    found = {of(seed, source, at) for seed in seeds for source in sources for at in times}
    assert len(found) == 8


def test_households_spread_evenly() -> None:
    found = [schedule.chance(str(n).encode(), "ads", ASKED) for n in range(1000)]
    tenths = [sum(n / 10 <= each < (n + 1) / 10 for each in found) for n in range(10)]
    assert all(60 < each < 140 for each in tenths)
