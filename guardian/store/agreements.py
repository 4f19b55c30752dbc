"""What was agreed on and signed, each version of it; the last one counts."""

import json
import sqlite3
from datetime import date, datetime, time
from typing import Any, Final

from guardian.policy.agreement import Agreement, Minutes, Night
from guardian.store.instants import text
from guardian.store.transactions import whole

TABLES: Final = """
    CREATE TABLE agreements (
        number INTEGER PRIMARY KEY, person TEXT NOT NULL, at TEXT NOT NULL, content TEXT NOT NULL
    );
    """


class Agreements:
    """The agreements of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, person: str, agreed: Agreement) -> None:
        """Keep a new one; those before it stay."""
        with whole(self._connection):
            self._connection.execute(
                "INSERT INTO agreements (person, at, content) VALUES (?, ?, ?)",
                (person, text(agreed.at), json.dumps(_written(agreed), ensure_ascii=False)),
            )

    def last(self, person: str) -> Agreement | None:
        """The one that counts."""
        row = self._connection.execute(
            "SELECT at, content FROM agreements WHERE person = ? ORDER BY number DESC LIMIT 1",
            (person,),
        ).fetchone()
        return _read(datetime.fromisoformat(row[0]), json.loads(row[1])) if row else None

    def count(self, person: str) -> int:
        """How many there have been."""
        found = self._connection.execute(
            "SELECT count(*) FROM agreements WHERE person = ?", (person,)
        ).fetchone()
        return int(found[0])


def _written(agreed: Agreement) -> dict[str, Any]:
    minutes = agreed.minutes
    return {
        "child": agreed.child, "parent": agreed.parent, "review": agreed.review.isoformat(),
        "school_night": _of_night(agreed.school_night), "free_night": _of_night(agreed.free_night),
        "minutes": [minutes.thing, minutes.weekday, minutes.free_day] if minutes else None,
        "asks": agreed.asks, "of_child": agreed.of_child, "of_parent": agreed.of_parent,
        "own": agreed.own,
    }  # fmt: skip


def _of_night(night: Night | None) -> list[str] | None:
    return [f"{night.start:%H:%M}", f"{night.end:%H:%M}"] if night else None


def _read(at: datetime, said: dict[str, Any]) -> Agreement:
    return Agreement(
        at, said["child"], said["parent"], date.fromisoformat(said["review"]),
        _night(said["school_night"]), _night(said["free_night"]),
        Minutes(*said["minutes"]) if said["minutes"] else None,
        said["asks"], tuple(said["of_child"]), tuple(said["of_parent"]), said["own"],
    )  # fmt: skip


def _night(said: list[str] | None) -> Night | None:
    return Night(*map(time.fromisoformat, said)) if said else None
