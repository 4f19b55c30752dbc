"""Keys for programs: what the API lets in beside people who are logged in."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from guardian.store.instants import text


@dataclass(frozen=True, slots=True)
class Token:
    """A program's key. key: hash of the token. right: the furthest that it may go (`web.rights`).

    account: who made it. used: when it was used last.
    """

    key: str
    name: str
    right: str
    account: str
    since: datetime
    used: datetime | None = None


class Tokens:
    """The tokens of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[Token]:
        """Every token, the newest first."""
        rows = self._connection.execute(
            "SELECT key, name, scope, account, since, used FROM tokens ORDER BY since DESC"
        )
        return [_token(row) for row in rows]

    def of(self, key: str) -> Token | None:
        """The token of a key."""
        row = self._connection.execute(
            "SELECT key, name, scope, account, since, used FROM tokens WHERE key = ?", (key,)
        ).fetchone()
        return _token(row) if row else None

    def put(self, token: Token) -> None:
        """Keep a new token."""
        self._connection.execute(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, NULL)",
            (token.key, token.name, token.right, token.account, text(token.since)),
        )

    def seen(self, key: str, now: datetime) -> None:
        """A token was used."""
        self._connection.execute("UPDATE tokens SET used = ? WHERE key = ?", (text(now), key))

    def remove(self, key: str) -> None:
        """Forget a token: it opens nothing from now on."""
        self._connection.execute("DELETE FROM tokens WHERE key = ?", (key,))


def _token(row: tuple[str, str, str, str, str, str | None]) -> Token:
    key, name, right, account, since, used = row
    return Token(
        key, name, right, account, datetime.fromisoformat(since),
        datetime.fromisoformat(used) if used else None,
    )  # fmt: skip
