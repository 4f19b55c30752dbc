"""A resolver on real sockets, with a client and a server that a test speaks for."""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from dnslib import QTYPE, RR, A, DNSRecord

from guardian.dns.batch import Batch
from guardian.dns.cache import wire_cache
from guardian.dns.forwarder import Forwarder, Strategy
from guardian.dns.listeners.sockets import open_udp
from guardian.dns.listeners.udp import UdpListener
from guardian.dns.local import LocalNames
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.dns.upstream import Target
from guardian.dns.view import ANYTHING, Asker, Block, BlockAnswer, Schedule

GAMES = 1 << 4
NO = Block(BlockAnswer.ZERO, 10, (17, b"no"))
NOBODY = LocalNames({}, frozenset())
REAL, BLOCKED = ["192.0.2.1"], ["0.0.0.0"]


class House:
    """A resolver on real sockets. time: its clock; upstream: the socket of the server it asks."""

    strategy = Strategy.FAILOVER

    def __init__(self, schedule: Schedule, *, mixed_case: bool = False) -> None:
        self.readers = Readers(asyncio.get_running_loop())
        self.time = 100.0
        self.upstream = bound()
        self.client = bound()
        self.resolver = Resolver(1 << 20, lambda: self.time)
        self.resolver.forwarder = self.forwarder(mixed_case=mixed_case)
        self.listener = open_udp(("127.0.0.1", 0))
        udp = UdpListener(
            self.listener,
            self.resolver,
            wire_cache(1 << 20),
            Batch(),
            {},
            lambda _, wire: (Asker(schedule), wire),
        )
        self.resolver.channels.append(udp)
        self.readers.add(self.listener, udp.drain)

    def forwarder(self, *, mixed_case: bool = False) -> Forwarder:
        """A forwarder to the servers."""
        resolver = self.resolver
        return Forwarder(
            [Target(each.getsockname()) for each in self.servers],
            {},
            self.readers,
            random.Random(1),
            resolver.landed,
            resolver.flush,
            resolver.now,
            mixed_case=mixed_case,
            strategy=self.strategy,
        )

    @property
    def servers(self) -> list[socket.socket]:
        """Those that are asked."""
        return [self.upstream]

    async def asked(self) -> tuple[DNSRecord, tuple[str, int]]:
        """The next query that the upstream hears."""
        wire, sender = await asyncio.get_running_loop().sock_recvfrom(self.upstream, 4096)
        return DNSRecord.parse(wire), sender

    async def answers(
        self, query: DNSRecord, sender: tuple[str, int], address: str = REAL[0]
    ) -> None:
        """The upstream's answer to a query."""
        reply = query.reply(ra=1, aa=0)
        reply.add_answer(RR(str(query.q.qname), QTYPE.A, rdata=A(address), ttl=300))
        await asyncio.get_running_loop().sock_sendto(self.upstream, bytes(reply.pack()), sender)

    async def ask(self, qname: str) -> None:
        """A client's query."""
        query = DNSRecord.question(qname)
        await asyncio.get_running_loop().sock_sendto(
            self.client, bytes(query.pack()), self.listener.getsockname()
        )

    async def heard(self) -> list[str]:
        """The addresses in the next reply to the client."""
        wire = await asyncio.get_running_loop().sock_recv(self.client, 4096)
        return [str(record.rdata) for record in DNSRecord.parse(wire).rr]

    def close(self) -> None:
        assert self.resolver.forwarder
        self.resolver.forwarder.close()
        self.readers.close()
        for sock in (self.upstream, self.client, self.listener):
            sock.close()


def bound() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    sock.bind(("127.0.0.1", 0))
    return sock


class Closing(Protocol):
    def close(self) -> None: ...


Scene = TypeVar("Scene", bound=Closing)


def tell(
    scene: Callable[[], Scene], story: Callable[[Scene], Awaitable[None]], seconds: float = 20
) -> None:
    """Make a scene where a loop runs, and tell a story in it, which ends by then."""

    async def told() -> None:
        there = scene()
        try:
            async with asyncio.timeout(seconds):
                await story(there)
        finally:
            there.close()

    asyncio.run(told())


def in_a_house(
    schedule: Schedule, story: Callable[[House], Awaitable[None]], *, mixed_case: bool = False
) -> None:
    tell(lambda: House(schedule, mixed_case=mixed_case), story, 10)


def where_nothing_is_listed(schedule: Schedule, story: Callable[[House], Awaitable[None]]) -> None:
    """In a house for whose resolver every name is an ordinary one."""

    def house() -> House:
        made = House(schedule)
        made.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
        return made

    tell(house, story)
