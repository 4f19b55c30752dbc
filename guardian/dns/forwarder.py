"""Ask upstreams: identical questions once, failover in under a second, and always an end.

The same drain as for clients: what answers arrive in one readiness call are read, checked, kept and
passed on within it. Queries are built anew: the question, RD, CD, DO and our own OPT, nothing else
that a client sent.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Final

from guardian.dns.answers import Answer, Plain, failure, read_answer, read_plain
from guardian.dns.batch import PLACES, SLOTS, ConnectedBatch
from guardian.dns.datagrams import Datagrams, Port
from guardian.dns.query import Form
from guardian.dns.readers import Readers
from guardian.dns.streams.pool import Streams
from guardian.dns.upstream import ATTEMPT_SECONDS, Flight, Target, Transport, Upstream
from guardian.dns.wire import (
    EDE_NETWORK_ERROR,
    EDE_NO_REACHABLE_AUTHORITY,
    HEADER,
    RD,
    REFUSED,
    SERVFAIL,
    TC,
    UDP_SIZE,
    Malformed,
    random_case,
)
from guardian.names import wire_suffixes

MOST_ATTEMPTS: Final = 4  # 2.8 s: a client hears something before it gives up
MOST_FLIGHTS: Final = 8192  # at one server, so that one that is slow leaves the others their room
MOST_JOINED: Final = 16_384  # who wait for what others have asked already
_MOST_AT_ONE: Final = 3  # attempts at one server (RFC 9520, section 3.1)
_EXPLORE_SECONDS: Final = 10.0
_SWEEP_SECONDS: Final = 0.05
_BURSTS: Final = 16  # batches before other readers get their turn
_TC_BYTE: Final = TC >> 8
_IDENTS: Final = tuple((slice(place.start, place.start + 2), place.start) for place in PLACES)

Landed = Callable[[Flight, Answer | Plain], None]


class Strategy(StrEnum):
    """Which of several servers is asked."""

    FAILOVER = "failover"
    FASTEST = "fastest"
    PARALLEL = "parallel"


class Forwarder:
    """Sends questions to upstreams and says what came of each."""

    def __init__(
        self,
        default: Sequence[Target],
        conditional: Mapping[bytes, Sequence[Target]],
        readers: Readers,
        chance: random.Random,
        landed: Landed,
        after_burst: Callable[[], None],
        now: Callable[[], int],
        *,
        mixed_case: bool = False,
        strategy: Strategy = Strategy.FAILOVER,
        groups: Mapping[bytes, Sequence[Target]] | None = None,
    ) -> None:
        """conditional: wire suffix → servers. readers: for its sockets.
        landed: called once for each flight.
        after_burst: called when a burst of answers has been handled. now: the second (wall clock).
        mixed_case: spell each question in a case of chance, which its answer has to repeat (0x20).
        groups: servers that are asked for everything by those who name the group.
        """
        self._loop = asyncio.get_running_loop()
        self._readers = readers
        self._servers: dict[Target, Upstream] = {}
        self._beside: dict[Upstream, Streams] = {}  # by TCP, for answers too long for a packet
        self._chance = chance
        self._default = self._open(default)
        self._conditional = {name: self._open(each) for name, each in conditional.items()}
        self._groups = {name: self._open(each) for name, each in (groups or {}).items()}
        self._asked: list[Upstream] = [*self._servers.values()]
        self._landed = landed
        self._after_burst = after_burst
        self._now = now
        self._mixed_case = mixed_case
        self._strategy = strategy
        self._at_once = 2 if strategy is Strategy.PARALLEL else 1
        self._flights: dict[bytes, Flight] = {}
        self._joined = 0  # at most so many; counted anew once in a while
        self._batch = ConnectedBatch()
        self._sweeping = False
        self._short_way = False  # whether `ask` may do what `_try` would
        self._outgoing = False  # whether `flush` has something to send
        self._ailing = False  # whether some server is being left alone
        self._retired = False
        self._explored_at = self._explored_sent = 0.0

    def _open(self, targets: Sequence[Target]) -> tuple[Upstream, ...]:
        for each in targets:
            if each not in self._servers:
                self._servers[each] = (
                    Datagrams(each, self._chance, self._watch, self._unwatch)
                    if each.transport is Transport.UDP
                    else Streams(each, self)
                )
        return tuple(self._servers[each] for each in targets)

    def _watch(self, server: Datagrams, port: Port) -> None:
        self._readers.add(port.sock, partial(self._drain, server, port))

    def _unwatch(self, port: Port) -> None:
        self._readers.remove(port.sock)

    def ask(
        self,
        key: bytes,
        question: bytes,
        form: Form,
        waiter: object,
        name: bytes | None = None,
        group: bytes = b"",
    ) -> bool:
        """Have a question answered; False where too many are on their way already.

        key: as of a `Query`, with the group behind. name: where it may be one for a server of its
        own, or for a group's.
        """
        flights = self._flights
        flight = flights.get(key)
        if flight is not None:
            if self._joined >= MOST_JOINED:
                return False
            self._joined += 1
            flight.waiters.append(waiter)
            return True
        servers = self._default if name is None else self._servers_for(name, group)
        if self._ailing:
            now = self._loop.time()
            servers = sorted(servers, key=lambda server: server.down_until > now)
        if len(flights) >= MOST_FLIGHTS and servers and servers[0].load >= MOST_FLIGHTS:
            return False
        if self._mixed_case:
            question = random_case(question, self._chance)
        # Filled here: calling an `__init__` would take longer than all that it does.
        flights[key] = flight = Flight()
        flight.key, flight.question, flight.form = key, question, form
        flight.servers, flight.waiters = servers, [waiter]
        flight.attempt, flight.out, flight.deadline = 0, 0, 0.0
        flight.trouble, flight.landed = b"", False
        if servers and self._short_way:  # what `_try` would do
            flight.attempt = flight.out = 1
            servers[0].outgoing.append(flight)
            self._outgoing = True
        else:
            self._try(flight)
        return True

    def all_down(self, name: bytes, group: bytes = b"") -> bool:
        """Whether every server for a name is being left alone."""
        now = self._loop.time()
        return all(server.down_until > now for server in self._servers_for(name, group))

    def _servers_for(self, name: bytes, group: bytes) -> Sequence[Upstream]:
        if self._conditional:
            for suffix in wire_suffixes(name):
                servers = self._conditional.get(suffix)
                if servers is not None:
                    return servers
        return self._groups.get(group, self._default)

    def _try(self, flight: Flight) -> None:
        servers = flight.servers
        most = min(MOST_ATTEMPTS, _MOST_AT_ONE * len(servers))
        if flight.attempt >= most:
            self._give_up(flight)
            return
        for _ in range(min(self._at_once, len(servers), most - flight.attempt)):
            servers[flight.attempt % len(servers)].outgoing.append(flight)
            flight.attempt += 1
            flight.out += 1
        self._outgoing = True
        self._begin_sweeping()

    def _begin_sweeping(self) -> None:
        if not self._sweeping:
            self._sweeping = True
            self._short_way = self._at_once == 1
            self._loop.call_later(_SWEEP_SECONDS, self._sweep)

    def _fell(self, flight: Flight) -> None:
        """One attempt came to nothing; another one follows, unless one is still out."""
        flight.out -= 1
        if flight.out <= 0:
            self._try(flight)

    def _give_up(self, flight: Flight) -> None:
        ede = (
            (EDE_NETWORK_ERROR, flight.trouble)
            if flight.trouble
            else (EDE_NO_REACHABLE_AUTHORITY, b"No upstream answered")
        )
        self._land(flight, failure(self._now(), ede))

    def _land(self, flight: Flight, answer: Answer | Plain) -> None:
        if not flight.landed:
            flight.landed = True
            self._flights.pop(flight.key, None)
            if flight.waiters:  # none for a probe
                self._landed(flight, answer)

    def _sweep(self) -> None:
        now = self._loop.time()
        for server in self._asked:
            for flight in server.time_out(now):
                if not flight.landed:
                    self._failed(server)
                    self._fell(flight)
        if self._joined > MOST_JOINED // 2:
            flights = self._flights
            self._joined = sum(len(each.waiters) for each in flights.values()) - len(flights)
        self.settle()
        self._sweeping = bool(self._flights)
        self._short_way = self._sweeping and self._at_once == 1
        if self._sweeping:
            self._loop.call_later(_SWEEP_SECONDS, self._sweep)
        elif self._retired:
            self.close()

    def _failed(self, server: Upstream, why: str = "it is silent") -> None:
        server.failed(self._loop.time(), why)
        self._ailing |= bool(server.down_until)

    def flush(self) -> None:
        """Send what `ask` has gathered; what cannot leave goes to the next server at once."""
        for _ in range(MOST_ATTEMPTS):
            if not self._outgoing:
                return
            self._outgoing = False
            now = self._loop.time()
            for server in self._asked:
                if server.outgoing and (stuck := server.flush(self._batch, now)):
                    self.unreachable(server, stuck, server.trouble or _NO_WAY)

    def _drain(self, server: Datagrams, port: Port) -> None:
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
        self.settle()

    def _sample(self, server: Datagrams, port: Port, ident: bytes) -> None:
        """How long an answer took that has just come: one of many is told."""
        flight = port.flights.get(ident)
        if flight is not None:
            server.sample(self._loop.time() - flight.deadline + ATTEMPT_SECONDS)

    @property
    def servers(self) -> Sequence[Upstream]:
        """Everybody who is asked, those for everything first."""
        return tuple(self._servers.values())

    def _take(self, server: Datagrams, port: Port, ident: bytes, wire: bytes, now: int) -> None:
        table, late = port.flights, False
        flight = table.get(ident)
        if flight is None or not wire.startswith(flight.question, HEADER):
            # Another's ID, or an answer that comes late.
            table, late = port.late, True
            flight = table.get(ident)
            if flight is None or not wire.startswith(flight.question, HEADER):
                return
        del table[ident]
        if flight.landed:
            return
        if wire[0] & _TC_BYTE:
            self._ask_over_tcp(server, flight, late=late)
            return
        self._judge(server, flight, wire, now, late=late)

    def _judge(
        self, server: Upstream, flight: Flight, wire: bytes, now: int, *, late: bool
    ) -> None:
        try:
            answer = read_answer(wire, flight.question, now)
        except Malformed:
            if not late:
                self._fell(flight)
            return
        if server.failures:
            server.answered()
            self._ailing = any(each.down_until for each in self._asked)
        if answer.rcode in (SERVFAIL, REFUSED):
            flight.out -= not late
            if flight.out > 0:
                return  # another one may know better
            if flight.attempt < len(flight.servers):
                self._try(flight)
                return
        self._land(flight, answer)

    def _refused(self, server: Datagrams, port: Port) -> None:
        # Readable and nothing to read: an ICMP error said that nobody listens, or no way is there.
        flights, port.flights = list(port.flights.values()), {}
        self.unreachable(server, flights, _NO_WAY)

    def _ask_over_tcp(self, server: Datagrams, flight: Flight, *, late: bool) -> None:
        """The same question by TCP, where the answer was too long for a packet (RFC 7766)."""
        stream = self._beside.get(server)
        if stream is None:
            stream = Streams(replace(server.target, transport=Transport.TCP), self)
            self._beside[server] = stream
            self._asked.append(stream)
        flight.out += late
        flight.attempt += 1
        stream.outgoing.append(flight)
        self._outgoing = True

    def answered(self, server: Upstream, flight: Flight, wire: bytes, *, late: bool) -> None:
        """As `Landing` has it: an answer over a connection, where nothing is cut short."""
        if not wire.startswith(flight.question, HEADER) or wire[0] & _TC_BYTE:
            if not late:
                self._failed(server, "it answers what nobody asked")
                self._fell(flight)
            return
        self._judge(server, flight, wire, self._now(), late=late)

    def unreachable(self, server: Upstream, flights: Sequence[Flight], why: str) -> None:
        """As `Landing` has it: the next server's turn."""
        for flight in flights:
            if not flight.landed:
                flight.trouble = f"An upstream cannot be used: {why}".encode()
                self._failed(server, why)
                self._fell(flight)

    def again(self, server: Upstream, flights: Sequence[Flight]) -> None:
        """As `Landing` has it: the same server's turn, over another connection."""
        for flight in flights:
            if flight.attempt >= MOST_ATTEMPTS:
                self._fell(flight)
            else:
                flight.attempt += 1
                server.outgoing.append(flight)
                self._outgoing = True

    def settle(self) -> None:
        """As `Landing` has it: send what was raised, and the replies that became ready."""
        self.flush()
        self._after_burst()

    def tend(self) -> None:
        """To be called once a second."""
        now = self._loop.time()
        for server in self._asked:
            server.tend(now)
        if self._ailing:
            for server in self._asked:
                if not server.is_well and server.down_until <= now:
                    self._probe(server)
        if self._strategy is Strategy.FASTEST and len(self._default) > 1:
            self._default = tuple(sorted(self._default, key=lambda server: server.rtt))
            self._explore(now)
        self.flush()

    def _explore(self, now: float) -> None:
        """While names are looked up, ask the slower servers too now and then."""
        sent = self._default[0].sent
        if now < self._explored_at + _EXPLORE_SECONDS or sent == self._explored_sent:
            return
        self._explored_at, self._explored_sent = now, sent
        for server in self._default[1:]:
            self._probe(server)

    def _probe(self, server: Upstream) -> None:
        """Ask whether a server answers; who serves the root tells it nothing of the house."""
        probe = Flight()
        probe.key = b"probe" + str(server.target).encode()
        if probe.key in self._flights:
            return
        probe.question, probe.form = _ROOT, _ROOT_FORM
        probe.servers, probe.waiters = (server,), []
        probe.attempt, probe.out, probe.deadline = 0, 0, 0.0
        probe.trouble, probe.landed = b"", False
        self._flights[probe.key] = probe
        self._try(probe)

    def retire(self) -> None:
        """Take no more questions; let go of the sockets when those on their way have landed."""
        self._retired = True
        if not self._sweeping:
            self.close()

    def close(self) -> None:
        """Let go of all sockets; flights are lost."""
        for server in self._asked:
            server.outgoing.clear()
            server.close()


_ROOT: Final = b"\0\0\2\0\1"  # its NS, class IN
_ROOT_FORM: Final = Form(RD, _ROOT[1:], UDP_SIZE, 0, dnssec_ok=False)
_NO_WAY: Final = "nobody listens there, or no way leads there"
