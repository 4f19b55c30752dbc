"""How upstreams are asked: several at once, ever fewer times, before it is too late, and for IPv6.

Whatever way an answer came by – fetched early, kept past its time, made for IPv6 – policy meets it
on its way out.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Network, ip_address

import pytest
from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, SOA, A, DNSRecord

from guardian.dns.answers import FAILURE_TTL
from guardian.dns.dns64 import LENGTHS, embedded
from guardian.dns.forwarder import Strategy
from guardian.dns.upstream import Flight, Upstream
from guardian.dns.view import ANYTHING, Schedule, Step, View
from tests.dns.house import (
    BLOCKED,
    GAMES,
    NO,
    NOBODY,
    REAL,
    House,
    bound,
    tell,
    where_nothing_is_listed,
)

PREFIX = IPv6Network("2001:db8:64::/96")
OPEN = Schedule([(0, View([]))])
NO_GAMES = Schedule([(0, View([Step(GAMES, NO)]))])


class Street(House):
    """A resolver with two upstreams."""

    def __init__(self, schedule: Schedule, strategy: Strategy = Strategy.FAILOVER) -> None:
        self.strategy = strategy
        self.second = bound()
        super().__init__(schedule)
        self.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])

    @property
    def servers(self) -> list[socket.socket]:
        return [self.upstream, self.second]

    def close(self) -> None:
        super().close()
        self.second.close()

    async def heard_by_second(self) -> tuple[DNSRecord, tuple[str, int]]:
        wire, sender = await asyncio.get_running_loop().sock_recvfrom(self.second, 4096)
        return DNSRecord.parse(wire), sender

    async def send(
        self, reply: DNSRecord, sender: tuple[str, int], *, second: bool = False
    ) -> None:
        sock = self.second if second else self.upstream
        await asyncio.get_running_loop().sock_sendto(sock, bytes(reply.pack()), sender)

    async def query(self, qname: str, qtype: str) -> None:
        wire = bytes(DNSRecord.question(qname, qtype).pack())
        address = self.listener.getsockname()
        await asyncio.get_running_loop().sock_sendto(self.client, wire, address)

    async def reply(self) -> DNSRecord:
        return DNSRecord.parse(await asyncio.get_running_loop().sock_recv(self.client, 4096))

    def all_are_games(self) -> None:
        self.resolver.swap(lambda _name, _qtype: ANYTHING | GAMES, NOBODY, [NO_GAMES])


def in_a_street(
    story: Callable[[Street], Awaitable[None]],
    strategy: Strategy = Strategy.FAILOVER,
    schedule: Schedule = NO_GAMES,
) -> None:
    tell(lambda: Street(schedule, strategy), story)


def test_in_parallel_the_first_good_answer_counts() -> None:
    async def story(street: Street) -> None:
        await street.ask("news.example")
        query, sender = await street.asked()
        other, elsewhere = await street.heard_by_second()
        assert query.q == other.q
        refused = query.reply()
        refused.header.rcode = RCODE.SERVFAIL
        await street.send(refused, sender)
        good = other.reply()
        good.add_answer(RR("news.example", QTYPE.A, rdata=A(REAL[0]), ttl=300))
        await street.send(good, elsewhere, second=True)
        assert await street.heard() == REAL

    in_a_street(story, Strategy.PARALLEL)


def test_the_fastest_is_asked_first() -> None:
    async def story(street: Street) -> None:
        forwarder = street.resolver.forwarder
        assert forwarder is not None
        slow, fast = forwarder.servers
        slow.sample(0.6)
        fast.sample(0.001)
        forwarder.tend()
        probed, _ = await street.asked()  # the slower one, now and then
        await street.ask("news.example")
        asked = {str(probed.q.qname)}
        query, sender = await street.heard_by_second()
        assert (asked, str(query.q.qname)) == ({"."}, "news.example.")
        await street.send(query.reply(), sender, second=True)

    async def used(street: Street) -> None:
        assert street.resolver.forwarder is not None
        for each in street.resolver.forwarder.servers:
            each.sent += 1
        await story(street)

    in_a_street(used, Strategy.FASTEST)


def test_a_silent_server_is_asked_three_times_and_the_failure_remembered() -> None:
    """RFC 9520, sections 3.1 and 3.2."""

    async def story(house: House) -> None:
        await house.ask("dead.example")
        reply = await asyncio.get_running_loop().sock_recv(house.client, 4096)
        assert DNSRecord.parse(reply).header.rcode == RCODE.SERVFAIL
        for _ in range(3):
            await house.asked()
        await house.ask("dead.example")  # answered from memory: nothing is sent
        assert await house.heard() == []
        with pytest.raises(BlockingIOError):
            house.upstream.recv(4096)
        house.time += FAILURE_TTL + 1
        await house.ask("dead.example")
        await house.answers(*await house.asked())
        assert await house.heard() == REAL

    where_nothing_is_listed(OPEN, story)


def test_one_that_was_ill_is_asked_whether_it_is_well_again() -> None:
    async def story(street: Street) -> None:
        forwarder = street.resolver.forwarder
        assert forwarder is not None
        ill = forwarder.servers[1]
        for _ in range(3):
            forwarder.unreachable(ill, [_flight(ill)], "it is silent")
        assert not ill.is_well
        ill.down_until = asyncio.get_running_loop().time() - 1
        forwarder.tend()
        query, sender = await street.heard_by_second()
        assert str(query.q.qname) == "."
        await street.send(query.reply(), sender, second=True)
        while not ill.is_well:
            await street.ask("news.example")
            await street.answers(*await street.asked())
            await street.heard()

    in_a_street(story)


def _flight(server: Upstream) -> Flight:
    """A question on its way to a server and nobody else."""
    flight = Flight()
    flight.key, flight.servers, flight.waiters = b"none", (server,), []
    flight.attempt, flight.out, flight.landed = 3, 1, False
    return flight


def test_what_is_in_use_is_fetched_before_it_ends_and_blocked_all_the_same() -> None:
    async def story(street: Street) -> None:
        await street.ask("news.example")
        await street.answers(*await street.asked())
        assert await street.heard() == REAL
        await street.ask("news.example")
        assert await street.heard() == REAL
        street.time += 280  # of 300
        await street.ask("news.example")
        assert await street.heard() == REAL  # at once
        newer = await street.asked()
        await street.answers(*newer, "192.0.2.99")
        street.time += 1
        await street.ask("news.example")
        found = await street.heard()
        while found == REAL:  # the newer one is still on its way
            street.time += 1
            await street.ask("news.example")
            found = await street.heard()
        assert found == ["192.0.2.99"]
        street.all_are_games()
        await street.ask("news.example")
        assert await street.heard() == BLOCKED

    in_a_street(story)


def test_what_is_kept_past_its_time_is_blocked_all_the_same() -> None:
    async def story(street: Street) -> None:
        await street.ask("news.example")
        await street.answers(*await street.asked())
        assert await street.heard() == REAL
        street.time += 1000
        await street.ask("news.example")  # nobody answers: 2.8 s
        assert await street.heard() == REAL
        street.all_are_games()
        await street.ask("news.example")
        assert await street.heard() == BLOCKED

    in_a_street(story)


def test_a_name_without_ipv6_gets_an_address_made_from_its_other_one() -> None:
    """RFC 6147, section 5.1; by its alias it is still judged."""

    async def story(street: Street) -> None:
        street.resolver.dns64 = PREFIX
        await street.query("old.example", "AAAA")
        query, sender = await street.asked()
        none = query.reply()
        none.add_auth(RR("example", QTYPE.SOA, rdata=SOA("ns.example", "h.example"), ttl=60))
        await street.send(none, sender)
        query, sender = await street.asked()
        assert query.q.qtype == QTYPE.A
        found = query.reply()
        found.add_answer(RR("old.example", QTYPE.CNAME, rdata=CNAME("far.example"), ttl=300))
        found.add_answer(RR("far.example", QTYPE.A, rdata=A("198.51.100.7"), ttl=300))
        await street.send(found, sender)
        for _ in range(3):
            reply = await street.reply()
            assert [str(each.rdata) for each in reply.rr] == [
                "far.example.",
                "2001:db8:64::c633:6407",
            ]
            assert max(each.ttl for each in reply.rr) <= 300
            await street.query("old.example", "AAAA")
        await street.reply()
        far = b"\3far\7example\0"
        street.resolver.swap(
            lambda name, _qtype: ANYTHING | GAMES * (name == far), NOBODY, [NO_GAMES]
        )
        await street.query("old.example", "AAAA")
        reply = await street.reply()
        assert [str(each.rdata) for each in reply.rr] == ["::"]

    in_a_street(story)


def test_a_name_with_ipv6_is_left_as_it_is() -> None:
    async def story(street: Street) -> None:
        street.resolver.dns64 = PREFIX
        await street.query("new.example", "AAAA")
        query, sender = await street.asked()
        reply = query.reply()
        reply.add_answer(RR("new.example", QTYPE.AAAA, rdata=AAAA("2001:db8::1"), ttl=300))
        await street.send(reply, sender)
        assert [str(each.rdata) for each in (await street.reply()).rr] == ["2001:db8::1"]

    in_a_street(story)


@pytest.mark.parametrize(
    ("length", "made"),
    [
        (32, "2001:db8:c000:221::"),
        (40, "2001:db8:1c0:2:21::"),
        (48, "2001:db8:122:c000:2:2100::"),
        (56, "2001:db8:122:3c0:0:221::"),
        (64, "2001:db8:122:344:c0:2:2100::"),
        (96, "2001:db8:122:344::192.0.2.33"),
    ],
)
def test_addresses_are_made_as_rfc_6052_has_them(length: int, made: str) -> None:
    assert length in LENGTHS
    prefix = IPv6Network((ip_address("2001:db8:122:344::").packed, length), strict=False)
    assert embedded(prefix, ip_address("192.0.2.33").packed) == ip_address(made).packed
