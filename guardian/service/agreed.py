"""What was agreed (pauses, extra time, minutes), and an empty store while that cannot be read.

DNS goes on without it; for whom, the profiles say (`policy.unsure`). The file is tried again until
it can be read; minutes that were measured meanwhile are kept in it then.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from guardian.errors import Said
from guardian.policy.people import Household
from guardian.policy.timeline import Spell, Unsure
from guardian.policy.unsure import Known, waits
from guardian.policy.windows import DAY, instant
from guardian.safety.tombstones import tombstones
from guardian.service.budgets import Budgets
from guardian.store.household import Store, StoreError


class Agreed:
    """The household's store, wherever it is just now. is_known: whether it is the file's."""

    store: Store
    budgets: Budgets

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        """tell: says what is wrong with the file, and what was done about it."""
        self._path = path
        self._tell = tell
        self._told = ""
        self._seen = 0
        self._begun_anew = False
        self.is_known = False
        if not self._open():
            self.store = Store.in_memory()

    def _open(self) -> bool:
        try:
            store, mended = Store.open_mended(self._path)
            with suppress(sqlite3.OperationalError):  # it can be read, and need not be written
                store.renames.things(tombstones().renamed)
            seen = store.version()  # before anything of it is read: a later write is noticed
        except (StoreError, sqlite3.Error) as problem:
            self._say(Said("%(problem)s; until then nothing is remembered", problem=_of(problem)))
            return False
        if mended is not None:
            self._say(mended.sentence)
            self._begun_anew = mended.begun_anew
        self.store, self._seen, self.is_known = store, seen, True
        return True

    def _say(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._tell(sentence)

    def begin(self, household: Household, now: datetime) -> None:
        """Measure minutes from now on; where the store was begun anew, that has its consequence."""
        self.budgets = Budgets(self.store, _today(household, now))
        self._note_loss(household, now)

    def _note_loss(self, household: Household, now: datetime) -> None:
        """Who waits when a store cannot be read waits for a lost one until the day is over."""
        if not self._begun_anew:
            return
        self._begun_anew = False
        zone = household.zone
        over = instant(_today(household, now) + DAY, time(0), zone).astimezone(UTC)
        for wait in waits(household, Known(store=False), now):
            self.store.spells.add(replace(wait, until=over))

    def in_force(self, household: Household, now: datetime) -> list[Spell]:
        """Pauses, extra time, budgets without minutes; nothing while it cannot be read."""
        try:
            return [*self.store.spells.running(now), *self.budgets.used_up(household, now)]
        except sqlite3.Error as problem:
            self._lose(household, now, problem)
            return []

    def _lose(self, household: Household, now: datetime, problem: sqlite3.Error) -> None:
        self._say(
            Said(
                "%(path)s: it cannot be read any more (%(problem)s); it is tried again",
                path=self._path,
                problem=problem,
            )
        )
        self.store.close()
        self.store, self.is_known = Store.in_memory(), False
        self.budgets.keep_in(self.store, _today(household, now))

    def changed(self) -> bool:
        """Whether another process has written since the last call, or it cannot be told."""
        try:
            version = self.store.version()
        except sqlite3.Error:
            return True
        before, self._seen = self._seen, version
        return version != before

    def try_again(self, household: Household, now: datetime) -> bool:
        """Open the file where it is not; whether it is known now and was not before."""
        if self.is_known:
            return False
        nowhere = self.store
        if not self._open():
            return False
        nowhere.close()
        self.budgets.keep_in(self.store, _today(household, now))
        self._note_loss(household, now)
        return True


def is_forgotten(spells: list[Spell]) -> bool:
    """Whether what was agreed was lost with a store that had to be begun anew."""
    return any(isinstance(each, Unsure) for each in spells)


def _of(problem: Exception) -> str:
    said = problem.args[0] if problem.args else ""
    return said if isinstance(said, str) else str(problem)


def _today(household: Household, now: datetime) -> date:
    return now.astimezone(household.zone).date()
