"""Nobody is surprised by bedtime or by the end of their minutes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.budgets import Account, Budget, Period
from guardian.policy.notices import notices
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.timeline import HORIZON, Pause, compile_timelines
from guardian.policy.windows import Weekday, Window, WindowKind

BEDTIME = datetime(2026, 11, 26, 20, tzinfo=UTC)
NIGHT = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
LINA = Person("Lina", AgeBand.FROM_6, Profile("p", windows=(NIGHT,)))
HOME = Household(ZoneInfo("UTC"), (LINA,))
GAMES = Budget("games", Period.DAY, (60,) * 7)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(minutes=16), []),
        (timedelta(minutes=15), ["Bedtime for Lina in 15 min"]),
        (timedelta(minutes=4, seconds=30), ["Bedtime for Lina in 5 min"]),
        (timedelta(seconds=1), ["Bedtime for Lina in 1 min"]),
        (timedelta(0), []),
    ],
)
def test_a_window_is_announced(before: timedelta, said: list[str]) -> None:
    now = BEDTIME - before
    timeline = compile_timelines(HOME, [], now, HORIZON, {})["Lina"]
    assert [each.sentence for each in notices(timeline, [], {}, now)] == said


def test_what_is_off_already_needs_no_notice() -> None:
    now = BEDTIME - timedelta(minutes=5)
    pause = Pause("Lina", None, now, BEDTIME + timedelta(hours=1))
    timeline = compile_timelines(HOME, [pause], now, HORIZON, {})["Lina"]
    assert list(notices(timeline, [], {}, now)) == []


@pytest.mark.parametrize(
    ("used", "said"),
    [
        (49, []),
        (50, ["Games for Lina: 10 min left"]),
        (58, ["Games for Lina: 2 min left"]),
        (60, []),
    ],
)
def test_a_budget_that_runs_low_is_told(used: int, said: list[str]) -> None:
    now = BEDTIME - timedelta(hours=3)
    timeline = compile_timelines(HOME, [], now, HORIZON, {})["Lina"]
    accounts = [Account(GAMES, used, 60, BEDTIME)]
    found = notices(timeline, accounts, {"games": "Games"}, now)
    assert [each.sentence for each in found] == said
