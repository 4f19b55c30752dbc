"""Who calls the API, and how far they may go.

Somebody who is logged in, a program with a key, or the user whom this guardian belongs to, through
the socket in its state folder, which nobody else can open.
"""

import socket
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from guardian.store.accounts import Account, Session, key_of
from guardian.web import sessions
from guardian.web.house import House
from guardian.web.rights import Right, may
from guardian.web.seals import is_masked

AT_HOME: Final = "the command line"
_ORDER: Final = (
    Right.ANYBODY, Right.HERE, Right.SEE, Right.ANSWER, Right.STEER, Right.CHANGE, Right.OWN,
)  # fmt: skip


class NotAllowed(Exception):
    """A caller who is not let in, or may not do this. status: 401 or 403."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True, slots=True)
class Caller:
    """name: for the journal. account, session: of who is logged in; None for programs.

    owner: the account that stands for it: one's own, or that of who made the key; "" for none.
    """

    name: str
    owner: str = ""
    account: Account | None = None
    session: Session | None = None


def caller(request: web.Request, house: House, right: Right) -> Caller:
    """Who calls, if they have the right. Raises NotAllowed."""
    if right in (Right.ANYBODY, Right.HERE):
        return Caller("")
    if is_at_home(request):
        return Caller(AT_HOME)
    now, accounts = house.now(), house.store.accounts
    session = sessions.current(accounts, request, now)
    account = accounts.called(session.account) if session else None
    if account is not None and session is not None:
        # A page of ours proves itself by its token: another site could make the browser call.
        proof = request.headers.get("X-CSRF", "")
        if request.method not in ("GET", "HEAD") and not is_masked(proof, session.csrf):
            raise NotAllowed(403, "send the session's token as X-CSRF, or use a key")
        if not may(account.role, right):
            raise NotAllowed(403, f"this account may not {right}")
        return Caller(account.name, account.name, account, session)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = house.store.tokens.of(key_of(token)) if scheme.lower() == "bearer" else None
    if found is None:
        raise NotAllowed(401, "log in, or send a key: Authorization: Bearer …")
    if found.used is None or now - found.used > sessions.SEEN_EVERY:
        with sessions.if_there_is_room():
            house.store.tokens.seen(found.key, now)
    if not _reaches(Right(found.right), right):
        raise NotAllowed(403, f"this key may not {right}")
    return Caller(found.name, found.account)


def _reaches(given: Right, wanted: Right) -> bool:
    return _ORDER.index(wanted) <= _ORDER.index(given)


def is_at_home(request: web.Request) -> bool:
    """Whether it comes through the socket in the state folder, which only its owner can open."""
    sock = request.transport.get_extra_info("socket") if request.transport else None
    return sock is not None and sock.family == socket.AF_UNIX
