"""What children asked for, and what they were answered."""

import sqlite3
from datetime import datetime
from typing import Final

from guardian.policy.requests import Answer, Kind, Request
from guardian.store.instants import text

_WHOLE: Final = "number, person, kind, what, minutes, asked, answer, answered, because"


class Requests:
    """The requests of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def since(self, instant: datetime) -> list[Request]:
        """All that were asked since an instant, and those that are open; the oldest first."""
        return self._asked("asked >= ? OR answer = ? ORDER BY number", text(instant), Answer.OPEN)

    def waiting(self, person: str | None = None) -> list[Request]:
        """Those that are open, of one person or of all; the oldest first."""
        return self._asked(
            "answer = ?1 AND (?2 IS NULL OR person = ?2) ORDER BY number", Answer.OPEN, person
        )

    def answered(self, since: datetime, most: int, before: int | None = None) -> list[Request]:
        """Those with an answer that were asked since an instant, the last one first.

        before: only those of lower numbers.
        """
        return self._asked(
            "asked >= ?1 AND answer != ?2 AND (?3 IS NULL OR number < ?3) "
            "ORDER BY number DESC LIMIT ?4",
            text(since), Answer.OPEN, before, most,
        )  # fmt: skip

    def of(self, person: str, start: datetime, end: datetime) -> list[Request]:
        """What somebody asked for in a time, its end not in it; the oldest first."""
        return self._asked(
            "person = ? AND asked >= ? AND asked < ? ORDER BY number",
            person, text(start), text(end),
        )  # fmt: skip

    def _asked(self, where: str, *values: object) -> list[Request]:
        rows = self._connection.execute(
            f"SELECT {_WHOLE} FROM requests WHERE {where}",  # noqa: S608 (our own words)
            values,
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

    def forget(self, person: str) -> None:
        """Forget what somebody asked for and has its answer."""
        self._connection.execute(
            "DELETE FROM requests WHERE person = ? AND answer != ?", (person, Answer.OPEN)
        )

    def reopen(self, number: int) -> bool:
        """Take an answer back: the request is open again. False where it has none."""
        done = self._connection.execute(
            "UPDATE requests SET answer = ?, answered = NULL, because = '' "
            "WHERE number = ? AND answer != ?",
            (Answer.OPEN, number, Answer.OPEN),
        )
        return done.rowcount == 1
