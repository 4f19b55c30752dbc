"""Each event comes when it is due, once, whoever restarts; nobody sleeps for it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.budgets import Account, Budget, Period
from guardian.policy.people import AgeBand, Household, HouseholdKind, Person, Profile
from guardian.policy.requests import Answer, Kind
from guardian.policy.timeline import HORIZON, Grant, Pause, compile_timelines
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.service.herald import Herald
from guardian.store.household import Store

BEDTIME = datetime(2026, 11, 26, 20, tzinfo=UTC)
NOON = BEDTIME.replace(hour=12)
NIGHT = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
GAMES = Budget("games", Period.DAY, (60,) * 7)
LINA = Person("Lina", AgeBand.FROM_6, Profile("p", windows=(NIGHT,)))
HOME = Household(ZoneInfo("UTC"), (LINA,))
TITLES = {"games": "Games"}


class House:
    """A store in a file, and a herald that may be started again."""

    def __init__(self, path: Path, household: Household = HOME) -> None:
        self.path = path
        self.household = household
        self.start()

    def start(self) -> None:
        self.store = Store.open(self.path)
        self.herald = Herald()

    def restart(self) -> None:
        self.store.close()
        self.start()

    def at(self, now: datetime, accounts: Sequence[Account] = ()) -> list[str]:
        """What is told of an instant."""
        before = max((each.id for each in self.store.events.after()), default=0)
        spells = self.store.spells.running(now)
        timelines = compile_timelines(self.household, spells, now, HORIZON, TITLES)
        for _ in range(2):
            self.herald.tell(self.store, self.household, timelines, {"Lina": accounts}, TITLES, now)
        return [each.sentence for each in self.store.events.after(before)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "guardian.db")


def test_a_window_is_announced_twice_and_a_restart_repeats_nothing(house: House) -> None:
    for before, said in [
        (16, []),
        (15, ["Bedtime for Lina in 15 min"]),
        (14, []),
        (6, []),
        (5, ["Bedtime for Lina in 5 min"]),
        (1, []),
    ]:
        assert house.at(BEDTIME - timedelta(minutes=before)) == said
        house.restart()
        assert house.at(BEDTIME - timedelta(minutes=before)) == []
    assert house.at(BEDTIME) == []
    next_evening = BEDTIME + timedelta(days=1, minutes=-12)
    assert house.at(next_evening) == ["Bedtime for Lina in 12 min"]


def test_who_comes_late_is_told_the_nearest_only(house: House) -> None:
    assert house.at(BEDTIME - timedelta(minutes=4)) == ["Bedtime for Lina in 4 min"]
    assert house.at(BEDTIME - timedelta(minutes=3)) == []


def account(used: int, allowed: int = 60) -> Account:
    return Account(GAMES, used, allowed, BEDTIME + timedelta(hours=4))


def test_minutes_run_low_twice_and_out_once(house: House) -> None:
    for used, allowed, said in [
        (49, 60, []),
        (50, 60, ["Games for Lina: 10 min left"]),
        (55, 60, []),
        (58, 60, ["Games for Lina: 2 min left"]),
        (60, 60, ["Lina's time for games is used up until 00:00"]),
        (60, 90, []),  # earned
        (81, 90, ["Games for Lina: 9 min left"]),
        (90, 90, ["Lina's time for games is used up until 00:00"]),
    ]:
        assert house.at(NOON, [account(used, allowed)]) == said
        house.restart()
    assert house.at(NOON, [Account(GAMES, 0, 0, BEDTIME)]) == []  # a day without minutes


def test_a_pause_begins_and_ends(house: House) -> None:
    house.store.spells.add(Pause("Lina", None, NOON, NOON + timedelta(minutes=30)))
    assert house.at(NOON) == ["Internet paused for Lina until 12:30"]
    house.restart()
    assert house.at(NOON + timedelta(minutes=29)) == []
    assert house.at(NOON + timedelta(minutes=45)) == ["The pause for Lina is over"]
    assert house.store.events.after()[-1].at == NOON + timedelta(minutes=30)
    house.restart()
    assert house.at(NOON + timedelta(minutes=46)) == []


def test_a_pause_is_ended_by_hand_or_replaced(house: House) -> None:
    house.store.spells.add(Pause("Lina", "games", NOON, NOON + timedelta(minutes=30)))
    assert house.at(NOON) == ["No games for Lina until 12:30"]
    longer = NOON + timedelta(minutes=5)
    house.store.spells.add(Pause("Lina", "games", longer, NOON + timedelta(hours=1)))
    assert house.at(longer) == ["No games for Lina until 13:00"]
    house.store.spells.end(Pause, "Lina", "games")
    house.restart()
    assert house.at(NOON + timedelta(minutes=6)) == ["The pause of games for Lina is over"]


def test_extra_time_and_earned_minutes(house: House) -> None:
    house.store.spells.add(Grant("Lina", None, NOON, NOON + timedelta(minutes=30)))
    house.store.usage.earn(NOON.date(), "Lina", "games", 20)
    assert house.at(NOON) == [
        "Extra time for Lina until 12:30",
        "Lina has earned 20 minutes today: games",
    ]
    assert [each.minutes for each in house.store.events.after()] == [30, 20]
    assert house.at(NOON + timedelta(hours=1)) == ["The extra time of Lina is over"]


def test_a_request_and_its_answer_without_the_name(house: House) -> None:
    number = house.store.requests.ask("Lina", Kind.NAME, "site.example", 0, NOON)
    assert house.at(NOON) == ["Lina asks for a site"]
    house.store.requests.answer(number, Answer.NO, "not today", NOON)
    house.restart()
    assert house.at(NOON + timedelta(minutes=1)) == ["Lina asks for a site: no"]
    assert "site.example" not in "".join(each.sentence for each in house.store.events.after())


def test_growing_up_is_told_a_month_before_and_on_the_day(tmp_path: Path) -> None:
    noor = Person("Lina", AgeBand.FROM_16, Profile("p"), born=date(2008, 12, 1))
    house = House(tmp_path / "guardian.db", Household(ZoneInfo("UTC"), (noor,)))
    told = {
        day: house.at(NOON.replace(month=10, day=1) + timedelta(days=day)) for day in range(120)
    }
    told = {day: said for day, said in told.items() if said}
    assert list(told) == [31, 61]  # 1 November and 1 December
    [[soon], [now]] = told.values()
    assert soon.startswith("Lina is of age on 1 December 2026; the rules for them end then")
    assert now.startswith("Lina is of age since 1 December 2026; the rules for them have ended")


def test_nothing_is_told_by_a_clock_that_is_not_set(house: House) -> None:
    house.store.spells.add(Pause("Lina", None, NOON, NOON + timedelta(minutes=30)))
    assert house.at(datetime(1970, 1, 1, 19, 50, tzinfo=UTC)) == []


def test_a_provider_hears_of_deeds_alone(tmp_path: Path) -> None:
    household = Household(ZoneInfo("UTC"), (LINA,), kind=HouseholdKind.PROVIDER)
    house = House(tmp_path / "guardian.db", household)
    house.store.spells.add(Grant("Lina", None, BEDTIME - timedelta(minutes=10), BEDTIME))
    assert house.at(BEDTIME - timedelta(minutes=10)) == ["Extra time for Lina until 20:00"]
