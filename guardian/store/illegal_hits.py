"""How often illegal content was blocked: a number by day and list; nothing of whom or what."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guardian.store.transactions import whole

TABLES: Final = """
    CREATE TABLE illegal_hits (
        day TEXT NOT NULL, list TEXT NOT NULL, hits INTEGER NOT NULL, PRIMARY KEY (day, list)
    ) WITHOUT ROWID;
    """


@dataclass(frozen=True, slots=True)
class DayHits:
    """How many look-ups a list had blocked on a day."""

    day: date
    list: str
    hits: int


class IllegalHits:
    """The counts of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, day: date, hits: Mapping[str, int]) -> None:
        """Add to the numbers of a day, by list."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO illegal_hits VALUES (?, ?, ?) ON CONFLICT (day, list) DO UPDATE SET "
                "hits = hits + excluded.hits",
                [(day.isoformat(), *each) for each in hits.items()],
            )

    def before(self, today: date) -> list[DayHits]:
        """The numbers of the days that are over, the last one first.

        Today's is told to nobody: who sees it grow could look round to see who is there.
        """
        rows = self._connection.execute(
            "SELECT day, list, hits FROM illegal_hits WHERE day < ? ORDER BY day DESC, list",
            (today.isoformat(),),
        )
        return [DayHits(date.fromisoformat(day), name, hits) for day, name, hits in rows]

    def yesterday(self, today: date) -> dict[str, int]:
        """List → the number of the last whole day; those without are left out."""
        rows = self._connection.execute(
            "SELECT list, hits FROM illegal_hits WHERE day = ?",
            ((today - timedelta(days=1)).isoformat(),),
        )
        return dict(rows.fetchall())

    def forget(self) -> None:
        """Forget all of it: nobody wants it counted any more."""
        self._connection.execute("DELETE FROM illegal_hits")
