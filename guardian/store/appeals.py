"""Who said that a site is wrongly blocked, why, and what came of it.

An appeal keeps the lists that named the site at that time, so that it shows how often each of them
was wrong. person: "" for somebody whose device has no name.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guardian.store.instants import NEVER, text

TABLES: Final = """
    CREATE TABLE appeals (
        number INTEGER PRIMARY KEY, asked TEXT NOT NULL, person TEXT NOT NULL, qname TEXT NOT NULL,
        lists TEXT NOT NULL, reason TEXT NOT NULL, verdict TEXT NOT NULL, decided TEXT,
        because TEXT NOT NULL, who TEXT NOT NULL
    );
    """
MOST_OPEN: Final = 3  # of one person; and of all whose devices have no name
_WHOLE: Final = "number, asked, person, qname, lists, reason, verdict, decided, because, who"


class Verdict(StrEnum):
    """What came of an appeal. UPHELD: the list was wrong. KEPT: the site stays closed."""

    OPEN = "open"
    UPHELD = "upheld"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Appeal:
    """reason: in the words of who appeals. because: in those of who decided; who: that person."""

    number: int
    asked: datetime
    person: str
    qname: str
    lists: tuple[str, ...]
    reason: str
    verdict: Verdict = Verdict.OPEN
    decided: datetime | None = None
    because: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often it was said of a list that it is wrong, and how often that was upheld."""

    decided: int = 0
    upheld: int = 0


class Appeals:
    """The appeals of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self, person: str, qname: str, lists: Iterable[str], reason: str, now: datetime
    ) -> bool:
        """Keep one; False where the same one waits already, or too many do."""
        waiting = [each for each in self.waiting() if each.person == person]
        if len(waiting) >= MOST_OPEN or any(each.qname == qname for each in waiting):
            return False
        self._connection.execute(
            "INSERT INTO appeals (asked, person, qname, lists, reason, verdict, because, who) "
            "VALUES (?, ?, ?, ?, ?, ?, '', '')",
            (text(now), person, qname, " ".join(lists), reason, Verdict.OPEN),
        )
        return True

    def waiting(self) -> list[Appeal]:
        """Those that nobody has decided, the oldest first."""
        return self._found("verdict = ? ORDER BY number", Verdict.OPEN)

    def decided(self, since: datetime, most: int) -> list[Appeal]:
        """Those that were decided, the last one first."""
        return self._found(
            "verdict != ? AND decided >= ? ORDER BY decided DESC, number DESC LIMIT ?",
            Verdict.OPEN, text(since), most,
        )  # fmt: skip

    def of(self, person: str, since: datetime, until: datetime = NEVER) -> list[Appeal]:
        """Somebody's of a time, its end not in it; the last one first."""
        return self._found(
            "person = ? AND asked >= ? AND asked < ? ORDER BY number DESC",
            person, text(since), text(until),
        )  # fmt: skip

    def asked(self, since: datetime, until: datetime) -> list[Appeal]:
        """Everybody's of a time, its end not in it."""
        return self._found("asked >= ? AND asked < ? ORDER BY number", text(since), text(until))

    def numbered(self, number: int) -> Appeal | None:
        """The appeal of a number."""
        return next(iter(self._found("number = ?", number)), None)

    def decide(self, number: int, verdict: Verdict, because: str, who: str, now: datetime) -> bool:
        """Keep what came of one; False where it is decided already. OPEN takes that back."""
        decided = None if verdict is Verdict.OPEN else text(now)
        done = self._connection.execute(
            "UPDATE appeals SET verdict = ?, decided = ?, because = ?, who = ? "
            "WHERE number = ? AND (verdict = ?) != (? = ?)",
            (verdict, decided, because, who, number, Verdict.OPEN, verdict, Verdict.OPEN),
        )
        return done.rowcount == 1

    def tallies(self) -> dict[str, Tally]:
        """List → what came of the appeals about it."""
        found: dict[str, Tally] = {}
        for lists, verdict in self._connection.execute(
            "SELECT lists, verdict FROM appeals WHERE verdict != ?", (Verdict.OPEN,)
        ):
            for each in lists.split():
                before = found.get(each, Tally())
                upheld = before.upheld + (verdict == Verdict.UPHELD)
                found[each] = Tally(before.decided + 1, upheld)
        return found

    def forget(self, person: str) -> None:
        """Let somebody's decided ones be nobody's: what they tell of lists stays."""
        self._connection.execute(
            "UPDATE appeals SET person = '', reason = '', because = '' "
            "WHERE person = ? AND verdict != ?",
            (person, Verdict.OPEN),
        )

    def _found(self, where: str, *values: object) -> list[Appeal]:
        rows = self._connection.execute(
            f"SELECT {_WHOLE} FROM appeals WHERE {where}",  # noqa: S608 (our own words)
            values,
        )
        return [
            Appeal(
                number, datetime.fromisoformat(asked), person, qname, tuple(lists.split()), reason,
                Verdict(verdict), datetime.fromisoformat(decided) if decided else None, because,
                who,
            )
            for number, asked, person, qname, lists, reason, verdict, decided, because, who in rows
        ]  # fmt: skip
