"""What devices tried instead of asking guardian: numbers by day, device and kind.

No name and no address that somebody went to is in here, and no row is kept longer than `KEPT`.
"""

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from guardian.policy.honesty import Bypass, Kind
from guardian.store.instants import text
from guardian.store.transactions import whole

KEPT: Final = timedelta(days=30)
TABLES: Final = """
    CREATE TABLE attempts (
        day TEXT NOT NULL, sign TEXT NOT NULL, kind TEXT NOT NULL, times INTEGER NOT NULL,
        last TEXT NOT NULL, PRIMARY KEY (day, sign, kind)
    ) WITHOUT ROWID;
    """


class Attempts:
    """The table in the household's database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, day: date, tried: Iterable[Bypass]) -> None:
        """Add to the numbers of a day."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO attempts VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, sign, kind) DO "
                "UPDATE SET times = times + excluded.times, last = excluded.last",
                [
                    (day.isoformat(), each.sign, each.kind.value, each.times, text(each.last))
                    for each in tried
                ],
            )

    def of(self, signs: Iterable[str], at: datetime) -> list[Bypass]:
        """What the device with these signs tried since an instant, the last day first."""
        theirs = frozenset(signs)
        return [each for each in self.since(at) if each.sign in theirs]

    def since(self, at: datetime) -> list[Bypass]:
        """What was tried since an instant: by day, the last one first, device and kind."""
        rows = self._connection.execute(
            "SELECT sign, kind, times, last FROM attempts WHERE last >= ? "
            "ORDER BY day DESC, sign, kind",
            (text(at),),
        )
        known = {each.value for each in Kind}
        return [
            Bypass(whose, Kind(kind), times, datetime.fromisoformat(last))
            for whose, kind, times, last in rows
            if kind in known
        ]

    def expire(self, now: datetime) -> None:
        """Forget what is older than it may be."""
        self._connection.execute("DELETE FROM attempts WHERE last < ?", (text(now - KEPT),))
