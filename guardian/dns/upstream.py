"""Servers that we forward to: their sockets, their health, and questions on their way.

Each server has a few connected sockets, so that the kernel drops what comes from elsewhere. A burst
of queries goes out through one of them, chosen by chance; every second of use the oldest makes way
for one with a new port (RFC 5452). IDs are random, and an answer counts only where id, port,
address and the question to the letter fit.
"""

import random
import socket
from collections import deque
from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, Final

from guardian.dns.batch import ConnectedBatch
from guardian.dns.query import Form

MOST_SAMPLES: Final = 60
ATTEMPT_SECONDS: Final = 0.7  # so that the second server has answered within a second
PORTS: Final = 8  # sockets a server
_FAILURES_BEFORE_DOWN: Final = 3
_SAME_PORT_SECONDS: Final = 0.001
_LONGEST_BACK_OFF: Final = 30.0  # seconds
_IDENTS: Final = Struct("2s")

Address = tuple[str, int]


class Flight:
    """A question on its way, and all who wait for it.

    question: as it is spelt to the upstream. servers: in the order of trying. attempt: how often
    it was sent. deadline: loop time at which the last attempt has failed.
    """

    __slots__ = (
        "attempt", "deadline", "form", "key", "landed", "network_error", "question", "servers",
        "waiters",
    )  # fmt: skip

    key: bytes
    question: bytes
    form: Form
    servers: Sequence["Upstream"]
    waiters: list[Any]
    attempt: int
    deadline: float
    network_error: bool
    landed: bool

    def query(self, ident: bytes) -> bytes:
        """The query for the upstream, with an ID."""
        form = self.form
        return b"".join((ident, form.asked_head, self.question, form.asked_end))


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


class Upstream:
    """One server."""

    def __init__(
        self,
        address: Address,
        chance: random.Random,
        watch: Callable[["Upstream", Port], None],
        unwatch: Callable[[Port], None],
    ) -> None:
        """watch, unwatch: called with a socket that is to be read from, and no longer."""
        self.address = address
        self._family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._chance = chance
        self._watch = watch
        self._unwatch = unwatch
        self._ports: deque[Port] = deque()
        self._leaving: deque[Port] = deque()
        self.outgoing: list[Flight] = []
        self._used = False
        self._current: Port | None = None
        self._current_until = 0.0
        self.failures = 0
        self.sent = 0  # questions, attempts counted each
        self.lost = 0  # attempts without an answer
        self.sampling = True  # whether the next answer's time is to be taken
        self.samples: list[float] = []  # seconds, a sample a second at most, until they are fetched
        self._back_off = 1.0
        self.down_until = 0.0

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
            form = flight.form  # as `Flight.query`
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
            sock.connect(self.address)
        except OSError:
            sock.close()
            raise
        port = Port(sock)
        self._ports.append(port)
        self._watch(self, port)

    def renew_ports(self) -> None:
        """Once a second: a new port for the oldest, if any was used; late answers still come."""
        if self._leaving and (not self._leaving[0].flights or len(self._leaving) >= PORTS):
            self._close(self._leaving.popleft())
        self.sampling = len(self.samples) < MOST_SAMPLES
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

    def answered(self) -> None:
        """It is well."""
        self.failures, self._back_off, self.down_until = 0, 1.0, 0.0

    def failed(self, now: float) -> None:
        """It was silent or unreachable; after three times in a row it is left alone a while."""
        self.failures += 1
        self.lost += 1
        if self.failures >= _FAILURES_BEFORE_DOWN and now >= self.down_until:
            self.down_until = now + self._back_off
            self._back_off = min(self._back_off * 2, _LONGEST_BACK_OFF)
