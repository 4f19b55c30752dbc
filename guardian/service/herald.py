"""Raise events when they are due, each once, over restarts too."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from guardian.policy import occasions
from guardian.policy.budgets import Account
from guardian.policy.events import Mark, Occasion
from guardian.policy.people import Household, HouseholdKind
from guardian.policy.timeline import Timeline
from guardian.service import clock
from guardian.store.household import Store

_REQUESTS: Final = timedelta(days=2)  # how long after it a request or its answer is still news


class Herald:
    """Knows what was told already."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._raised: set[Mark] = set()

    def tell(
        self,
        store: Store,
        household: Household,
        timelines: Mapping[str | None, Timeline],
        accounts: Mapping[str, Sequence[Account]],
        titles: Mapping[str, str],
        now: datetime,
    ) -> bool:
        """Raise what is due; whether anything was. accounts: how each person's budgets stand.

        With a clock that is not set, nothing is: every time in it would be wrong. Raises
        sqlite3.Error.
        """
        if not clock.is_set(now):
            return False
        if store is not self._store:
            self._store, self._raised = store, store.raised(now)
        found = [
            each
            for each in self._due(store, household, timelines, accounts, titles, now)
            if each.mark not in self._raised
        ]
        if found:
            store.keep_events(found, now)
            self._raised = store.raised(now)
        return bool(found)

    def _due(
        self,
        store: Store,
        household: Household,
        timelines: Mapping[str | None, Timeline],
        accounts: Mapping[str, Sequence[Account]],
        titles: Mapping[str, str],
        now: datetime,
    ) -> Iterator[Occasion]:
        today = clock.today(now, household.zone)
        yield from occasions.spells(store.spells(now), self._raised, household, titles, now)
        yield from occasions.earned(store.used(today), today, titles, now)
        yield from occasions.asked(store.requests(now - _REQUESTS), now)
        yield from occasions.grown(household, today, now)
        if household.kind is HouseholdKind.PROVIDER:
            return  # a hundred thousand bedtimes are news to nobody
        for person in household.people:
            timeline = timelines[person.name]
            yield from occasions.window(timeline, now)
            for account in accounts.get(person.name, ()):
                yield from occasions.budget(timeline, account, titles, now)
