"""Who may use the pages: accounts, their sessions, and a journal of who did what.

Nothing here lets anybody in: a session is known by the hash of its token, a password by its scrypt
hash. The tables live in the household's database (`household`), which makes them.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guardian.store.instants import text


class Role(StrEnum):
    """What an account is for; `web.rights` says what each may do."""

    OWNER = "owner"
    PARENT = "parent"
    HELPER = "helper"
    VIEWER = "viewer"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in. password: as `web.passwords` writes it.

    totp: the secret of their one-time codes (RFC 6238), base 32; "" where they use none.
    recovery: hashes of codes that stand in for it once each. language: ISO 639-1, "" for the
    household's. person: who they are in the household, where the role is CHILD; "" otherwise.
    """

    name: str
    role: Role
    password: str
    totp: str = ""
    recovery: tuple[str, ...] = ()
    language: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody logged in with. key: hash of its token. csrf: goes into its forms.

    agent: what the browser calls itself; address: where it was last.
    """

    key: str
    account: str
    csrf: str
    since: datetime
    seen: datetime
    agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: who did what, and about whom ("" for the house)."""

    number: int
    at: datetime
    who: str
    deed: str
    about: str = ""


def key_of(token: str) -> str:
    """What the store keeps of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    """The accounts of a household, in its database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[Account]:
        """Every account, the oldest first."""
        rows = self._connection.execute(
            "SELECT name, role, password, totp, recovery, language, person FROM accounts "
            "ORDER BY number"
        )
        return [_account(row) for row in rows]

    def any(self) -> bool:
        """Whether there is one."""
        return self._connection.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is not None

    def called(self, name: str) -> Account | None:
        """The account of that name, in whatever case it is written."""
        wanted = name.strip().casefold()
        return next((each for each in self.all() if each.name.casefold() == wanted), None)

    def put(self, account: Account) -> None:
        """Keep an account, new or changed."""
        self._connection.execute(
            "INSERT INTO accounts (name, role, password, totp, recovery, language, person) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET role = excluded.role, "
            "password = excluded.password, totp = excluded.totp, recovery = excluded.recovery, "
            "language = excluded.language, person = excluded.person",
            (
                account.name, account.role, account.password, account.totp,
                json.dumps(account.recovery), account.language, account.person,
            ),
        )  # fmt: skip

    def remove(self, name: str) -> None:
        """Forget an account with its sessions and the links that it made."""
        self._connection.execute("DELETE FROM links WHERE maker = ?", (name,))
        self._connection.execute("DELETE FROM sessions WHERE account = ?", (name,))
        self._connection.execute("DELETE FROM accounts WHERE name = ?", (name,))

    def open_session(self, session: Session) -> None:
        """Keep a new session."""
        self._connection.execute(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                session.key, session.account, session.csrf, text(session.since),
                text(session.seen), session.agent, session.address,
            ),
        )  # fmt: skip

    def session(self, key: str) -> Session | None:
        """The session of a key."""
        found = self._sessions("WHERE key = ?", (key,))
        return found[0] if found else None

    def sessions(self, account: str) -> list[Session]:
        """An account's sessions, the one seen last first."""
        return self._sessions("WHERE account = ? ORDER BY seen DESC", (account,))

    def _sessions(self, where: str, values: Sequence[object]) -> list[Session]:
        rows = self._connection.execute(
            f"SELECT key, account, csrf, since, seen, agent, address FROM sessions {where}",  # noqa: S608 (our own words)
            values,
        )
        return [
            Session(key, account, csrf, _instant(since), _instant(seen), agent, address)
            for key, account, csrf, since, seen, agent, address in rows
        ]

    def seen(self, key: str, now: datetime, address: str) -> None:
        """A session was used."""
        self._connection.execute(
            "UPDATE sessions SET seen = ?, address = ? WHERE key = ?", (text(now), address, key)
        )

    def end_session(self, key: str) -> None:
        """Forget a session: its token opens nothing from now on."""
        self._connection.execute("DELETE FROM sessions WHERE key = ?", (key,))

    def end_others(self, account: str, key: str) -> None:
        """Forget an account's sessions but one."""
        self._connection.execute(
            "DELETE FROM sessions WHERE account = ? AND key != ?", (account, key)
        )

    def end_unused(self, before: datetime) -> None:
        """Forget sessions that were last used before an instant."""
        self._connection.execute("DELETE FROM sessions WHERE seen < ?", (text(before),))

    def note(self, who: str, deed: str, about: str, now: datetime) -> None:
        """Write a line of the journal."""
        self._connection.execute(
            "INSERT INTO journal (at, who, deed, about) VALUES (?, ?, ?, ?)",
            (text(now), who, deed, about),
        )

    def since(self, instant: datetime, about: str | None = None) -> list[Entry]:
        """Lines of the journal from an instant on, the last first."""
        return self._entries(about, "at >= ?1", text(instant))

    def journal(
        self, most: int, before: int | None = None, about: str | None = None
    ) -> list[Entry]:
        """Lines of the journal, the last first. before: only lines of lower numbers."""
        return self._entries(about, "(?1 IS NULL OR number < ?1)", before, most=most)

    def _entries(self, about: str | None, where: str, value: object, most: int = -1) -> list[Entry]:
        """about: None for all. most: -1 for no end."""
        whose = "" if about is None else "AND about = ?3"  # apart, so that an index serves it
        rows = self._connection.execute(
            f"SELECT number, at, who, deed, about FROM journal WHERE {where} {whose} "  # noqa: S608 (our own words)
            "ORDER BY number DESC LIMIT ?2",
            (value, most) if about is None else (value, most, about),
        )
        return [
            Entry(number, _instant(at), who, deed, about_whom)
            for number, at, who, deed, about_whom in rows
        ]


def _account(row: tuple[str, str, str, str, str, str, str]) -> Account:
    name, role, password, totp, recovery, language, person = row
    return Account(name, Role(role), password, totp, tuple(json.loads(recovery)), language, person)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
