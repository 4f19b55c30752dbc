"""How much was asked and blocked, by day and person; nothing about what."""

import sqlite3
from collections.abc import Iterable
from datetime import date

from guardian.store.transactions import whole


class Counts:
    """The counts of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, day: date, counts: Iterable[tuple[str, int, int]]) -> None:
        """Add queries and blocks by person ("" for unknown devices) to a day."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT (day, person) DO UPDATE SET "
                "queries = queries + excluded.queries, blocked = blocked + excluded.blocked",
                [(day.isoformat(), *row) for row in counts],
            )

    def on(self, day: date) -> dict[str, tuple[int, int]]:
        """Person → queries and blocks of a day."""
        rows = self._connection.execute(
            "SELECT person, queries, blocked FROM counts WHERE day = ?", (day.isoformat(),)
        )
        return {person: (queries, blocked) for person, queries, blocked in rows}
