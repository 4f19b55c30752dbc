"""Devices that were seen, and pairs of which a person said that they are two.

Kept so that a device that went quiet is known after a restart. When and under which name a device
was there is kept for `FORGOTTEN`; no name that it looked up is in here.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from guardian.policy.sightings import Sighting
from guardian.store.instants import text
from guardian.store.transactions import whole

FORGOTTEN: Final = timedelta(days=60)
TABLES: Final = """
    CREATE TABLE devices (
        sign TEXT PRIMARY KEY, mac TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,
        first TEXT NOT NULL, last TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE different (
        new TEXT NOT NULL, known TEXT NOT NULL, PRIMARY KEY (new, known)
    ) WITHOUT ROWID;
    """
FINGERPRINTS: Final = "ALTER TABLE devices ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';"


class Devices:
    """The two tables in the household's database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[Sighting]:
        """The devices, the last one first."""
        rows = self._connection.execute(
            "SELECT sign, mac, name, address, first, last, fingerprint FROM devices"
            " ORDER BY last DESC"
        )
        return [
            Sighting(
                sign,
                mac,
                name,
                address,
                datetime.fromisoformat(first),
                datetime.fromisoformat(last),
                fingerprint,
            )
            for sign, mac, name, address, first, last, fingerprint in rows
        ]

    def keep(self, seen: Iterable[Sighting], gone: Iterable[str]) -> None:
        """Keep devices as they are known now. gone: signs of which another one is known now."""
        with whole(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (each.sign, each.mac, each.name, each.address, text(each.first),
                     text(each.last), each.fingerprint)
                    for each in seen
                ],
            )  # fmt: skip
            self._connection.executemany(
                "DELETE FROM devices WHERE sign = ?", [(each,) for each in gone]
            )

    def expire(self, now: datetime) -> None:
        """Forget devices that are gone for long, and what was said about them."""
        self._connection.execute("DELETE FROM devices WHERE last < ?", (text(now - FORGOTTEN),))
        self._connection.execute(
            "DELETE FROM different WHERE new NOT IN (SELECT sign FROM devices)"
        )

    def different(self) -> set[tuple[str, str]]:
        """Pairs of signs, a new and a known one, of which a person said that they are two."""
        return set(self._connection.execute("SELECT new, known FROM different"))

    def tell_apart(self, new: str, known: str) -> None:
        """Remember that two are two."""
        self._connection.execute("INSERT OR IGNORE INTO different VALUES (?, ?)", (new, known))

    def confuse(self, new: str, known: str) -> None:
        """Forget that two are two."""
        self._connection.execute("DELETE FROM different WHERE new = ? AND known = ?", (new, known))
