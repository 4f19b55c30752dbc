"""A server that is asked by UDP.

It has a few connected sockets, so that the kernel drops what comes from elsewhere. A burst of
queries goes out through one of them, chosen by chance; every second of use the oldest makes way for
one with a new port (RFC 5452). IDs are random, and an answer counts only where id, port, address
and the question to the letter fit.
"""

import random
import socket
from collections import deque
from collections.abc import Callable
from struct import Struct
from typing import Final

from guardian.dns.batch import ConnectedBatch
from guardian.dns.upstream import (
    ATTEMPT_SECONDS,
    Flight,
    Target,
    Upstream,
    family_of,
    still_awaited,
)

PORTS: Final = 8  # sockets a server
_SAME_PORT_SECONDS: Final = 0.001
_IDENTS: Final = Struct("2s")


class Port:
    """One connected socket.

    flights: what left through it, by ID (2 bytes), the first to time out first. late: what had no
    answer in time; one may still come.
    """

    __slots__ = ("flights", "late", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.flights: dict[bytes, Flight] = {}
        self.late: dict[bytes, Flight] = {}

    def time_out(self, now: float) -> list[Flight]:
        """What should have been answered by now (loop time)."""
        over = []
        for ident, flight in self.flights.items():
            if flight.deadline > now:
                break
            over.append(ident)
        for ident in over:
            self.late[ident] = self.flights.pop(ident)
        return [self.late[ident] for ident in over]


class Datagrams(Upstream):
    """One server, and its sockets."""

    def __init__(
        self,
        target: Target,
        chance: random.Random,
        watch: Callable[["Datagrams", Port], None],
        unwatch: Callable[[Port], None],
    ) -> None:
        """watch, unwatch: called with a socket that is to be read from, and no longer."""
        super().__init__(target)
        self._family = family_of(target.address)
        self._chance = chance
        self._watch = watch
        self._unwatch = unwatch
        self._ports: deque[Port] = deque()
        self._leaving: deque[Port] = deque()
        self._used = False
        self._current: Port | None = None
        self._current_until = 0.0

    @property
    def load(self) -> int:
        waiting = sum(len(port.flights) for port in (*self._ports, *self._leaving))
        return len(self.outgoing) + waiting

    def flush(self, batch: ConnectedBatch, now: float) -> list[Flight]:
        """Send what is outgoing; gives back what cannot leave because no way leads there.

        Bursts within a millisecond share a port, so that their answers come in one batch.
        """
        burst, self.outgoing = self.outgoing, []
        self.sent += len(burst)
        if now > self._current_until:
            self._current, self._current_until = self._port(), now + _SAME_PORT_SECONDS
        port = self._current
        if port is None:
            return burst
        self._used = True
        flights = port.flights
        deadline = now + ATTEMPT_SECONDS
        chances = self._chance.randbytes(2 * len(burst))
        packets = []
        for flight, (ident,) in zip(burst, _IDENTS.iter_unpack(chances), strict=True):
            while ident in flights:
                ident = self._chance.randbytes(2)
            flight.deadline = deadline
            flights[ident] = flight
            form = flight.form
            packets.append(b"".join((ident, form.asked_head, flight.question, form.asked_end)))
        batch.send_all(port.sock, packets)
        return []

    def time_out(self, now: float) -> list[Flight]:
        """What should have been answered by now (loop time)."""
        return [
            flight
            for port in (*self._ports, *self._leaving)
            if port.flights
            for flight in port.time_out(now)
        ]

    def _port(self) -> Port | None:
        while len(self._ports) < PORTS:
            try:
                self._open()
            except OSError:
                break
        if not self._ports:
            return None
        return self._ports[self._chance.randbytes(1)[0] % len(self._ports)]

    def _open(self) -> None:
        sock = socket.socket(self._family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            sock.connect(self.target.address)
        except OSError:
            sock.close()
            raise
        port = Port(sock)
        self._ports.append(port)
        self._watch(self, port)

    def tend(self, now: float) -> None:
        """A new port for the oldest, if any was used; late answers still come."""
        if self._leaving and (not self._leaving[0].flights or len(self._leaving) >= PORTS):
            self._close(self._leaving.popleft())
        for port in (*self._ports, *self._leaving):
            if port.late:
                port.late = still_awaited(port.late)
        self.sampling = True
        if self._used and self._ports:
            self._used = False
            self._leaving.append(self._ports.popleft())
            self._current_until = 0.0

    def _close(self, port: Port) -> None:
        self._unwatch(port)
        port.sock.close()

    def close(self) -> None:
        """Let go of all sockets."""
        for port in (*self._ports, *self._leaving):
            self._close(port)
        self._ports.clear()
        self._leaving.clear()
