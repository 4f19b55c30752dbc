"""Ask upstreams: identical questions once, failover in under a second, and always an end.

The same drain as for clients: what answers arrive in one readiness call are read, checked, kept and
passed on within it. Queries are built anew: the question, RD, CD, DO and our own OPT, nothing else
that a client sent.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from guardian.dns.answers import Answer, Plain, failure, read_answer, read_plain
from guardian.dns.batch import PLACES, SLOTS, ConnectedBatch
from guardian.dns.query import Form
from guardian.dns.readers import Readers
from guardian.dns.upstream import ATTEMPT_SECONDS, Address, Flight, Port, Upstream
from guardian.dns.wire import (
    EDE_NETWORK_ERROR,
    EDE_NO_REACHABLE_AUTHORITY,
    HEADER,
    REFUSED,
    SERVFAIL,
    TC,
    Malformed,
    pack_u16,
    random_case,
)
from guardian.names import wire_suffixes

MOST_ATTEMPTS: Final = 4  # 2.8 s: a client hears something before it gives up
MOST_FLIGHTS: Final = 8192
_TCP_SECONDS: Final = 2.0
_SWEEP_SECONDS: Final = 0.05
_BURSTS: Final = 16  # batches before other readers get their turn
_TC_BYTE: Final = TC >> 8
_IDENTS: Final = tuple((slice(place.start, place.start + 2), place.start) for place in PLACES)

Landed = Callable[[Flight, Answer | Plain], None]


class Forwarder:
    """Sends questions to upstreams and says what came of each."""

    def __init__(
        self,
        default: Sequence[Address],
        conditional: Mapping[bytes, Sequence[Address]],
        readers: Readers,
        chance: random.Random,
        landed: Landed,
        after_burst: Callable[[], None],
        now: Callable[[], int],
        *,
        mixed_case: bool = False,
    ) -> None:
        """conditional: wire suffix → servers. readers: for its sockets.
        landed: called once for each flight.
        after_burst: called when a burst of answers has been handled. now: the second (wall clock).
        mixed_case: spell each question in a case of chance, which its answer has to repeat (0x20).
        """
        self._loop = asyncio.get_running_loop()
        self._readers = readers
        self._servers: dict[Address, Upstream] = {}
        self._chance = chance
        self._default = self._open(default)
        self._conditional = {name: self._open(each) for name, each in conditional.items()}
        self._landed = landed
        self._after_burst = after_burst
        self._now = now
        self._mixed_case = mixed_case
        self._flights: dict[bytes, Flight] = {}
        self._batch = ConnectedBatch()
        self._sweeping = False
        self._outgoing = False  # whether `flush` has something to send
        self._ailing = False  # whether some server is being left alone
        self._retired = False
        self._tasks: set[asyncio.Task[None]] = set()

    def _open(self, addresses: Sequence[Address]) -> tuple[Upstream, ...]:
        for each in addresses:
            if each not in self._servers:
                self._servers[each] = Upstream(each, self._chance, self._watch, self._unwatch)
        return tuple(self._servers[each] for each in addresses)

    def _watch(self, server: Upstream, port: Port) -> None:
        self._readers.add(port.sock, partial(self._drain, server, port))

    def _unwatch(self, port: Port) -> None:
        self._readers.remove(port.sock)

    def ask(
        self, key: bytes, question: bytes, form: Form, waiter: object, name: bytes | None = None
    ) -> bool:
        """Have a question answered; False where too many are on their way already.

        key: as of a `Query`. name: where it may be one for a server of its own.
        """
        flights = self._flights
        flight = flights.get(key)
        if flight is not None:
            flight.waiters.append(waiter)
            return True
        if len(flights) >= MOST_FLIGHTS:
            return False
        servers = self._default if name is None else self._servers_for(name)
        if self._ailing:
            now = self._loop.time()
            servers = sorted(servers, key=lambda server: server.down_until > now)
        if self._mixed_case:
            question = random_case(question, self._chance)
        # Filled here: calling an `__init__` would take longer than all that it does.
        flights[key] = flight = Flight()
        flight.key, flight.question, flight.form = key, question, form
        flight.servers, flight.waiters = servers, [waiter]
        flight.attempt, flight.deadline = 0, 0.0
        flight.network_error = flight.landed = False
        if servers and self._sweeping:  # what `_try` would do
            flight.attempt = 1
            servers[0].outgoing.append(flight)
            self._outgoing = True
        else:
            self._try(flight)
        return True

    def all_down(self, name: bytes) -> bool:
        """Whether every server for a name is being left alone."""
        now = self._loop.time()
        return all(server.down_until > now for server in self._servers_for(name))

    def _servers_for(self, name: bytes) -> Sequence[Upstream]:
        if self._conditional:
            for suffix in wire_suffixes(name):
                servers = self._conditional.get(suffix)
                if servers is not None:
                    return servers
        return self._default

    def _try(self, flight: Flight) -> None:
        attempt, servers = flight.attempt, flight.servers
        if attempt >= MOST_ATTEMPTS or not servers:
            self._give_up(flight)
            return
        flight.attempt = attempt + 1
        servers[attempt % len(servers)].outgoing.append(flight)
        self._outgoing = True
        if not self._sweeping:
            self._sweeping = True
            self._loop.call_later(_SWEEP_SECONDS, self._sweep)

    def _give_up(self, flight: Flight) -> None:
        ede = (
            (EDE_NETWORK_ERROR, b"The upstream cannot be reached")
            if flight.network_error
            else (EDE_NO_REACHABLE_AUTHORITY, b"No upstream answered")
        )
        self._land(flight, failure(self._now(), ede))

    def _land(self, flight: Flight, answer: Answer | Plain) -> None:
        if not flight.landed:
            flight.landed = True
            self._flights.pop(flight.key, None)
            self._landed(flight, answer)

    def _sweep(self) -> None:
        now = self._loop.time()
        for server in self._servers.values():
            for flight in server.time_out(now):
                if not flight.landed:
                    self._failed(server)
                    self._try(flight)
        self.flush()
        self._after_burst()
        self._sweeping = bool(self._flights)
        if self._sweeping:
            self._loop.call_later(_SWEEP_SECONDS, self._sweep)
        elif self._retired:
            self.close()

    def _failed(self, server: Upstream) -> None:
        server.failed(self._loop.time())
        self._ailing |= bool(server.down_until)

    def flush(self) -> None:
        """Send what `ask` has gathered; what cannot leave goes to the next server at once."""
        for _ in range(MOST_ATTEMPTS):
            if not self._outgoing:
                return
            self._outgoing = False
            now = self._loop.time()
            for server in self._servers.values():
                if server.outgoing and (stuck := server.flush(self._batch, now)):
                    self._unreachable(server, stuck)

    def _drain(self, server: Upstream, port: Port) -> None:
        """Read all answers that wait at a socket."""
        batch, now = self._batch, self._now()
        memory = batch.memory
        for burst in range(_BURSTS):
            count = batch.receive(port.sock)
            if not count:
                if not burst:
                    self._refused(server, port)
                break
            if server.sampling:  # once a second
                self._sample(server, port, memory[_IDENTS[0][0]])
            # Flat on purpose: each miss comes by here. What is not a plain answer to the first
            # attempt at a question goes the general way.
            flights, waited_for, landed = port.flights, self._flights, self._landed
            for (ident_at, start), length in zip(_IDENTS, batch.lengths(count), strict=False):
                ident, wire = memory[ident_at], memory[start + 2 : start + length]
                flight = flights.get(ident)
                if flight is not None and not flight.landed and not server.failures:
                    plain = read_plain(wire, flight.question, flight.form.plain, now)
                    if plain is not None:
                        del flights[ident], waited_for[flight.key]
                        flight.landed = True
                        landed(flight, plain)
                        continue
                self._take(server, port, ident, wire, now)
            if count < SLOTS:
                break
        self.flush()
        self._after_burst()

    def _sample(self, server: Upstream, port: Port, ident: bytes) -> None:
        """How long an answer took that has just come: one of many is told."""
        flight = port.flights.get(ident)
        if flight is not None:
            server.sampling = False
            server.samples.append(self._loop.time() - flight.deadline + ATTEMPT_SECONDS)

    @property
    def servers(self) -> Sequence[Upstream]:
        """Everybody who is asked, those for everything first."""
        return tuple(self._servers.values())

    def _take(self, server: Upstream, port: Port, ident: bytes, wire: bytes, now: int) -> None:
        table = port.flights
        flight = table.get(ident)
        if flight is None or not wire.startswith(flight.question, HEADER):
            # Another's ID, or an answer that comes late.
            table = port.late
            flight = table.get(ident)
            if flight is None or not wire.startswith(flight.question, HEADER):
                return
        del table[ident]
        if flight.landed:
            return
        if wire[0] & _TC_BYTE:
            self._start(self._ask_over_tcp(server, flight))
            return
        self._judge(server, flight, wire, now)

    def _judge(self, server: Upstream, flight: Flight, wire: bytes, now: int) -> None:
        try:
            answer = read_answer(wire, flight.question, now)
        except Malformed:
            self._try(flight)
            return
        if server.failures:
            server.answered()
            self._ailing = any(server.down_until for server in self._servers.values())
        if answer.rcode in (SERVFAIL, REFUSED) and flight.attempt < len(flight.servers):
            self._try(flight)
            return
        self._land(flight, answer)

    def _refused(self, server: Upstream, port: Port) -> None:
        # Readable and nothing to read: an ICMP error said that nobody listens, or no way is there.
        flights, port.flights = list(port.flights.values()), {}
        self._unreachable(server, flights)

    def _unreachable(self, server: Upstream, flights: list[Flight]) -> None:
        for flight in flights:
            if not flight.landed:
                flight.network_error = True
                self._failed(server)
                self._try(flight)

    def _start(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask_over_tcp(self, server: Upstream, flight: Flight) -> None:
        """The same question by TCP, where the answer was too long for a packet (RFC 7766)."""
        flight.attempt += 1
        try:
            async with asyncio.timeout(_TCP_SECONDS):
                wire = await _exchange(server.address, flight.query(b"\0\0"))
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self._try(flight)
        else:
            self._judge(server, flight, wire, self._now())
        self.flush()
        self._after_burst()

    def renew_ports(self) -> None:
        """To be called once a second."""
        for server in self._servers.values():
            server.renew_ports()

    def retire(self) -> None:
        """Take no more questions; let go of the sockets when those on their way have landed."""
        self._retired = True
        if not self._sweeping:
            self.close()

    def close(self) -> None:
        """Let go of all sockets; flights are lost."""
        for task in self._tasks:
            task.cancel()
        for server in self._servers.values():
            server.close()


async def _exchange(address: tuple[str, int], query: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(pack_u16(len(query)) + query)
        length = int.from_bytes(await reader.readexactly(2))
        return (await reader.readexactly(length))[2:]
    finally:
        writer.close()
