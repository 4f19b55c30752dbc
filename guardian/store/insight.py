"""Who may be seen how much: the level that is in force, and a higher one that was announced."""

import sqlite3
from datetime import datetime
from typing import Final

from guardian.policy.insight import Insight
from guardian.policy.people import Privacy
from guardian.store.instants import text

TABLES: Final = """
    CREATE TABLE insight (
        person TEXT PRIMARY KEY, level TEXT NOT NULL, wanted TEXT NOT NULL, due TEXT NOT NULL
    ) WITHOUT ROWID;
    """


class Insights:
    """The levels of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, Insight]:
        """Person → theirs."""
        rows = self._connection.execute("SELECT person, level, wanted, due FROM insight")
        return {
            person: Insight(Privacy(level), Privacy(wanted), datetime.fromisoformat(due))
            for person, level, wanted, due in rows
        }

    def keep(self, person: str, insight: Insight) -> None:
        """Keep somebody's, in place of what was there."""
        self._connection.execute(
            "INSERT OR REPLACE INTO insight VALUES (?, ?, ?, ?)",
            (person, insight.level, insight.wanted, text(insight.due)),
        )
