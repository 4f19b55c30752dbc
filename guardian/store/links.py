"""Links that do one thing, such as a pause for one child, for whoever has them.

A link's token is random and is kept as its hash only: nobody can read a link back out of the
database, nor make one up. The table lives in the household's database (`household`).
"""

import secrets
import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from guardian.store.accounts import key_of
from guardian.store.instants import text


class LinkDeed(StrEnum):
    PAUSE = "pause"
    EXTRA = "extra"
    ANSWER = "answer"  # to one request


@dataclass(frozen=True, slots=True)
class Link:
    """One link.

    key: hash of its token (`accounts.key_of`). title: whose or what it is ("Grandma's phone").
    minutes: that its deed lasts. per_day: how often at most in a local day. maker: an account.
    until: instant from which it does nothing; None: none. used: when last; uses: how often in all.
    day, day_uses: the last local day on which it was used, and how often on that. request, answer:
    what it answers, and how.
    """

    number: int
    key: str
    title: str
    deed: LinkDeed
    person: str
    minutes: int
    per_day: int
    maker: str
    made: datetime
    until: datetime | None = None
    used: datetime | None = None
    uses: int = 0
    day: date | None = None
    day_uses: int = 0
    request: int | None = None
    answer: str = ""

    def left(self, day: date) -> int:
        """How often it may be used on a day still."""
        return max(0, self.per_day - (self.day_uses if self.day == day else 0))


class Links:
    """The links of a household, in its database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[Link]:
        """Every link that somebody made by hand, the newest first."""
        return self._links("WHERE request IS NULL ORDER BY number DESC")

    def of_key(self, key: str) -> Link | None:
        """The link of a token's hash."""
        found = self._links("WHERE key = ?", key)
        return found[0] if found else None

    def _links(self, where: str, *values: object) -> list[Link]:
        rows = self._connection.execute(
            "SELECT number, key, title, deed, person, minutes, per_day, maker, made, until, used, "  # noqa: S608 (our own words)
            f"uses, day, day_uses, request, answer FROM links {where}",
            values,
        )
        return [_link(row) for row in rows]

    def issue(self, link: Link) -> tuple[int, str]:
        """Keep a new link under a key of its own; gives its number, and the token of that key."""
        token = secrets.token_urlsafe(18)
        return self.make(replace(link, key=key_of(token))), token

    def make(self, link: Link) -> int:
        """Keep a new link; gives its number."""
        done = self._connection.execute(
            "INSERT INTO links (key, title, deed, person, minutes, per_day, maker, made, until, "
            "uses, day_uses, request, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)",
            (
                link.key, link.title, link.deed, link.person, link.minutes, link.per_day,
                link.maker, text(link.made), text(link.until) if link.until else None,
                link.request, link.answer,
            ),
        )  # fmt: skip
        return int(done.lastrowid or 0)

    def restore(self, link: Link) -> None:
        """Keep a link again that was revoked, as it was."""
        self._connection.execute(
            "INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                link.number, link.key, link.title, link.deed, link.person, link.minutes,
                link.per_day, link.maker, text(link.made),
                text(link.until) if link.until else None,
                text(link.used) if link.used else None, link.uses,
                link.day.isoformat() if link.day else None, link.day_uses, link.request,
                link.answer,
            ),
        )  # fmt: skip

    def use(self, number: int, now: datetime, day: date) -> bool:
        """Count one use, as a whole; False where the day has none left or the link is gone."""
        done = self._connection.execute(
            "UPDATE links SET used = ?1, uses = uses + 1, day = ?2, "
            "day_uses = CASE WHEN day = ?2 THEN day_uses + 1 ELSE 1 END "
            "WHERE number = ?3 AND per_day > CASE WHEN day = ?2 THEN day_uses ELSE 0 END",
            (text(now), day.isoformat(), number),
        )
        return done.rowcount == 1

    def forget_answers(self, request: int | None, now: datetime) -> None:
        """Forget the links that answer a request, and those whose time is over."""
        self._connection.execute(
            "DELETE FROM links WHERE request IS NOT NULL AND (request = ? OR until <= ?)",
            (request, text(now)),
        )

    def revoke(self, number: int) -> bool:
        """Forget a link: it does nothing from now on. False where there was none."""
        done = self._connection.execute("DELETE FROM links WHERE number = ?", (number,))
        return done.rowcount == 1


def _link(row: tuple[Any, ...]) -> Link:
    number, key, title, deed, person, minutes, per_day, maker, made, until, *uses_and_on = row
    used, uses, day, n, request, answer = uses_and_on
    return Link(
        number, key, title, LinkDeed(deed), person, minutes, per_day, maker,
        datetime.fromisoformat(made),
        datetime.fromisoformat(until) if until else None,
        datetime.fromisoformat(used) if used else None,
        uses,
        date.fromisoformat(day) if day else None,
        n,
        request,
        answer,
    )  # fmt: skip
