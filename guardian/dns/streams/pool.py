"""A server that is asked over connections: a few at most, kept while they are of use.

All questions share one connection as long as it answers (RFC 7766, section 6.2.1). One that falls
silent is doubted: what comes next goes over another. One that the server ended while it was idle is
nobody's failure: its questions are sent again at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from guardian.dns.batch import ConnectedBatch
from guardian.dns.streams.connection import Connection, Gone, Heard
from guardian.dns.streams.protocol import Answered, Messages, Protocol
from guardian.dns.streams.tcp import Tcp
from guardian.dns.streams.tls import Tls, Unproven, said
from guardian.dns.upstream import (
    ATTEMPT_SECONDS,
    Flight,
    Landing,
    Target,
    Transport,
    Upstream,
    still_awaited,
)

MOST_CONNECTIONS: Final = 4
IDLE_SECONDS: Final = 30.0
_OPEN_SECONDS: Final = 3.0  # for connecting and shaking hands
_DOUBT_SECONDS: Final = 5.0  # that a silent connection is still listened to


class Streams(Upstream):
    """One server, and the connections to it."""

    def __init__(self, target: Target, landing: Landing) -> None:
        super().__init__(target)
        self._loop = asyncio.get_running_loop()
        self._landing = landing
        self._connections: list[Connection] = []
        self._doubted: set[Connection] = set()
        self._open = opening(target)

    @property
    def load(self) -> int:
        return len(self.outgoing) + sum(each.load for each in self._connections)

    def flush(self, batch: ConnectedBatch, now: float) -> list[Flight]:
        burst, self.outgoing = self.outgoing, []
        self.sent += len(burst)
        for at, flight in enumerate(burst):
            connection = self._connection()
            if connection is None:
                return burst[at:]
            flight.deadline = now + ATTEMPT_SECONDS
            connection.ask(flight)
        for connection in [*self._connections]:
            connection.write()
        return []

    def _connection(self) -> Connection | None:
        """Where to send a question: the first that has room, a new one, or else the last."""
        trusted = [each for each in self._connections if each not in self._doubted]
        for each in trusted:
            if each.takes_more or not each.is_open:
                return each
        if len(self._connections) < MOST_CONNECTIONS:
            try:
                return self._connect()
            except OSError as problem:
                self.trouble = said(problem)
            except Unproven as problem:
                self.trouble = str(problem)
            return None
        return trusted[-1] if trusted else self._connections[-1]

    def _connect(self) -> Connection:
        new = self._open(self._heard, self._gone)
        self._connections.append(new)
        return new

    def _heard(self, connection: Connection, found: Sequence[Answered]) -> None:
        self._doubted.discard(connection)
        for key, wire in found:
            flight = connection.flights.pop(key, None)
            late = flight is None
            if flight is None:
                flight = connection.late.pop(key, None)
                if flight is None:
                    continue
            elif self.sampling:
                self.sample(self._loop.time() - flight.deadline + ATTEMPT_SECONDS)
            if flight.landed:
                continue
            if wire is None:
                self._landing.unreachable(self, [flight], connection.refusal)
            else:
                self._landing.answered(self, flight, wire, late=late)
        self._landing.settle()

    def _gone(self, connection: Connection, why: str) -> None:
        self._connections.remove(connection)
        self._doubted.discard(connection)
        lost = [flight for flight in connection.everybody if not flight.landed]
        self.trouble = why
        if connection.answers:
            self._landing.again(self, lost)
        else:
            self._landing.unreachable(self, lost, why)
        self._landing.settle()

    def time_out(self, now: float) -> list[Flight]:
        over: list[Flight] = []
        for connection in self._connections:
            theirs = connection.time_out(now)
            if theirs and connection.is_silent(now):
                self._doubted.add(connection)
            over += theirs
        return over

    def tend(self, now: float) -> None:
        self.sampling = True
        for connection in [*self._connections]:
            if connection.late:
                connection.late = still_awaited(connection.late)
            if self._is_over(connection, now):
                self._connections.remove(connection)
                self._doubted.discard(connection)
                connection.close()

    def _is_over(self, connection: Connection, now: float) -> bool:
        if not connection.is_idle:
            return False
        if not connection.is_open:
            return now - connection.begun > _OPEN_SECONDS
        longest = _DOUBT_SECONDS if connection in self._doubted else IDLE_SECONDS
        return now - connection.used > longest

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()


def opening(target: Target) -> Callable[[Heard, Gone], Connection]:
    """What makes each connection to a server; it raises OSError and Unproven."""
    if target.transport is Transport.QUIC:
        from guardian.dns.streams.quic import Quic  # only where somebody is asked so

        return partial(Quic, target)
    protocol = protocol_of(target)
    tls: Tls | None = None

    def of(heard: Heard, gone: Gone) -> Connection:
        nonlocal tls
        if tls is None and target.transport.is_encrypted:
            tls = Tls(target)
        return Tcp(target.address, tls, protocol(), heard, gone)

    return of


def protocol_of(target: Target) -> Callable[[], Protocol]:
    """What makes the conversation of each stream to a server."""
    if target.transport is not Transport.HTTPS:
        return Messages
    from guardian.dns.streams.http2 import Http2  # only where somebody is asked so

    address, port = target.address
    host = target.name or (f"[{address}]" if ":" in address else address)
    return partial(Http2, host if port == 443 else f"{host}:{port}", target.path)
