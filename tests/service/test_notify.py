"""Primaries say that a zone changed; strangers say what they want."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from guardian.lists.source import Source
from guardian.lists.transfer import message as dns
from guardian.lists.transfer.keys import key_of
from guardian.lists.transfer.message import HEADER, QUESTION
from guardian.lists.transfer.pace import BURST, Pace
from guardian.lists.transfer.tsig import Conversation
from guardian.names import to_wire
from guardian.service.notify import NotifyListener
from guardian.settings.endpoints import Endpoint
from tests.end_to_end.conftest import free_port
from tests.lists.transfer.conftest import OTHER_SECRET, ZONE, source, tsig

NUMBER = 7


def notify(zone: str = ZONE, opcode: int = dns.NOTIFY, qtype: int = dns.SOA) -> bytes:
    flags = opcode << 11 | dns.AA
    return HEADER.pack(NUMBER, flags, 1, 0, 0, 0) + to_wire(zone) + QUESTION.pack(qtype, dns.IN)


def with_serial(serial: int) -> bytes:
    """A NOTIFY that says which version is new, as knot does."""
    record = dns.query(NUMBER, ZONE, dns.IXFR, serial)[len(dns.query(NUMBER, ZONE, dns.IXFR)) :]
    counted = HEADER.pack(NUMBER, dns.NOTIFY << 11 | dns.AA, 1, 1, 0, 0)
    return counted + notify()[HEADER.size :] + record


Told = list[tuple[str, str, int | None]]


@asynccontextmanager
async def listening(*sources: Source) -> AsyncIterator[tuple[int, Told, list[str]]]:
    """The port, what was notified, and what was complained of."""
    told: Told = []
    problems: list[str] = []
    port = free_port()
    listener = NotifyListener(lambda *said: told.append(said), problems.append)
    listener.follow(Endpoint(ip_address("127.0.0.1"), port), sources)
    try:
        yield port, told, problems
    finally:
        listener.close()


def over_udp(port: int, wire: bytes, client: str = "127.0.0.1") -> bytes:
    """The reply; nothing where none comes before that to a question which is answered for sure."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.5)
        asking.bind((client, 0))
        asking.sendto(wire, ("127.0.0.1", port))
        try:
            return asking.recv(1500)
        except TimeoutError:
            return b""


def over_tcp(port: int, wire: bytes, client: str = "127.0.0.1") -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5, (client, 0)) as asking:
        try:
            asking.sendall(len(wire).to_bytes(2, "big") + wire)
            return asking.recv(1500)[2:]
        except ConnectionError:
            return b""


Way = Callable[..., bytes]


@pytest.mark.parametrize("way", [over_udp, over_tcp])
def test_a_primary_is_heard_and_answered(way: Way) -> None:
    async def talk() -> None:
        async with listening(source(53)) as (port, told, _):
            reply = dns.read(await asyncio.to_thread(way, port, notify()))
            assert (reply.id, reply.opcode, reply.rcode) == (NUMBER, dns.NOTIFY, 0)
            assert reply.flags & dns.QR
            assert reply.questions == ((ZONE.encode(), dns.SOA),)
            assert told == [("zone", "127.0.0.1", None)]
            await asyncio.to_thread(way, port, with_serial(9))
            assert told[1:] == [("zone", "127.0.0.1", 9)]

    asyncio.run(talk())


@pytest.mark.parametrize("way", [over_udp, over_tcp])
@pytest.mark.parametrize(
    ("wire", "client"),
    [
        (notify(), "127.0.0.2"),  # a stranger
        (notify("other.example"), "127.0.0.1"),
        (notify(opcode=dns.QUERY), "127.0.0.1"),
        (notify(qtype=dns.CNAME), "127.0.0.1"),
        (notify()[:-1], "127.0.0.1"),
        (b"\0" * 12, "127.0.0.1"),
        (b"x", "127.0.0.1"),
    ],
)
def test_nothing_else_is(way: Way, wire: bytes, client: str) -> None:
    async def talk() -> None:
        async with listening(source(53)) as (port, told, _):
            assert await asyncio.to_thread(way, port, wire, client) == b""
            assert not told

    asyncio.run(talk())


def test_a_signed_one(tmp_path: Path) -> None:
    tmp_path.joinpath("other").mkdir()
    key, other = key_of(tsig(tmp_path)), key_of(tsig(tmp_path / "other", OTHER_SECRET))

    async def talk() -> None:
        async with listening(source(53, tsig(tmp_path))) as (port, told, _):
            now = int(time.time())
            signed = Conversation(key)
            reply = await asyncio.to_thread(over_udp, port, signed.sign(notify(), now))
            signed.hear(dns.read(reply), now)  # raises where the answer is not signed
            assert len(told) == 1
            assert not await asyncio.to_thread(over_udp, port, notify())
            wrong = Conversation(other).sign(notify(), now)
            assert not await asyncio.to_thread(over_udp, port, wrong)
            old = Conversation(key).sign(notify(), now - 400)
            assert not await asyncio.to_thread(over_udp, port, old)
            assert len(told) == 1

    asyncio.run(talk())


def test_many_at_once_are_a_few() -> None:
    async def talk() -> None:
        async with listening(source(53)) as (port, told, _):
            for _ in range(4 * BURST):
                assert await asyncio.to_thread(over_udp, port, notify())
            assert len(told) == BURST

    asyncio.run(talk())


def test_each_pace() -> None:
    pace = Pace(100.0)
    assert [pace.wait(100.0) for _ in range(BURST + 2)] == [0.0] * BURST + [10.0, 20.0]
    assert pace.wait(1000.0) == 0.0


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    async def talk() -> None:
        missing = replace(tsig(tmp_path), secret_file=tmp_path / "missing")
        async with listening(source(53, missing)) as (_, _, problems):
            assert str(tmp_path / "missing") in problems[0]
            listener = NotifyListener(lambda *_: None, problems.append)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
                taken.bind(("127.0.0.1", 0))
                where = Endpoint(ip_address("127.0.0.1"), taken.getsockname()[1])
                listener.follow(where, [])
            assert "give another address under lists.notify" in problems[1]

    asyncio.run(talk())


def test_another_address_is_followed() -> None:
    async def talk() -> None:
        told: Told = []
        ports = free_port(), free_port()
        listener = NotifyListener(lambda *said: told.append(said), pytest.fail)
        for port in ports:
            listener.follow(Endpoint(ip_address("127.0.0.1"), port), [source(53)])
        assert not await asyncio.to_thread(over_udp, ports[0], notify())
        assert await asyncio.to_thread(over_udp, ports[1], notify())
        listener.follow(None, [source(53)])
        assert not await asyncio.to_thread(over_udp, ports[1], notify())

    asyncio.run(talk())
