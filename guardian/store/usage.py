"""The minutes of budgets, by day: what was used, and what was earned on top."""

import sqlite3
from collections.abc import Iterable
from datetime import date

from guardian.policy.budgets import Used
from guardian.store.transactions import whole


class Usage:
    """The usage of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def since(self, first: date) -> dict[str, Used]:
        """Person → what was used and earned on each day from one on."""
        rows = self._connection.execute(
            "SELECT day, person, thing, used, earned FROM usage WHERE day >= ?",
            (first.isoformat(),),
        )
        found: dict[str, list[tuple[date, str | None, int, int]]] = {}
        for day, person, thing, used, earned in rows:
            row = (date.fromisoformat(day), thing or None, used, earned)
            found.setdefault(person, []).append(row)
        return {person: Used(tuple(each)) for person, each in found.items()}

    def keep(self, rows: Iterable[tuple[date, str, str | None, int]]) -> None:
        """Minutes used on a day by a person and thing, in place of what was known of it."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT INTO usage VALUES (?, ?, ?, ?, 0) ON CONFLICT (day, person, thing) "
                "DO UPDATE SET used = max(used, excluded.used)",
                [(day.isoformat(), who, thing or "", used) for day, who, thing, used in rows],
            )

    def earn(self, day: date, person: str, thing: str | None, minutes: int) -> None:
        """Add minutes to a person's budget of a day."""
        self._connection.execute(
            "INSERT INTO usage VALUES (?, ?, ?, 0, ?) ON CONFLICT (day, person, thing) "
            "DO UPDATE SET earned = earned + excluded.earned",
            (day.isoformat(), person, thing or "", minutes),
        )
