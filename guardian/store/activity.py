"""What the house's devices did, by the hour: how much of what, and what was blocked.

An hour's row says how many look-ups a person's devices made, and how many were blocked; and for a
category or service, in how many seconds they asked for it, or were stopped from it. Names are kept
only of what was blocked, only where the person's privacy lets parents see them, and for a week.
Rows are written at most every few seconds, all of them in one transaction.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from guardian.store.instants import NEVER, text
from guardian.store.transactions import whole

HOURS_KEPT: Final = timedelta(days=90)
NAMES_KEPT: Final = timedelta(days=7)
ALL: Final = ""  # the thing of rows that count every look-up


@dataclass(frozen=True, slots=True)
class Hour:
    """One row. hour: its beginning, UTC. thing: a category or service, or ALL."""

    hour: datetime
    person: str
    thing: str
    seen: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A name that was blocked. last: when, UTC; times: in how many seconds. thing: why."""

    person: str
    qname: str
    thing: str
    times: int
    last: datetime


_HOUR: Final = "hour, person, thing, seen, blocked"
Counted = Mapping[tuple[str, str], tuple[int, int]]
"""Person and thing → seen and blocked, to be added to the present hour."""


class Activity:
    """The activity of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, counted: Counted, stopped: Iterable[tuple[str, str, str]], now: datetime) -> None:
        """Add to the present hour. stopped: person, qname and thing of names that were blocked."""
        hour = text(now.replace(minute=0, second=0, microsecond=0))
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO hours VALUES (?, ?, ?, ?, ?) ON CONFLICT (hour, person, thing) DO "
                "UPDATE SET seen = seen + excluded.seen, blocked = blocked + excluded.blocked",
                [(hour, *key, *counts) for key, counts in counted.items()],
            )
            self._connection.executemany(
                "INSERT INTO stopped VALUES (?, ?, ?, 1, ?) ON CONFLICT (person, qname) DO "
                "UPDATE SET thing = excluded.thing, times = times + 1, last = excluded.last",
                [(*each, text(now)) for each in stopped],
            )

    def hours(
        self, since: datetime, person: str | None = None, until: datetime = NEVER
    ) -> list[Hour]:
        """The rows from an instant on, in order; of one person, or of all. until: not with it."""
        if person is None:
            rows = self._connection.execute(
                f"SELECT {_HOUR} FROM hours WHERE hour >= ? AND hour < ? "  # noqa: S608 (our own words)
                "ORDER BY hour, person, thing",
                (text(since), text(until)),
            )
        else:  # The table goes by hour, so that writing touches few pages: each hour is a look-up.
            rows = self._connection.execute(
                "WITH RECURSIVE each(h) AS (SELECT min(hour) FROM hours WHERE hour >= ?1 UNION ALL "  # noqa: S608 (our own words)
                "SELECT (SELECT min(hour) FROM hours WHERE hour > h) FROM each WHERE h < ?3) "
                f"SELECT {_HOUR} FROM each CROSS JOIN hours ON hour = h AND person = ?2 "
                "WHERE h < ?3 ORDER BY hour, thing",
                (text(since), person, text(until)),
            )
        return [Hour(_instant(hour), *rest) for hour, *rest in rows]

    def stopped(self, person: str, since: datetime, most: int = 100) -> list[Stopped]:
        """The names that were blocked for a person, the last one first."""
        rows = self._connection.execute(
            "SELECT person, qname, thing, times, last FROM stopped "
            "WHERE person = ? AND last >= ? ORDER BY last DESC LIMIT ?",
            (person, text(since), most),
        )
        return [
            Stopped(who, qname, thing, times, datetime.fromisoformat(last))
            for who, qname, thing, times, last in rows
        ]

    def named(self) -> set[str]:
        """The people of whom there are names."""
        return {row[0] for row in self._connection.execute("SELECT DISTINCT person FROM stopped")}

    def forget_names(self, person: str) -> None:
        """Forget all names of a person."""
        self._connection.execute("DELETE FROM stopped WHERE person = ?", (person,))

    def forget_kinds(self, person: str) -> None:
        """Forget of what kind a person's look-ups were; how many there were stays."""
        self._connection.execute("DELETE FROM hours WHERE person = ? AND thing != ?", (person, ALL))

    def forget(self, person: str) -> None:
        """Forget all of a person."""
        self.forget_names(person)
        self._connection.execute("DELETE FROM hours WHERE person = ?", (person,))

    def expire(self, now: datetime) -> None:
        """Forget what is older than it may be."""
        self._connection.execute("DELETE FROM hours WHERE hour < ?", (text(now - HOURS_KEPT),))
        self._connection.execute("DELETE FROM stopped WHERE last < ?", (text(now - NAMES_KEPT),))


@lru_cache(maxsize=256)  # a week has 168 hours, each with a row for every thing
def _instant(hour: str) -> datetime:
    return datetime.fromisoformat(hour)
