"""Addresses of their own that devices have, by which encrypted DNS knows them wherever they are.

The secret part of an address is random and kept as its hash only: nobody can read it back out of
the database, nor make one up. The table lives in the household's database (`household`).
"""

import secrets
import sqlite3
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guardian.store.accounts import key_of
from guardian.store.instants import text

TABLES: Final = """
    CREATE TABLE addresses (
        key TEXT PRIMARY KEY, sign TEXT NOT NULL, maker TEXT NOT NULL, made TEXT NOT NULL
    ) WITHOUT ROWID;
    """
_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """One address. key: hash of its secret. sign: the device, as a configuration writes it.

    maker: who made it.
    """

    key: str
    sign: str
    maker: str
    made: datetime


class DeviceAddresses:
    """The addresses of a household's devices."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[DeviceAddress]:
        """Every address, the newest first."""
        rows = self._connection.execute(
            "SELECT key, sign, maker, made FROM addresses ORDER BY made DESC"
        )
        return [
            DeviceAddress(key, sign, maker, datetime.fromisoformat(made))
            for key, sign, maker, made in rows
        ]

    def make(self, sign: str, maker: str, now: datetime) -> str:
        """Give a device an address in place of those it had; gives the secret: a DNS label."""
        secret = b32encode(secrets.token_bytes(_BYTES)).decode().rstrip("=").lower()
        self.revoke(sign)
        self._connection.execute(
            "INSERT INTO addresses VALUES (?, ?, ?, ?)", (key_of(secret), sign, maker, text(now))
        )
        return secret

    def revoke(self, sign: str) -> bool:
        """Forget a device's address: it leads nowhere from now on. False where there was none."""
        done = self._connection.execute("DELETE FROM addresses WHERE sign = ?", (sign,))
        return done.rowcount > 0
