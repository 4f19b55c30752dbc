"""More questions than can be answered: what is kept has a bound, and one server's is not another's.

The servers here are sockets that nobody reads from.
"""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count

import pytest
from dnslib import DNSRecord

from guardian.dns.answers import Answer, Plain
from guardian.dns.batch import SLOTS
from guardian.dns.forwarder import MOST_FLIGHTS, MOST_JOINED, Forwarder
from guardian.dns.listeners.sockets import is_half_full
from guardian.dns.listeners.udp import UdpListener
from guardian.dns.query import Query, parse_query
from guardian.dns.readers import Readers
from guardian.dns.upstream import Flight, Target, Transport
from guardian.dns.view import Schedule, View
from guardian.names import to_wire
from tests.dns.house import REAL, House, bound, tell, where_nothing_is_listed
from tests.dns.rfc import wires


class Crowd:
    """A forwarder with a server for slow.example and one for the rest. landed: what came."""

    def __init__(self, transport: Transport) -> None:
        self.readers = Readers(asyncio.get_running_loop())
        self.socks = [bound(), bound()]
        rest, slow = (Target(each.getsockname(), transport) for each in self.socks)
        self.landed: list[Flight] = []
        self.forwarder = Forwarder(
            [rest], {to_wire("slow.example"): [slow]}, self.readers, random.Random(1),
            self.land, lambda: None, lambda: 100,
        )  # fmt: skip

    def land(self, flight: Flight, _answer: Answer | Plain) -> None:
        self.landed.append(flight)

    def ask(self, qname: str) -> bool:
        query = query_for(qname)
        return self.forwarder.ask(query.key, query.question, query.form, None, query.name)

    def late(self) -> int:
        """How many late answers are still looked out for."""
        ports = [port for server in self.forwarder.servers for port in server._ports]  # type: ignore[attr-defined]
        return sum(len(port.late) for port in ports)

    def close(self) -> None:
        self.forwarder.close()
        self.readers.close()
        for each in self.socks:
            each.close()


def query_for(qname: str) -> Query:
    return parse_query(wires.query(wires.question(qname, 1))[2:])


def in_a_crowd(
    story: Callable[[Crowd], Awaitable[None]], transport: Transport = Transport.UDP
) -> None:
    tell(lambda: Crowd(transport), story, 60)


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_a_server_that_is_slow_leaves_the_others_their_room(transport: Transport) -> None:
    async def story(crowd: Crowd) -> None:
        taken = [crowd.ask(f"n{number}.slow.example") for number in range(MOST_FLIGHTS + 100)]
        assert taken == [True] * MOST_FLIGHTS + [False] * 100
        assert all(crowd.ask(f"n{number}.open.example") for number in range(100))

    in_a_crowd(story, transport)


def test_many_who_ask_the_same_have_a_bound_and_find_room_again() -> None:
    async def story(crowd: Crowd) -> None:
        taken = [crowd.ask("same.slow.example") for _ in range(MOST_JOINED + 100)]
        assert taken == [True] * (MOST_JOINED + 1) + [False] * 99
        while not crowd.landed:
            crowd.forwarder.flush()
            await asyncio.sleep(0.05)
        assert crowd.ask("same.slow.example")
        assert crowd.ask("same.slow.example")

    in_a_crowd(story)


def test_of_what_nobody_waits_for_any_more_little_is_kept() -> None:
    async def story(crowd: Crowd) -> None:
        asked = 0
        while len(crowd.landed) < 3 * MOST_FLIGHTS:
            while crowd.ask(f"n{asked}.slow.example"):
                asked += 1
            crowd.forwarder.flush()
            await asyncio.sleep(0.05)
        crowd.forwarder.tend()
        assert crowd.late() <= 3 * MOST_FLIGHTS  # each that is out was sent three times at most

    in_a_crowd(story)


def test_who_asks_for_known_names_has_no_part_in_a_flood_of_new_ones() -> None:
    schedule = Schedule([(0, View([]))])
    numbers = count()

    async def story(house: House) -> None:
        (udp,) = house.resolver.channels
        assert isinstance(udp, UdpListener)
        await house.ask("known.example")
        await house.answers(*await house.asked())
        assert await house.heard() == REAL
        await house.ask("known.example")  # what is asked for twice is known
        assert await house.heard() == REAL

        def come(many: int) -> None:
            for _ in range(many):
                packet = DNSRecord.question(f"n{next(numbers)}.example").pack()
                house.client.sendto(bytes(packet), house.listener.getsockname())

        def looked_up() -> int:
            """How many of those who wait."""
            udp.drain()
            return sum(1 for _ in iter(partial(taken, house.upstream), b""))

        for _ in range(3):  # many at once are no flood
            come(2 * SLOTS)
            assert looked_up() == 2 * SLOTS
        come(8 * SLOTS)
        assert looked_up() > 16
        await house.ask("known.example")
        while not is_half_full(house.listener):
            come(8)
        assert looked_up() == 16
        assert await house.heard() == REAL
        while looked_up():
            pass
        come(60)
        assert looked_up() == 60, "it is over"

    where_nothing_is_listed(schedule, story)


def taken(sock: socket.socket) -> bytes:
    """A packet that waits, or none."""
    try:
        return sock.recv(4096)
    except BlockingIOError:
        return b""
