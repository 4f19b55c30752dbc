"""DNS over QUIC and HTTP/3 at a UDP socket, drained like the one of plain DNS.

No asyncio protocol stands between: datagrams are taken while there are some, each connection that
they were for says what it has, and one timer a connection does what time demands.
"""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Final, cast

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection

from guardian.dns.cache import Cache, Entry
from guardian.dns.http.request import NOT_FOUND, Asked
from guardian.dns.listeners.extras import KEPT, Extras
from guardian.dns.listeners.guests import Guests
from guardian.dns.listeners.https import Site
from guardian.dns.listeners.streams import Limits
from guardian.dns.quic import doq, http3
from guardian.dns.quic.endpoint import Address, Connection, Endpoint, Session
from guardian.dns.resolver import Resolver

_BURST: Final = 64  # datagrams before other readers get their turn
_LARGEST: Final = 2048  # bytes of a datagram; larger ones are nobody's
_CONTROL: Final = socket.CMSG_SPACE(20)  # where the packet was sent to, for IPv6

_Control = list[tuple[int, int, bytes]]
"""Names our own address where there are several."""

_Way = tuple[_Control, Address]
"""From our address to a client's; QUIC itself says which one of these has been shown to be its."""

_Waiting = tuple[Connection, int, int]
"""Of a query: its connection, its stream, and what its reply is to carry (`extras`)."""


class QuicListener:
    """One bound socket. Replies leave from the address that was asked."""

    stream = True

    def __init__(
        self,
        sock: socket.socket,
        resolver: Resolver,
        cache: Cache[Entry],
        guests: Guests,
        site: Callable[[], Site],
        limits: Limits,
    ) -> None:
        """site: for HTTP/3."""
        self.sock = sock
        self.cache = cache
        self._resolver = resolver
        self._guests = guests
        self._site = site
        self._loop = asyncio.get_running_loop()
        self._endpoint = Endpoint(self._session, limits.connections, limits.each, guests)
        self._extras = Extras(limits.idle, pads=True)
        self._timers: dict[Connection, asyncio.TimerHandle] = {}
        self._ready: dict[Connection, None] = {}
        wildcard = sock.getsockname()[0] in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        self._control = _CONTROL if wildcard else 0

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._endpoint)

    def use(self, configuration: QuicConfiguration) -> None:
        """Begin new connections with this certificate; those that stand go on with theirs."""
        self._endpoint.configuration = configuration

    def drain(self) -> None:
        """Take what waits at the socket, and answer."""
        now = self._loop.time()
        self._resolver.now()
        for _ in range(_BURST):
            try:
                data, control, _, address = self.sock.recvmsg(_LARGEST, self._control)
            except BlockingIOError:
                break
            except OSError:
                continue  # an ICMP error of something sent before
            self._take(data, (control, address), now)
        self._resolver.flush()
        self.flush()

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, to a query of an earlier call."""
        connection, stream, wanted = cast(_Waiting, to)  # what `_ask` gave
        if connection.session is not None and not connection.is_over:
            if wanted:
                packet = packet[:2] + self._extras.added(packet[2:], wanted)
            connection.session.reply(stream, packet)
            self._ready[connection] = None

    def flush(self) -> None:
        """Send what is queued."""
        ready, self._ready = self._ready, {}
        for connection in ready:
            self._send(connection)

    def close(self) -> None:
        """End all connections."""
        for connection in self._endpoint.all():
            if connection.session is not None:
                connection.session.bye()
            else:
                connection.quic.close()
            self._send(connection)
        for timer in self._timers.values():
            timer.cancel()

    def close_named(self) -> None:
        """End the connections of those whom a name tells."""
        for connection in self._endpoint.all():
            if connection.asker is not None and connection.session is not None:
                connection.session.bye()
                self._send(connection)

    def _session(self, protocol: str, quic: QuicConnection) -> Session:
        if protocol == doq.ALPN:
            return doq.Session(quic)
        resolver = self._resolver
        return http3.Session(quic, self._site().path, lambda: resolver.second)

    def _take(self, data: bytes, way: _Way, now: float) -> None:
        address = way[1]
        client = socket.inet_pton(self.sock.family, address[0].partition("%")[0])
        found = self._endpoint.receive(data, address, client, way[0], now)
        if isinstance(found, bytes):
            self._put(found, way)
        elif found is not None:
            self._ready[found] = None
            self._answer(found)

    def _answer(self, connection: Connection) -> None:
        for each in self._endpoint.events(connection):
            self._ask(connection, each)

    def _ask(self, connection: Connection, asked: Asked) -> None:
        session, ident, query = connection.session, asked.wire[:2], asked.wire[2:]
        assert session is not None  # noqa: S101 (it is what was asked)
        asker = connection.asker or self._guests.askers.get(connection.client)
        if asked.head.token:
            asker = self._site().named(asked.head.token)
            if asker is None:
                session.refuse(asked.stream, NOT_FOUND)
                return
        elif asker is None:
            asker, query = self._guests.stranger(connection.client, query)
            if asker is None:  # not served, and the query is the reply
                if query:
                    session.reply(asked.stream, ident + query)
                else:
                    session.bye()
                return
        wanted = self._extras.wanted(query)
        if wanted & KEPT:
            if isinstance(session, doq.Session):
                session.fail("edns-tcp-keepalive is not for QUIC")  # RFC 9250, section 5.5.2
                return
            wanted &= ~KEPT
        to = connection, asked.stream, wanted
        reply = self._resolver.settle(query, asker, self, to, ident)
        if reply is not None:
            if wanted:
                reply = self._extras.added(reply, wanted)
            session.reply(asked.stream, ident + reply)

    def _send(self, connection: Connection) -> None:
        """Send what a connection has to say, and wake up when it wants to."""
        quic = connection.quic
        for data, address in quic.datagrams_to_send(now=self._loop.time()):
            self._put(data, (cast(_Control, connection.way), address))
        at, timer = quic.get_timer(), self._timers.get(connection)
        if connection.is_over or at is None:
            if timer is not None:
                timer.cancel()
                del self._timers[connection]
        elif timer is None or timer.when() > at:  # one that is due sooner looks again by itself
            if timer is not None:
                timer.cancel()
            self._timers[connection] = self._loop.call_at(at, partial(self._wake, connection))

    def _wake(self, connection: Connection) -> None:
        del self._timers[connection]
        now, at = self._loop.time(), connection.quic.get_timer()
        if at is not None and at <= now:
            self._resolver.now()
            connection.quic.handle_timer(now=now)
            self._answer(connection)
            self._resolver.flush()
        self._send(connection)

    def _put(self, data: bytes, way: _Way) -> None:
        control, address = way
        try:
            self.sock.sendmsg([data], control, 0, address)
        except OSError:
            return  # the network is full or gone: QUIC sends again what matters
