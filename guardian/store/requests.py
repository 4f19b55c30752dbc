"""What children asked for, and what they were answered."""

import sqlite3
from datetime import datetime

from guardian.policy.requests import Answer, Kind, Request
from guardian.store.instants import text


class Requests:
    """The requests of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def since(self, instant: datetime) -> list[Request]:
        """All that were asked since an instant, and those that are open; the oldest first."""
        rows = self._connection.execute(
            "SELECT number, person, kind, what, minutes, asked, answer, answered, because "
            "FROM requests WHERE asked >= ? OR answer = ? ORDER BY number",
            (text(instant), Answer.OPEN),
        )
        return [
            Request(
                number,
                person,
                Kind(kind),
                what,
                minutes,
                datetime.fromisoformat(asked),
                Answer(answer),
                datetime.fromisoformat(answered) if answered else None,
                because,
            )
            for number, person, kind, what, minutes, asked, answer, answered, because in rows
        ]

    def ask(self, person: str, kind: Kind, what: str, minutes: int, now: datetime) -> int:
        """Keep a request; gives its number."""
        done = self._connection.execute(
            "INSERT INTO requests (person, kind, what, minutes, asked, answer, because) "
            "VALUES (?, ?, ?, ?, ?, ?, '')",
            (person, kind, what, minutes, text(now), Answer.OPEN),
        )
        return int(done.lastrowid or 0)

    def answer(self, number: int, answer: Answer, because: str, now: datetime) -> bool:
        """Keep an answer; False where the request is not open."""
        done = self._connection.execute(
            "UPDATE requests SET answer = ?, answered = ?, because = ? "
            "WHERE number = ? AND answer = ?",
            (answer, text(now), because, number, Answer.OPEN),
        )
        return done.rowcount == 1

    def reopen(self, number: int) -> bool:
        """Take an answer back: the request is open again. False where it has none."""
        done = self._connection.execute(
            "UPDATE requests SET answer = ?, answered = NULL, because = '' "
            "WHERE number = ? AND answer != ?",
            (Answer.OPEN, number, Answer.OPEN),
        )
        return done.rowcount == 1
