"""Logging in and staying so: tokens, cookies, and a brake on guessing."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from guardian.store.accounts import Account, Accounts, Session, key_of
from guardian.store.disk import is_refusal
from guardian.web.visit import COOKIE

LIFETIME: Final = timedelta(days=30)  # since the session was last used
SEEN_EVERY: Final = timedelta(minutes=5)
_FREE_TRIES: Final = 3
_FIRST_WAIT: Final = 2.0  # seconds; doubled by each further try
_LONGEST_WAIT: Final = 900.0
_MOST_GUESSERS: Final = 10_000


def open_session(
    accounts: Accounts, account: Account, request: web.Request, now: datetime
) -> tuple[str, Session]:
    """A new session: the token for the browser, and what is kept of it."""
    token = secrets.token_urlsafe(32)
    agent = request.headers.get("User-Agent", "")[:200]
    session = Session(
        key_of(token), account.name, secrets.token_urlsafe(24), now, now, agent,
        request.remote or "",
    )  # fmt: skip
    accounts.open_session(session)
    return token, session


def give(response: web.Response, token: str, *, secure: bool) -> None:
    """Let a browser keep its token; secure: whether the page came over TLS."""
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="Lax", secure=secure, path="/",
        max_age=int(LIFETIME.total_seconds()),
    )  # fmt: skip


def current(accounts: Accounts, request: web.Request, now: datetime) -> Session | None:
    """The session that a request belongs to, if it has one that still lives."""
    token = request.cookies.get(COOKIE, "")
    session = accounts.session(key_of(token)) if token else None
    if session is None:
        return None
    if now - session.seen > LIFETIME:
        with if_there_is_room():
            accounts.end_session(session.key)
        return None
    if now - session.seen > SEEN_EVERY:
        with if_there_is_room():
            accounts.seen(session.key, now, request.remote or "")
    return session


@contextmanager
def if_there_is_room() -> Iterator[None]:
    """Keep what is only good to know, if it can be kept: nobody is locked out by a full disk."""
    try:
        yield
    except sqlite3.Error as problem:
        if not is_refusal(problem):
            raise


@dataclass(slots=True)
class Brake:
    """Makes each further wrong guess wait longer, by who guesses and by what is guessed at."""

    clock: Callable[[], float]
    _tries: dict[str, tuple[int, float]] = field(default_factory=dict)

    def wait(self, *keys: str) -> float:
        """Seconds until the next try is looked at; 0 when it may come."""
        now = self.clock()
        return max(0.0, *(self._tries.get(key, (0, 0.0))[1] - now for key in keys))

    def failed(self, *keys: str) -> None:
        """A guess was wrong."""
        if len(self._tries) > _MOST_GUESSERS:
            self._tries.clear()
        for key in keys:
            tries = self._tries.get(key, (0, 0.0))[0] + 1
            over = tries - _FREE_TRIES
            wait = min(_FIRST_WAIT * 2 ** min(over, 12), _LONGEST_WAIT) if over >= 0 else 0.0
            self._tries[key] = (tries, self.clock() + wait)

    def passed(self, *keys: str) -> None:
        """A guess was right."""
        for key in keys:
            self._tries.pop(key, None)


@dataclass(slots=True)
class SpentCodes:
    """Which one-time codes were used: each opens once (RFC 6238, section 5.2).

    Kept in memory: whoever starts guardian anew takes longer than a code is good for.
    """

    _last: dict[str, int] = field(default_factory=dict)

    def spend(self, account: str, step: int) -> bool:
        """Use the code of a half minute; False where it, or a later one, was used before."""
        if step <= self._last.get(account, -1):
            return False
        self._last[account] = step
        return True
