"""Queries by TCP (RFC 7766, RFC 9210): pipelined, answered as each is ready, many to a write.

Drained like UDP: sockets that never block, on the loop's own readiness, no streams.
"""

import asyncio
import contextlib
import socket
from collections import Counter
from typing import Final

from guardian.dns.cache import Cache, Entry
from guardian.dns.listeners.udp import Askers, Stranger
from guardian.dns.resolver import Resolver

MOST_CONNECTIONS: Final = 256
MOST_PER_CLIENT: Final = 32
IDLE_SECONDS: Final = 10.0
_READ: Final = 65_536
_MOST_UNSENT: Final = 1 << 20  # bytes: a client that asks and does not read is cut off


class _Connection:
    """One client's stream."""

    __slots__ = ("client", "heard", "inbox", "outbox", "sock", "writing")

    def __init__(self, sock: socket.socket, client: bytes, now: float) -> None:
        self.sock = sock
        self.client = client
        self.heard = now
        self.inbox = bytearray()
        self.outbox = bytearray()
        self.writing = False


class TcpListener:
    """One listening socket and its connections."""

    stream = True

    def __init__(
        self,
        sock: socket.socket,
        resolver: Resolver,
        cache: Cache[Entry],
        askers: Askers,
        stranger: Stranger,
    ) -> None:
        """stranger: who asks, for an address that is not among `askers`."""
        self.sock = sock
        self.cache = cache
        self._resolver = resolver
        self._askers = askers
        self._stranger = stranger
        self._loop = asyncio.get_running_loop()
        self._connections: dict[int, _Connection] = {}
        self._per_client: Counter[bytes] = Counter()
        self._ready: set[_Connection] = set()

    def accept(self) -> None:
        """Take the connections that wait."""
        while True:
            try:
                sock, address = self.sock.accept()
            except OSError:
                return
            client = socket.inet_pton(self.sock.family, address[0].partition("%")[0])
            full = len(self._connections) >= MOST_CONNECTIONS
            if full or self._per_client[client] >= MOST_PER_CLIENT:
                sock.close()
                continue
            sock.settimeout(0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(sock, client, self._loop.time())
            self._connections[sock.fileno()] = connection
            self._per_client[client] += 1
            self._loop.add_reader(sock, self._drain, connection)

    def _drain(self, connection: _Connection) -> None:
        try:
            data = connection.sock.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(connection)
            return
        connection.heard = self._loop.time()
        self._resolver.now()
        connection.inbox += data
        self._answer_all(connection)
        self._resolver.flush()
        self._write(connection)

    def _answer_all(self, connection: _Connection) -> None:
        inbox, at, client = connection.inbox, 0, connection.client
        while len(inbox) - at >= 2:
            end = at + 2 + (inbox[at] << 8 | inbox[at + 1])
            if end > len(inbox):
                break
            ident, wire = bytes(inbox[at + 2 : at + 4]), bytes(inbox[at + 4 : end])
            at = end
            asker = self._askers.get(client)
            if asker is None:
                asker, wire = self._stranger(client, wire)
            if asker is None:
                reply = wire or None
            else:
                reply = self._resolver.settle(wire, asker, self, connection, ident)
            if reply is not None:
                self._queue(connection, ident + reply)
        del inbox[:at]

    @staticmethod
    def _queue(connection: _Connection, message: bytes) -> None:
        connection.outbox += len(message).to_bytes(2) + message

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, to a query of an earlier read."""
        if isinstance(to, _Connection) and to.sock.fileno() >= 0:
            self._queue(to, packet)
            self._ready.add(to)

    def flush(self) -> None:
        """Send what is queued."""
        ready, self._ready = self._ready, set()
        for connection in ready:
            self._write(connection)

    def _write(self, connection: _Connection) -> None:
        if not connection.outbox or connection.sock.fileno() < 0:
            return
        try:
            sent = connection.sock.send(connection.outbox)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._close(connection)
            return
        del connection.outbox[:sent]
        if len(connection.outbox) > _MOST_UNSENT:
            self._close(connection)
        elif bool(connection.outbox) != connection.writing:
            connection.writing = bool(connection.outbox)
            if connection.writing:
                self._loop.add_writer(connection.sock, self._write, connection)
            else:
                self._loop.remove_writer(connection.sock)

    def close_idle(self) -> None:
        """Cut connections that said nothing for a while."""
        oldest = self._loop.time() - IDLE_SECONDS
        for connection in list(self._connections.values()):
            if connection.heard < oldest:
                self._close(connection)

    def _close(self, connection: _Connection) -> None:
        if self._connections.pop(connection.sock.fileno(), None) is None:
            return
        self._loop.remove_reader(connection.sock)
        if connection.writing:
            self._loop.remove_writer(connection.sock)
        self._per_client[connection.client] -= 1
        if not self._per_client[connection.client]:
            del self._per_client[connection.client]
        with contextlib.suppress(OSError):
            connection.sock.close()
