"""What was true until a moment ago, where nobody says better: RFC 8767. The clock is the test's."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from dnslib import QTYPE, RCODE, RR, SOA, A, DNSRecord

from guardian.dns.answers import MAX_STALE, STALE_TTL
from guardian.dns.view import ANYTHING, Schedule, Step, View
from tests.dns.house import GAMES, NO, NOBODY, REAL, House, where_nothing_is_listed
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import addresses, ede

QNAME = "www.open.example"
TTL = 300
STALE, FILTERED = 3, 17


def in_a_house(story: Callable[[House], Awaitable[None]]) -> None:
    where_nothing_is_listed(Schedule([(0, View([Step(GAMES, NO)]))]), story)


async def ask(house: House) -> None:
    wire = wires.query(wires.question(QNAME, 1), wires.opt())
    await asyncio.get_running_loop().sock_sendto(house.client, wire, house.listener.getsockname())


async def reply(house: House) -> DNSRecord:
    return DNSRecord.parse(await asyncio.get_running_loop().sock_recv(house.client, 4096))


async def upstream_says(house: House, rcode: int, address: str = "") -> None:
    """Its answer to the next query that it hears."""
    query, sender = await house.asked()
    said = query.reply(ra=1, aa=0)
    said.header.rcode = rcode
    if address:
        said.add_answer(RR(QNAME, QTYPE.A, rdata=A(address), ttl=TTL))
    elif rcode == RCODE.NXDOMAIN:
        said.add_auth(RR("example", QTYPE.SOA, rdata=SOA("ns.example", "host.example"), ttl=TTL))
    await asyncio.get_running_loop().sock_sendto(house.upstream, bytes(said.pack()), sender)


async def what_comes(house: House, seconds: float, rcode: int, address: str = "") -> DNSRecord:
    """An answer becomes so old; then what a client is told while the upstream says this."""
    await ask(house)
    await upstream_says(house, RCODE.NOERROR, REAL[0])
    assert addresses(await reply(house)) == REAL
    house.time += seconds
    await ask(house)
    await upstream_says(house, rcode, address)
    return await reply(house)


@pytest.mark.parametrize("rcode", [RCODE.SERVFAIL, RCODE.REFUSED])
def test_rfc8767_a_failure_gives_way_to_what_was_true(rcode: int) -> None:
    async def story(house: House) -> None:
        told = await what_comes(house, TTL + 10, rcode)
        assert (told.header.rcode, addresses(told), ede(told)) == (0, REAL, [STALE])
        assert [each.ttl for each in told.rr] == [STALE_TTL]  # section 4: 30 seconds

    in_a_house(story)


def test_rfc8767_what_the_upstream_says_now_counts() -> None:
    async def story(house: House) -> None:
        told = await what_comes(house, TTL + 10, RCODE.NOERROR, "192.0.2.99")
        assert (addresses(told), ede(told)) == (["192.0.2.99"], [])
        house.time += TTL + 10
        await ask(house)
        await upstream_says(house, RCODE.NXDOMAIN)  # section 4: no failure, but a no
        told = await reply(house)
        assert (told.header.rcode, addresses(told), ede(told)) == (RCODE.NXDOMAIN, [], [])

    in_a_house(story)


@pytest.mark.parametrize(
    ("seconds", "given"),
    [(TTL + MAX_STALE - 1, REAL), (TTL + MAX_STALE, [])],
)
def test_rfc8767_nothing_is_given_longer_than_a_day(seconds: int, given: list[str]) -> None:
    async def story(house: House) -> None:
        told = await what_comes(house, seconds, RCODE.SERVFAIL)
        assert addresses(told) == given
        assert told.header.rcode == (0 if given else RCODE.SERVFAIL)

    in_a_house(story)


def test_rfc8767_a_server_that_is_silent_is_waited_for_once() -> None:
    """Section 5: a client hears in time; then nobody waits for who is known to be away."""

    async def story(house: House) -> None:
        await ask(house)
        await upstream_says(house, RCODE.NOERROR, REAL[0])
        assert addresses(await reply(house)) == REAL
        house.time += TTL + 10
        await ask(house)
        told = await reply(house)
        assert (addresses(told), ede(told)) == (REAL, [STALE])
        forwarder = house.resolver.forwarder
        assert forwarder
        assert not forwarder.servers[0].is_well
        sent = forwarder.servers[0].sent
        await ask(house)
        assert ede(await reply(house)) == [STALE]
        assert forwarder.servers[0].sent == sent

    in_a_house(story)


def test_rfc8767_a_block_counts_for_what_is_stale_too() -> None:
    async def story(house: House) -> None:
        schedule = Schedule([(0, View([Step(GAMES, NO)]))])
        await ask(house)
        await upstream_says(house, RCODE.NOERROR, REAL[0])
        await reply(house)
        house.time += TTL + 10
        house.resolver.swap(lambda _name, _qtype: ANYTHING | GAMES, NOBODY, [schedule])
        await ask(house)
        told = await reply(house)
        assert (addresses(told), ede(told)) == (["0.0.0.0"], [FILTERED])

    in_a_house(story)
