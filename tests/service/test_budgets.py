"""Minutes over restarts and days, as control keeps them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.budgets import Budget, Period, Used, account
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.windows import Dates, Weekday
from guardian.service.budgets import Budgets
from guardian.store.household import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)  # a Thursday
TODAY = date(2026, 11, 26)


def home(*budgets: Budget) -> Household:
    return Household(BERLIN, (Person("Lina", AgeBand.FROM_6, Profile("p", budgets=budgets)),))


def play(budgets: Budgets, start: datetime, minutes: int) -> None:
    for step in range(minutes * 2 + 1):
        budgets.see("Lina", ["games"], start + timedelta(seconds=30 * step))


def test_a_restart_neither_gives_back_nor_doubles(tmp_path: Path) -> None:
    household = home(Budget("games", Period.DAY, (30,) * 7))
    store = Store.open(tmp_path / "guardian.db")
    for run in range(2):
        budgets = Budgets(store, TODAY)
        play(budgets, NOON + timedelta(hours=run), 9)
        for _ in range(3):
            budgets.save(household, NOON + timedelta(hours=run + 1))
    [found] = Budgets(store, TODAY).accounts(household, NOON)["Lina"]
    assert (found.used, found.left) == (20, 10)
    assert found.until == datetime.combine(TODAY + timedelta(days=1), time(0), BERLIN)
    store.close()


def test_minutes_go_on_under_a_new_name(tmp_path: Path) -> None:
    budget = Budget("games", Period.DAY, (30,) * 7)
    before, store = home(budget), Store.open(tmp_path / "guardian.db")
    after = replace(before, people=(replace(before.people[0], name="Mia"),))
    play(Budgets(store, TODAY), NOON - timedelta(hours=2), 4)
    budgets = Budgets(store, TODAY)
    play(budgets, NOON, 9)
    budgets.save(before, NOON + timedelta(minutes=10))
    store.renames.person("Lina", "Mia")
    budgets.rename("Lina", "Mia")
    for step in range(7):  # the same session, to its twelfth minute
        budgets.see("Mia", ["games"], NOON + timedelta(minutes=9, seconds=30 * step))
    for _ in range(2):
        budgets.save(after, NOON + timedelta(minutes=12))
    for known in (budgets, Budgets(store, TODAY)):
        [found] = known.accounts(after, NOON)["Mia"]
        assert found.used == 13
    assert store.usage.since(TODAY).keys() == {"Mia"}
    store.close()


def test_days_without_minutes_are_known_ahead(tmp_path: Path) -> None:
    household = home(Budget("games", Period.DAY, (0, 0, 0, 0, 0, 60, 60)))
    store = Store.open(tmp_path / "guardian.db")
    shut = Budgets(store, TODAY).used_up(household, NOON)
    days = {each.since.astimezone(BERLIN).date().weekday() for each in shut}
    assert days == {0, 1, 2, 3, 4}
    assert all(each.until - each.since <= timedelta(days=1) for each in shut)
    store.close()


@pytest.mark.parametrize(
    ("budget", "rows", "allowed"),
    [
        (Budget("games", Period.DAY, (60,) * 7), [], 60),
        (Budget("games", Period.DAY, (60,) * 7, on_holidays=120), [], 120),
        (Budget("games", Period.DAY, (60,) * 7), [(0, 0, 15)], 75),
        (Budget("games", Period.DAY, (60,) * 7, carry=30), [], 60),  # nothing before: nothing saved
        (Budget("games", Period.DAY, (60,) * 7, carry=30), [(1, 50, 0)], 70),
        (Budget("games", Period.DAY, (60,) * 7, carry=30), [(2, 50, 0)], 90),
        (Budget("games", Period.WEEK, (300,) * 7, carry=100), [(4, 250, 0)], 350),
    ],
)
def test_what_is_allowed(budget: Budget, rows: list[tuple[int, int, int]], allowed: int) -> None:
    """rows: days ago, minutes used, minutes earned."""
    used = Used(
        tuple((TODAY - timedelta(days=ago), "games", mins, earned) for ago, mins, earned in rows)
    )
    holidays = (Dates(TODAY, TODAY),) if budget.on_holidays else ()
    found = account(budget, NOON, BERLIN, holidays, Weekday.MON, used)
    assert found.allowed == allowed
