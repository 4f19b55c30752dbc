"""DNS over HTTPS on the stream core (RFC 8484); without TLS behind a reverse proxy.

Which HTTP it is, TLS has agreed on, or the first bytes tell. Whom a query is from: the path may
name a device, a listed proxy may tell an address; else the connection's own address does.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Final, Protocol

from guardian.dns.http import http1, http2
from guardian.dns.http.request import FORBIDDEN, NOT_FOUND, Asked, Ended
from guardian.dns.listeners.streams import Connection, Rude, Talk
from guardian.dns.view import Asker

ALPN: Final = ("h2", "http/1.1")

_ENOUGH: Final = len(b"PRI")  # no method of HTTP/1.1 begins so, nor is one that is served shorter


def _nobody(_token: str) -> Asker | None:
    return None


@dataclass(frozen=True, slots=True)
class Site:
    """What a listener serves.

    path: of DNS. named: token in a path → whose it is, None for nobody's. proxies: packed addresses
    of those who are believed for whom they ask. alternative: where else it is, as Alt-Svc has it;
    b"" for nowhere.
    """

    path: bytes = b"/dns-query"
    named: Callable[[str], Asker | None] = field(default=_nobody)
    proxies: frozenset[bytes] = frozenset()
    alternative: bytes = b""


class Session(Protocol):
    """One connection's HTTP: `http1` or `http2`."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is said."""

    def feed(self, data: bytes) -> list[Asked]:
        """The queries that these bytes complete. Raises Ended."""

    def more(self) -> list[Asked]:
        """Queries that waited for a reply to be given. Raises Ended."""

    def reply(self, stream: int, packet: bytes) -> None:
        """Answer a query."""

    def refuse(self, stream: int, status: int) -> None:
        """Answer a query with no more than a status."""

    def bye(self) -> None:
        """Say that nothing more is answered."""


class Https:
    """The requests of one connection."""

    __slots__ = ("_begin", "_connection", "_session", "_site")

    def __init__(self, site: Callable[[], Site], connection: Connection) -> None:
        self._site = site()
        self._connection = connection
        self._session: Session | None = None
        self._begin = b""

    def hear(self, data: bytes) -> bool:
        """Answer the requests that are whole; whether there were any. Raises Rude."""
        session = self._session
        if session is None:
            self._begin += data
            session = self._session = self._spoken()
            if session is None:
                return False
            data, self._begin = self._begin, b""
        is_any = False
        try:
            asked = session.feed(data)
            while asked:
                is_any = True
                for each in asked:
                    self._ask(session, each)
                asked = session.more()
        except Ended:
            raise Rude from None
        if session.is_over:
            raise Rude
        return is_any

    def bye(self) -> None:
        """Say that nothing more is answered."""
        if self._session is not None and not self._session.is_over:
            self._session.bye()

    def _spoken(self) -> Session | None:
        """HTTP in the version that the client speaks; None as long as that is open."""
        connection, begin = self._connection, self._begin
        version = getattr(connection.seal, "protocol", "")
        if not version:
            if len(begin) < _ENOUGH:
                return None
            version = "h2" if http2.PREFACE.startswith(begin[:_ENOUGH]) else "http/1.1"
        resolver = connection.listener.resolver
        kind = http2.Session if version == "h2" else http1.Session
        # What a proxy says of itself is its own: only who has the certificate says where else.
        alternative = self._site.alternative if connection.seal is not None else b""
        return kind(self._site.path, lambda: resolver.second, connection.outbox, alternative)

    def _ask(self, session: Session, asked: Asked) -> None:
        """Get the reply to a query, or have it come later."""
        connection, head, wire = self._connection, asked.head, asked.wire
        ident, query = wire[:2], wire[2:]
        asker = None
        if head.token:
            asker = self._site.named(head.token)
            if asker is None:
                session.refuse(asked.stream, NOT_FOUND)
                return
        elif head.forwarded and connection.client in self._site.proxies:
            asker, query = self._asker_behind(head.forwarded, query)
            if asker is None:
                if query:
                    session.reply(asked.stream, ident + query)
                else:
                    session.refuse(asked.stream, FORBIDDEN)
                return
        to = _Waiting(connection, session, asked.stream)
        reply = connection.ask(query, to, ident, asker)
        if reply is not None:
            session.reply(asked.stream, ident + reply)

    def _asker_behind(self, told: bytes, query: bytes) -> tuple[Asker | None, bytes]:
        """For whom a proxy asks, and the query; nobody and a reply as `Stranger` has it."""
        client = forwarded(told, self._site.proxies) or self._connection.client
        guests = self._connection.listener.guests
        asker = guests.askers.get(client)
        return (asker, query) if asker is not None else guests.stranger(client, query)


class _Waiting:
    """A query that waits for its reply."""

    __slots__ = ("_session", "_stream", "connection")

    def __init__(self, connection: Connection, session: Session, stream: int) -> None:
        self.connection = connection
        self._session = session
        self._stream = stream

    def reply(self, packet: bytes) -> None:
        """Queue its reply, ID in front."""
        self._session.reply(self._stream, packet)
        connection = self.connection
        connection.is_over = self._session.is_over
        if isinstance(self._session, http1.Session):  # the next request waited for this
            connection.listener.soon(connection)


def talk(site: Callable[[], Site]) -> Callable[[Connection], Talk]:
    """What makes the talk of each connection. site: as it is when one begins."""
    return partial(Https, site)


@lru_cache(1024)
def forwarded(told: bytes, proxies: frozenset[bytes]) -> bytes | None:
    """The packed address for which proxies ask (X-Forwarded-For); None where none is told.

    What the client itself wrote there comes first, and does not count: from the end, it is the
    first address that is not one of the proxies'.
    """
    for each in reversed(told.split(b",")):
        address = packed(each.decode("ascii", "replace").strip())
        if address is None:
            return None
        if address not in proxies:
            return address
    return None


def packed(text: str) -> bytes | None:
    """An address as proxies write it: with or without brackets, zone and port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    text = text.partition("%")[0].removeprefix("::ffff:")
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except OSError:
        return None
