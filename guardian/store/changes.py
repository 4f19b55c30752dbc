"""The changes of the configuration, so that each can be looked at and taken back."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guardian.store.instants import text

MOST: Final = 1000  # that can be taken back; each has two files of some kilobytes


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the configuration. before, after: the whole file."""

    number: int
    at: datetime
    who: str
    before: bytes
    after: bytes


class Changes:
    """The changes of a household's configuration, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def keep(self, who: str, before: bytes, after: bytes, now: datetime) -> None:
        """Keep a change of the configuration. who: as they are called on pages."""
        self._connection.execute(
            "INSERT INTO changes (at, who, before, after) VALUES (?, ?, ?, ?)",
            (text(now), who, before, after),
        )

    def all(self, most: int = -1, before: int | None = None) -> list[Change]:
        """Changes, the last one first. most: -1 for all. before: only those of lower numbers."""
        return self._changes(
            "WHERE (?1 IS NULL OR number < ?1) ORDER BY number DESC LIMIT ?2", before, most
        )

    def between(self, start: datetime, end: datetime) -> list[Change]:
        """Those of a time, its end not among them; the last one first."""
        return self._changes(
            "WHERE at >= ? AND at < ? ORDER BY number DESC", text(start), text(end)
        )

    def numbered(self, number: int) -> Change | None:
        """The change of a number."""
        found = self._changes("WHERE number = ?", number)
        return found[0] if found else None

    def _changes(self, where: str, *values: object) -> list[Change]:
        rows = self._connection.execute(
            f"SELECT number, at, who, before, after FROM changes {where}",  # noqa: S608 (our own words)
            values,
        )
        return [
            Change(number, datetime.fromisoformat(at), who, before, after)
            for number, at, who, before, after in rows
        ]

    def last(self) -> int:
        """The number of the last change; 0 where there is none."""
        row = self._connection.execute("SELECT max(number) FROM changes").fetchone()
        return int(row[0] or 0)

    def expire(self) -> None:
        """Forget the oldest, past MOST of them."""
        self._connection.execute(
            "DELETE FROM changes WHERE number <= (SELECT max(number) FROM changes) - ?", (MOST,)
        )
