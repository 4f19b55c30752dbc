"""What children think of it all: counts of answers, with no time and no person.

Answers become visible five at a time: whoever looked after each single one would know whose it is.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final

from guardian.store.transactions import whole

TABLES: Final = """
    CREATE TABLE survey (
        question TEXT NOT NULL, answer TEXT NOT NULL, shown INTEGER NOT NULL,
        waiting INTEGER NOT NULL, PRIMARY KEY (question, answer)
    ) WITHOUT ROWID;
    """
AT_ONCE: Final = 5
_SHEETS: Final = ""  # the question of the row that counts whole sheets


class Survey:
    """The counts of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, answers: Mapping[str, str]) -> None:
        """Count one sheet: question → answer."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO survey VALUES (?, ?, 0, 1) ON CONFLICT (question, answer) DO UPDATE "
                "SET waiting = waiting + 1",
                [*answers.items(), (_SHEETS, "")],
            )
            self._connection.execute(
                "UPDATE survey SET shown = shown + waiting, waiting = 0 WHERE "
                "(SELECT waiting FROM survey WHERE question = ?) >= ?",
                (_SHEETS, AT_ONCE),
            )

    def shown(self) -> dict[str, dict[str, int]]:
        """Question → answer → how often, as far as it may be seen; {} before the first five."""
        found: dict[str, dict[str, int]] = {}
        rows = self._connection.execute(
            "SELECT question, answer, shown FROM survey WHERE shown > 0 ORDER BY question, answer"
        )
        for question, answer, count in rows:
            if question != _SHEETS:
                found.setdefault(question, {})[answer] = count
        return found

    def sheets(self) -> int:
        """How many sheets are in what may be seen."""
        row = self._connection.execute(
            "SELECT shown FROM survey WHERE question = ?", (_SHEETS,)
        ).fetchone()
        return int(row[0]) if row else 0
