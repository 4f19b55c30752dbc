"""What is new in somebody's rules, until they have read it or two weeks have passed."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from guardian.store.instants import text
from guardian.store.transactions import whole

KEPT: Final = timedelta(days=14)
TABLES: Final = """
    CREATE TABLE news (
        person TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (person, key)
    ) WITHOUT ROWID;
    """


class News:
    """The news of a household, in its database (`household`).

    key: of a restriction (`policy.restrictions`); what it says is in the rules themselves.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, news: Iterable[tuple[str, str]], now: datetime) -> None:
        """Keep what is new: persons and keys."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO news VALUES (?, ?, ?) ON CONFLICT (person, key) DO UPDATE SET "
                "at = excluded.at",
                [(*each, text(now)) for each in news],
            )

    def of(self, person: str, now: datetime) -> list[str]:
        """The keys of what somebody has not read yet, the last one first."""
        rows = self._connection.execute(
            "SELECT key FROM news WHERE person = ? AND at > ? ORDER BY at DESC, key",
            (person, text(now - KEPT)),
        )
        return [key for (key,) in rows]

    def read(self, person: str, keys: Sequence[str]) -> None:
        """Forget what somebody has read."""
        with whole(self._connection):
            self._connection.executemany(
                "DELETE FROM news WHERE person = ? AND key = ?", [(person, key) for key in keys]
            )
