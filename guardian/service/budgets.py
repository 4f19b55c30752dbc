"""Budgets while time passes: what was used, what is left, and who has nothing left."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from guardian.policy.budgets import Account, Budget, Period, Used, account
from guardian.policy.people import Household
from guardian.policy.timeline import HORIZON, UsedUp
from guardian.policy.usage import Meter
from guardian.policy.windows import DAY, instant
from guardian.store.household import Store

_LOOK_BACK: Final = timedelta(days=15)  # this week and the one before, for what is carried over


class Budgets:
    """Minutes of everybody, measured and kept."""

    def __init__(self, store: Store, today: date) -> None:
        self._store = store
        self._meter = Meter()
        self._kept: dict[tuple[date, str, str | None], int] = {}
        self._before: dict[tuple[date, str, str | None], int] = {
            (day, person, thing): used
            for person, each in store.used(today - timedelta(days=1)).items()
            for day, thing, used, _ in each.rows
        }

    def see(self, person: str, things: Iterable[str], now: datetime) -> None:
        """A person's devices asked for these things ("": anything at all)."""
        for thing in things:
            self._meter.see(person, thing or None, int(now.timestamp()))

    def save(self, household: Household, now: datetime) -> None:
        """Keep what was used; a crash loses no more than what came after."""
        self._meter.forget(int(now.timestamp()))
        used = self._meter.used(household.zone)
        changed = {key: minutes for key, minutes in used.items() if self._kept.get(key) != minutes}
        self._store.set_used(
            (*key, minutes + self._before.get(key, 0)) for key, minutes in changed.items()
        )
        self._kept = used

    def accounts(self, household: Household, now: datetime) -> dict[str, tuple[Account, ...]]:
        """How each person's budgets stand."""
        today = now.astimezone(household.zone).date()
        known = self._store.used(today - _LOOK_BACK)
        return {
            person.name: tuple(
                account(
                    budget,
                    now,
                    household.zone,
                    household.holidays,
                    household.week_start,
                    known.get(person.name, Used()),
                )
                for budget in person.profile.budgets
            )
            for person in household.people
            if person.profile is not None and person.profile.budgets
        }

    def used_up(self, household: Household, now: datetime) -> list[UsedUp]:
        """The budgets with nothing left, and the days to come that have no minutes."""
        found = []
        for person, accounts in self.accounts(household, now).items():
            for each in accounts:
                if not each.left:
                    found.append(UsedUp(person, each.budget.category, now, each.until))
                for since, until in days_without(each.budget, now, household):
                    found.append(UsedUp(person, each.budget.category, since, until))
        return found


def days_without(
    budget: Budget, now: datetime, household: Household
) -> Iterator[tuple[datetime, datetime]]:
    """The days after this one, within the horizon, on which a budget allows nothing."""
    if budget.period is not Period.DAY or budget.carry:
        return
    today = now.astimezone(household.zone).date()
    for day in (today + DAY * step for step in range(1, HORIZON // DAY + 1)):
        if not budget.allowance(day, household.holidays):
            since, until = (instant(each, time(0), household.zone) for each in (day, day + DAY))
            yield since.astimezone(UTC), until.astimezone(UTC)
