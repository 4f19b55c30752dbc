"""Policy meets an answer on its way out: whatever spelling it was asked in, whatever the hour."""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable

from dnslib import QTYPE, RR, A, DNSRecord

from guardian.dns.batch import Batch
from guardian.dns.cache import wire_cache
from guardian.dns.forwarder import Forwarder
from guardian.dns.listeners.sockets import open_udp
from guardian.dns.listeners.udp import UdpListener
from guardian.dns.local import LocalNames
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.dns.upstream import Target
from guardian.dns.view import ANYTHING, ILLEGAL, Asker, Block, BlockAnswer, Schedule, Step, View

GAMES = 1 << 4
NO = Block(BlockAnswer.ZERO, 10, (17, b"no"))
NOBODY = LocalNames({}, frozenset())
REAL, BLOCKED = ["192.0.2.1"], ["0.0.0.0"]


class House:
    """A resolver on real sockets. time: its clock; upstream: the socket of the server it asks."""

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
        """A forwarder to the one server."""
        resolver, address = self.resolver, self.upstream.getsockname()
        return Forwarder(
            [Target(address)],
            {},
            self.readers,
            random.Random(1),
            resolver.landed,
            resolver.flush,
            resolver.now,
            mixed_case=mixed_case,
        )

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


def in_a_house(
    schedule: Schedule, story: Callable[[House], Awaitable[None]], *, mixed_case: bool = False
) -> None:
    async def told() -> None:
        house = House(schedule, mixed_case=mixed_case)
        try:
            async with asyncio.timeout(10):
                await story(house)
        finally:
            house.close()

    asyncio.run(told())


def test_a_new_list_reaches_every_spelling_of_a_cached_name() -> None:
    schedule = Schedule([(0, View([Step(GAMES, NO)]))])
    spellings = ["play.example", "Play.Example"]

    async def story(house: House) -> None:
        house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
        await house.ask(spellings[0])
        await house.answers(*await house.asked())
        assert await house.heard() == REAL
        for _ in range(2):
            for spelling in spellings:
                await house.ask(spelling)
                assert await house.heard() == REAL
        house.resolver.swap(lambda _name, _qtype: ANYTHING | GAMES, NOBODY, [schedule])
        for spelling in spellings:
            await house.ask(spelling)
            assert await house.heard() == BLOCKED

    in_a_house(schedule, story)


def test_no_case_is_made_of_who_met_illegal_content() -> None:
    schedule = Schedule([(0, View([Step(ILLEGAL, NO), Step(GAMES, NO)]))])
    asker = Asker(schedule)

    async def story(house: House) -> None:
        udp = house.resolver.channels[-1]
        assert isinstance(udp, UdpListener)
        udp.askers[socket.inet_aton("127.0.0.1")] = asker
        everything_open(house, schedule)
        await house.ask("alias.example")
        await house.answers(*await house.asked())
        assert await house.heard() == REAL
        for bit, counted in ((ILLEGAL, 0), (GAMES, 3)):
            house.resolver.swap(all_are(ANYTHING | bit), NOBODY, [schedule])
            asker.blocked = 0
            for _ in range(3):  # the packet loop answers all but the first
                await house.ask("alias.example")
                assert await house.heard() == BLOCKED
            assert asker.blocked == counted

    in_a_house(schedule, story)


def test_bedtime_that_comes_while_a_question_is_on_its_way_counts() -> None:
    schedule = Schedule([(0, View([])), (101, View([Step(ANYTHING, NO)]))])

    async def story(house: House) -> None:
        house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
        await house.ask("news.example")
        query, sender = await house.asked()
        house.time = 101.0
        await house.answers(query, sender)
        assert await house.heard() == BLOCKED

    in_a_house(schedule, story)


def all_are(mask: int) -> Callable[[bytes, int], int]:
    """Every name is of this kind."""
    return lambda _name, _qtype: mask


def everything_open(house: House, schedule: Schedule) -> None:
    house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])


def test_an_answer_counts_that_comes_after_its_time_out() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        await house.ask("slow.example")
        first = await house.asked()
        second = await house.asked()
        assert first[0].q == second[0].q
        await house.answers(*first)
        assert await house.heard() == REAL

    in_a_house(schedule, story)


def test_a_question_on_its_way_outlives_a_change_of_upstreams() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        await house.ask("slow.example")
        query = await house.asked()
        old, house.resolver.forwarder = house.resolver.forwarder, house.forwarder()
        assert old
        old.retire()
        await house.answers(*query)
        assert await house.heard() == REAL
        old.close()

    in_a_house(schedule, story)


def test_an_answer_in_other_letters_than_the_question_is_forged() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        await house.ask("a-long-name-in-mixed-letters.example")
        query, sender = await house.asked()
        spelt = str(query.q.qname)
        assert spelt != spelt.lower()
        forged = DNSRecord.question(spelt.lower())
        forged.header.id = query.header.id
        await house.answers(forged, sender, "203.0.113.66")
        query.q.qname = spelt
        await house.answers(query, sender)
        assert await house.heard() == REAL

    in_a_house(schedule, story, mixed_case=True)
