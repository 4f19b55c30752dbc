"""Messages on their way, by channel: kept until they were sent, over restarts too."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guardian.store.instants import text

MOST: Final = 200  # that wait on a channel; more are forgotten, the oldest first
TABLES: Final = """
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, at TEXT NOT NULL,
        due TEXT NOT NULL, tries INTEGER NOT NULL, said TEXT NOT NULL, problem TEXT NOT NULL,
        request INTEGER
    );
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits. at: when it came about; due: when it is tried (again), UTC.

    tries: how often it was tried in vain; problem: why, a word of `channels.Problem`. request:
    which one it tells of; None for none.
    """

    number: int
    channel: int
    at: datetime
    due: datetime
    tries: int
    said: str
    problem: str
    request: int | None = None


class Outbox:
    """The messages of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, channel: int, said: str, at: datetime, request: int | None = None) -> None:
        """Let a message wait on a channel."""
        self._connection.execute(
            "INSERT INTO outbox (channel, at, due, tries, said, problem, request) "
            "VALUES (?1, ?2, ?2, 0, ?3, '', ?4)",
            (channel, text(at), said, request),
        )
        self._connection.execute(
            "DELETE FROM outbox WHERE channel = ?1 AND number NOT IN "
            "(SELECT number FROM outbox WHERE channel = ?1 ORDER BY number DESC LIMIT ?2)",
            (channel, MOST),
        )

    def waiting(self) -> list[Waiting]:
        """All of them, the oldest first."""
        rows = self._connection.execute(
            "SELECT number, channel, at, due, tries, said, problem, request FROM outbox "
            "ORDER BY number"
        )
        return [
            Waiting(
                number, channel, datetime.fromisoformat(at), datetime.fromisoformat(due), tries,
                said, problem, request,
            )
            for number, channel, at, due, tries, said, problem, request in rows
        ]  # fmt: skip

    def again(self, numbers: Iterable[int], due: datetime, problem: str) -> None:
        """These were tried in vain, and will be tried again."""
        self._connection.executemany(
            "UPDATE outbox SET tries = tries + 1, due = ?, problem = ? WHERE number = ?",
            [(text(due), problem, each) for each in numbers],
        )

    def forget(self, numbers: Iterable[int]) -> None:
        """These were sent, or are given up."""
        self._connection.executemany(
            "DELETE FROM outbox WHERE number = ?", [(each,) for each in numbers]
        )
