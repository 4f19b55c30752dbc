"""The events of a household: kept in order, read on from where a reader stopped.

The last MOST are kept; ids only grow, so that a reader's cursor stays good when old ones go. A mark
says that an occasion was told, so that a restart tells nothing twice.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from guardian.policy.events import Event, EventKind, Mark, Occasion
from guardian.store.instants import text
from guardian.store.transactions import whole

MOST: Final = 5000
TABLES: Final = """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, person TEXT,
        minutes INTEGER NOT NULL, sentence TEXT NOT NULL
    );
    CREATE TABLE raised (mark TEXT PRIMARY KEY, until TEXT NOT NULL);
"""


class Events:
    """The events of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def after(self, cursor: int = 0, most: int = MOST) -> list[Event]:
        """The events with a greater id than a cursor, the oldest first, at most so many."""
        rows = self._connection.execute(
            "SELECT at, kind, person, sentence, minutes, id FROM events WHERE id > ? "
            "ORDER BY id LIMIT ?",
            (cursor, most),
        )
        return [
            Event(datetime.fromisoformat(at), EventKind(kind), person, sentence, minutes, number)
            for at, kind, person, sentence, minutes, number in rows
        ]

    def last(self) -> int:
        """The id of the last event; 0 where there is none."""
        row = self._connection.execute("SELECT max(id) FROM events").fetchone()
        return int(row[0] or 0)

    def raised(self, now: datetime) -> dict[Mark, datetime]:
        """The marks of what was told → until when they must be remembered."""
        rows = self._connection.execute(
            "SELECT mark, until FROM raised WHERE until > ?", (text(now),)
        )
        return {tuple(json.loads(mark)): datetime.fromisoformat(until) for mark, until in rows}

    def keep(self, occasions: Iterable[Occasion], now: datetime) -> None:
        """Keep the events of occasions, each of them once and for all."""
        with whole(self._connection):
            self._keep(occasions, now)

    def _keep(self, occasions: Iterable[Occasion], now: datetime) -> None:
        for each in occasions:
            new = self._connection.execute(
                "INSERT INTO raised VALUES (?, ?) ON CONFLICT (mark) DO NOTHING",
                (json.dumps(each.mark), text(each.until)),
            ).rowcount
            if new and (event := each.event) is not None:
                self._connection.execute(
                    "INSERT INTO events (at, kind, person, minutes, sentence) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (text(event.at), event.kind, event.person, event.minutes, event.sentence),
                )
        self._connection.execute("DELETE FROM raised WHERE until <= ?", (text(now),))
        self._connection.execute(
            "DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?", (MOST,)
        )
