"""Budgets while time passes: what was used, what is left, and who has nothing left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from guardian.policy.budgets import Account, Budget, Period, Used, account
from guardian.policy.people import Household, Profile
from guardian.policy.timeline import HORIZON, UsedUp
from guardian.policy.usage import Meter
from guardian.policy.windows import DAY, instant
from guardian.store.household import Store

_LOOK_BACK: Final = timedelta(days=15)  # this week and the one before, for what is carried over


_Minutes = dict[tuple[date, str, str | None], int]
"""Day, person and thing → minutes."""


class Budgets:
    """Minutes of everybody, measured and kept."""

    def __init__(self, store: Store, today: date) -> None:
        self._meter = Meter()
        self._unused: _Unused | None = None
        self.keep_in(store, today)

    def keep_in(self, store: Store, today: date) -> None:
        """Keep minutes in this store from now on, those measured before included."""
        self._store = store
        self._kept: _Minutes = {}
        self._written: _Minutes = {}
        self._before: _Minutes = {
            (day, person, thing): used
            for person, each in store.usage.since(today - timedelta(days=1)).items()
            for day, thing, used, _ in each.rows
        }

    def see(self, person: str, things: Iterable[str], now: datetime) -> None:
        """A person's devices asked for these things ("": anything at all)."""
        for thing in things:
            self._meter.see(person, thing or None, int(now.timestamp()))

    def save(self, household: Household, now: datetime) -> None:
        """Write what was used; a crash loses no more than what came after.

        Until `saved` is called it counts as not written, so that it is tried again.
        """
        self._meter.forget(int(now.timestamp()))
        self._written = used = self._meter.used(household.zone)
        changed = {key: minutes for key, minutes in used.items() if self._kept.get(key) != minutes}
        if changed:
            self._store.usage.keep(
                (*key, minutes + self._before.get(key, 0)) for key, minutes in changed.items()
            )

    def saved(self) -> None:
        """What was written last is in the file."""
        self._kept = self._written

    def rename(self, old: str, new: str) -> None:
        """Go on measuring for a person who is called otherwise now, as the store calls them."""
        self._meter.rename(old, new)
        for known in (self._kept, self._written, self._before):
            for day, person, thing in list(known):
                if person == old:
                    known[day, new, thing] = known.pop((day, old, thing))

    def accounts(self, household: Household, now: datetime) -> dict[str, tuple[Account, ...]]:
        """How each person's budgets stand."""
        unused, known = self._unused_of(household, now), self._known(household, now)
        return {
            person: _accounts(profile, known[person], household, now)
            if person in known
            else unused.accounts[id(profile)]
            for person, profile in unused.profiles.items()
        }

    def used_up(self, household: Household, now: datetime) -> list[UsedUp]:
        """The budgets with nothing left, and the days to come that have no minutes."""
        unused, known = self._unused_of(household, now), self._known(household, now)
        found = [
            spell
            for person, spells in unused.spells.items()
            if person not in known
            for spell in spells
        ]
        for person, used in known.items():
            if person in unused.profiles:
                shut = _shut(unused.profiles[person], used, household, now)
                found += [UsedUp(person, *each) for each in shut]
        return found

    def _unused_of(self, household: Household, now: datetime) -> "_Unused":
        """How things stand without use; on one day that is always the same."""
        known = self._unused
        if known is None or household is not known.household or not known.since <= now < known.end:
            known = self._unused = _Unused.of(household, now)
        return known

    def _known(self, household: Household, now: datetime) -> dict[str, Used]:
        today = now.astimezone(household.zone).date()
        return self._store.usage.since(today - _LOOK_BACK)


@dataclass(frozen=True, slots=True)
class _Unused:
    """A household on one day, as if nobody had used anything.

    profiles: of those who have budgets. accounts: how these stand, by the id of the profile.
    spells: of those who have none of the minutes of some.
    """

    household: Household
    since: datetime
    end: datetime
    profiles: dict[str, Profile]
    accounts: dict[int, tuple[Account, ...]]
    spells: dict[str, list[UsedUp]]

    @classmethod
    def of(cls, household: Household, now: datetime) -> "_Unused":
        profiles = {
            person.name: person.profile
            for person in household.people
            if person.profile is not None and person.profile.budgets
        }
        known: dict[int, list[_Shut]] = {}  # 100,000 people share a few profiles
        accounts: dict[int, tuple[Account, ...]] = {}
        for profile in profiles.values():
            if id(profile) not in known:
                known[id(profile)] = _shut(profile, Used(), household, now)
                accounts[id(profile)] = _accounts(profile, Used(), household, now)
        tomorrow = now.astimezone(household.zone).date() + DAY
        return cls(
            household,
            now,
            instant(tomorrow, time(0), household.zone).astimezone(UTC),
            profiles,
            accounts,
            {
                person: [UsedUp(person, *each) for each in known[id(profile)]]
                for person, profile in profiles.items()
                if known[id(profile)]
            },
        )


_Shut = tuple[str | None, datetime, datetime]
"""A budget without minutes: of what, since when, until when."""


def _accounts(
    profile: Profile, used: Used, household: Household, now: datetime
) -> tuple[Account, ...]:
    zone, holidays, week_start = household.zone, household.holidays, household.week_start
    return tuple(
        account(budget, now, zone, holidays, week_start, used) for budget in profile.budgets
    )


def _shut(profile: Profile, used: Used, household: Household, now: datetime) -> list[_Shut]:
    found: list[_Shut] = []
    for each in _accounts(profile, used, household, now):
        if not each.left:
            found.append((each.budget.category, now, each.until))
        found += [
            (each.budget.category, since, until)
            for since, until in days_without(each.budget, now, household)
        ]
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
