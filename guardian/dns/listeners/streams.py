"""Connections and their limits: what TCP, TLS and HTTP have in common.

Drained like UDP: sockets that never block, on readiness, no asyncio streams; what a read asked is
answered with one write, later replies as they become ready, in any order (RFC 7766, RFC 9210).
What the bytes mean is for a `Talk`, which opens nothing: one module each (`framed`). That they are
sealed is for a `Seal`, which is bytes in and bytes out as well (`tls`).
"""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from guardian.dns.cache import Cache, Entry
from guardian.dns.listeners.extras import Extras
from guardian.dns.listeners.fronted import Heading
from guardian.dns.listeners.guests import Guests
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.dns.view import Asker
from guardian.dns.wire import Malformed

_READ: Final = 65_536
_MOST_UNSENT: Final = 1 << 20  # bytes: a client that asks and does not read is cut off
_MOST_ACCEPTED: Final = 64  # before those who are here get their turn


class Rude(Exception):
    """What a client sends is not what is spoken here: the connection ends, after what is queued."""


class Talk(Protocol):
    """What is spoken over one connection."""

    def hear(self, data: bytes) -> bool:
        """Take what came: ask (`Connection.ask`) and queue (`Connection.outbox`).

        Whether something whole was among it: who sends halves for long is cut off. Raises Rude.
        """

    def bye(self) -> None:
        """Queue what is to be said before the connection is closed, if anything is."""


class Seal(Protocol):
    """What makes of a stream's bytes those that go over the wire, and the other way round."""

    @property
    def name(self) -> str:
        """The name by which the client asked for this server, lower case; "" for none."""

    @property
    def is_open(self) -> bool:
        """Whether the two have agreed, so that something can be said."""

    def opened(self, data: bytes) -> bytes:
        """What these bytes say; b"" while it is not whole. Raises OSError for what is no such."""

    @property
    def is_over(self) -> bool:
        """Whether the client has said that nothing more comes."""

    def sealed(self, data: bytes) -> bytes:
        """The bytes to send; also for b"", because there may be something to agree on."""

    def closed(self) -> bytes:
        """The last bytes to send."""


class Asked(Protocol):
    """A query that waits: what a talk gives as `to`."""

    connection: "Connection"

    def reply(self, packet: bytes) -> None:
        """Queue its reply, ID in front."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one listener. connections: at once; each: of one client.

    idle: seconds without a whole query. handshake: seconds until the two must have agreed.
    """

    connections: int = 256
    each: int = 32
    idle: float = 10.0
    handshake: float = 5.0


class Connection:
    """One client's stream.

    heard: when it last said something whole. outbox: what is to be sent, not sealed yet; unsent:
    bytes that the socket did not take. asker: who asks, where the way here tells it; else the
    address does, or `stranger`. heading: what a front end says before all else, until it has; None
    for others. is_over: whether it is closed as soon as all is sent.
    """

    __slots__ = (
        "asker", "client", "heading", "heard", "is_over", "listener", "outbox", "seal", "sock",
        "stranger", "talk", "unsent", "writing",
    )  # fmt: skip

    def __init__(
        self, listener: "StreamListener", sock: socket.socket, client: bytes, seal: Seal | None
    ) -> None:
        self.listener = listener
        self.sock = sock
        self.client = client
        self.seal = seal
        self.asker: Asker | None = None
        front_end = listener.guests.front_ends.get(client)
        self.heading = Heading(front_end) if front_end is not None else None
        self.stranger = listener.guests.stranger
        self.heard = 0.0
        self.outbox: list[bytes] = []
        self.unsent = b""
        self.writing = False
        self.is_over = False
        self.talk: Talk

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent."""
        return self.sock.fileno() >= 0

    def ask(self, wire: bytes, to: Asked, ident: bytes, asker: Asker | None = None) -> bytes | None:
        """The reply to a query (both after the ID) if there is one now; else `to` gets it.

        asker: who asks, where the query itself tells it. Raises Rude where nobody is to be heard.
        """
        listener = self.listener
        asker = asker or self.asker
        if asker is None:
            asker = listener.guests.askers.get(self.client)
            if asker is None:
                asker, wire = self.stranger(self.client, wire)
                if asker is None:
                    if not wire:
                        raise Rude("who asks is not to get answers")
                    return wire
        wanted = listener.extras.wanted(wire)
        if wanted:
            to = _Dressed(to, wanted)
        reply = listener.resolver.settle(wire, asker, listener, to, ident)
        if wanted and reply is not None:
            return listener.extras.added(reply, wanted)
        return reply

    def headed(self, heading: Heading, data: bytes) -> bytes:
        """What came behind a front end's header; b"" until something has. Raises Malformed."""
        told = heading.read(data)
        if told is None:
            return b""
        self.heading = None
        self.stranger, data = told
        return data


class _Dressed:
    """A query that waits for a reply with something added."""

    __slots__ = ("_to", "_wanted", "connection")

    def __init__(self, to: Asked, wanted: int) -> None:
        self.connection = to.connection
        self._to = to
        self._wanted = wanted

    def reply(self, packet: bytes) -> None:
        """Queue it, ID in front."""
        added = self.connection.listener.extras.added(packet[2:], self._wanted)
        self._to.reply(packet[:2] + added)


class StreamListener:
    """One listening socket and its connections."""

    stream = True

    def __init__(
        self,
        sock: socket.socket,
        resolver: Resolver,
        cache: Cache[Entry],
        guests: Guests,
        readers: Readers,
        talk: Callable[[Connection], Talk],
        limits: Limits,
        seal: Callable[[], Seal | None] | None = None,
    ) -> None:
        """seal: makes that of a connection, None while it cannot; left out: nothing is sealed."""
        self.sock = sock
        self.cache = cache
        self.resolver = resolver
        self.guests = guests
        self.limits = limits
        self.extras = Extras(limits.idle, pads=seal is not None)
        self._readers = readers
        self._talk = talk
        self._seal = seal
        self._loop = asyncio.get_running_loop()
        self._connections: dict[int, Connection] = {}
        self._per_client: Counter[bytes] = Counter()
        self._ready: set[Connection] = set()

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._connections)

    def accept(self) -> None:
        """Take the connections that wait."""
        for _ in range(_MOST_ACCEPTED):
            try:
                sock, address = self.sock.accept()
            except OSError:
                return
            client = socket.inet_pton(self.sock.family, address[0].partition("%")[0])
            takes = self._takes(client)
            seal = self._seal() if takes and self._seal is not None else None
            if not takes or (self._seal is not None and seal is None):
                sock.close()
                continue
            self._greet(sock, client, seal)

    def _takes(self, client: bytes) -> bool:
        """Whether somebody may have one more connection."""
        if len(self._connections) >= self.limits.connections:
            return False
        if client in self.guests.front_ends:
            return True
        return self._per_client[client] < self.limits.each and self.guests.welcome(client)

    def _greet(self, sock: socket.socket, client: bytes, seal: Seal | None) -> None:
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(self, sock, client, seal)
        connection.talk = self._talk(connection)
        connection.heard = self._loop.time()
        self._connections[sock.fileno()] = connection
        self._per_client[client] += 1
        self._readers.add(sock, partial(self._drain, connection))

    def _drain(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(connection)
            return
        self.resolver.now()
        seal, is_over = connection.seal, False
        try:
            if connection.heading is not None:
                data = connection.headed(connection.heading, data)
            if seal is not None and data:
                was_open = seal.is_open
                data = seal.opened(data)
                is_over = seal.is_over
                if seal.is_open and not was_open:
                    connection.asker = self.guests.named(seal.name)
            if data and connection.talk.hear(data):
                connection.heard = self._loop.time()
        except (Rude, Malformed, OSError):
            is_over = True
        self.resolver.flush()
        self._write(connection)
        if is_over:
            self._close(connection)

    def soon(self, connection: Connection) -> None:
        """Let a talk go on, without anything new, as soon as this call is over."""
        self._loop.call_soon(self._go_on, connection)

    def _go_on(self, connection: Connection) -> None:
        if not connection.is_open:
            return
        self.resolver.now()
        try:
            connection.talk.hear(b"")
        except Rude:
            connection.is_over = True
        self.resolver.flush()
        self._write(connection)

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, to a query of an earlier read."""
        asked: Asked = to  # type: ignore[assignment]  # what our own talks gave
        if asked.connection.is_open:
            asked.reply(packet)
            self._ready.add(asked.connection)

    def flush(self) -> None:
        """Send what is queued."""
        ready, self._ready = self._ready, set()
        for connection in ready:
            self._write(connection)

    def _write(self, connection: Connection) -> None:
        if not connection.is_open:
            return
        data = b"".join(connection.outbox)
        connection.outbox.clear()
        if connection.seal is not None:
            try:
                data = connection.seal.sealed(data)
            except OSError:
                self._close(connection)
                return
        if connection.unsent:
            data = connection.unsent + data
        if not data:
            if connection.is_over:
                self._close(connection)
            return
        try:
            sent = connection.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._close(connection)
            return
        connection.unsent = data[sent:]
        if len(connection.unsent) > _MOST_UNSENT:
            self._close(connection)
        elif bool(connection.unsent) != connection.writing:
            connection.writing = bool(connection.unsent)
            if connection.writing:
                self._loop.add_writer(connection.sock, self._write, connection)
            else:
                self._loop.remove_writer(connection.sock)
        if connection.is_over and not connection.unsent:
            self._close(connection)

    def close_idle(self) -> None:
        """Cut connections that said nothing whole for a while, or did not come to an agreement."""
        now = self._loop.time()
        silent, undecided = now - self.limits.idle, now - self.limits.handshake
        for connection in list(self._connections.values()):
            heard, seal = connection.heard, connection.seal
            if heard < silent or (heard < undecided and seal is not None and not seal.is_open):
                self._close(connection)

    def close_those(self, unwanted: Callable[[Connection], bool]) -> None:
        """Close the connections of which this is true."""
        for connection in [each for each in self._connections.values() if unwanted(each)]:
            self._close(connection)

    def _close(self, connection: Connection) -> None:
        sock = connection.sock
        if self._connections.pop(sock.fileno(), None) is None:
            return
        self._readers.remove(sock)
        if connection.writing:
            self._loop.remove_writer(sock)
        self._per_client[connection.client] -= 1
        if not self._per_client[connection.client]:
            del self._per_client[connection.client]
        with contextlib.suppress(OSError):
            connection.talk.bye()
            last = b"".join(connection.outbox)
            if connection.seal is not None:
                last = connection.seal.sealed(last) + connection.seal.closed()
            if last and not connection.unsent:
                sock.send(last)
        with contextlib.suppress(OSError):
            sock.close()
