"""Who or what is called otherwise: the new name wherever the old one stands."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from guardian.policy.requests import Kind
from guardian.store.transactions import whole

_PERSON: Final = (
    "UPDATE spells SET person = :new WHERE person = :old",
    "UPDATE requests SET person = :new WHERE person = :old",
    "UPDATE appeals SET person = :new WHERE person = :old",
    "UPDATE OR REPLACE insight SET person = :new WHERE person = :old",
    "UPDATE links SET person = :new WHERE person = :old",
    "UPDATE accounts SET person = :new WHERE person = :old",
    "UPDATE OR REPLACE news SET person = :new WHERE person = :old",
    "UPDATE agreements SET person = :new WHERE person = :old",
    "INSERT INTO usage SELECT day, :new, thing, used, earned FROM usage WHERE person = :old "
    "ON CONFLICT (day, person, thing) DO UPDATE SET used = used + excluded.used, "
    "earned = earned + excluded.earned",
    "INSERT INTO counts SELECT day, :new, queries, blocked FROM counts WHERE person = :old "
    "ON CONFLICT (day, person) DO UPDATE SET queries = queries + excluded.queries, "
    "blocked = blocked + excluded.blocked",
    "INSERT INTO hours SELECT hour, :new, thing, seen, blocked FROM hours WHERE person = :old "
    "ON CONFLICT (hour, person, thing) DO UPDATE SET seen = seen + excluded.seen, "
    "blocked = blocked + excluded.blocked",
    "INSERT INTO stopped SELECT :new, qname, thing, times, last FROM stopped WHERE person = :old "
    "ON CONFLICT (person, qname) DO UPDATE SET times = times + excluded.times, "
    "last = max(last, excluded.last)",
    "DELETE FROM usage WHERE person = :old",
    "DELETE FROM counts WHERE person = :old",
    "DELETE FROM hours WHERE person = :old",
    "DELETE FROM stopped WHERE person = :old",
)


class Renames:
    """The names in a household's database (`household`), whatever table they are in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def person(self, old: str, new: str) -> None:
        """Let all that is kept of a person be another name's, beside what that name has already.

        What was told of them (events, journal) stays as it was told.
        """
        with whole(self._connection):
            for statement in _PERSON:
                self._connection.execute(statement, {"old": old, "new": new})

    def things(self, renamed: Mapping[str, str]) -> None:
        """Call categories and services otherwise, wherever one stands. renamed: old → new."""
        with whole(self._connection):
            for old, new in renamed.items():
                self._connection.execute("UPDATE spells SET thing = ? WHERE thing = ?", (new, old))
                self._connection.execute(
                    "INSERT INTO usage SELECT day, person, ?, used, earned FROM usage "
                    "WHERE thing = ? ON CONFLICT (day, person, thing) DO UPDATE SET "
                    "used = max(used, excluded.used), earned = earned + excluded.earned",
                    (new, old),
                )
                self._connection.execute("DELETE FROM usage WHERE thing = ?", (old,))
                self._connection.execute(
                    "UPDATE requests SET what = ? WHERE what = ? AND kind = ?",
                    (new, old, Kind.TIME),
                )
