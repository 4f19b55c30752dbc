"""Connections on real sockets: pieces, pipelines, answers out of order, and who is cut off."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from dnslib import DNSRecord

from guardian.dns.cache import wire_cache
from guardian.dns.listeners.framed import Framed
from guardian.dns.listeners.guests import Guests
from guardian.dns.listeners.sockets import open_tcp
from guardian.dns.listeners.streams import Connection, Limits, Seal, StreamListener, Talk
from guardian.dns.view import ANYTHING, Asker, Schedule, View
from tests.dns.house import NOBODY, House, in_a_house


@contextmanager
def streaming(
    house: House,
    limits: Limits,
    talk: Callable[[Connection], Talk] = Framed,
    seal: Callable[[], Seal | None] | None = None,
    guests: Guests | None = None,
) -> Iterator[StreamListener]:
    """The house listens on streams too."""
    schedule = Schedule([(0, View([]))])
    house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
    sock = open_tcp(("127.0.0.1", 0))
    listener = StreamListener(
        sock, house.resolver, wire_cache(1 << 20),
        guests or Guests({}, lambda _, wire: (Asker(schedule), wire)), house.readers, talk, limits,
        seal,
    )  # fmt: skip
    house.resolver.channels.append(listener)
    loop = asyncio.get_running_loop()
    loop.add_reader(sock, listener.accept)
    try:
        yield listener
    finally:
        loop.remove_reader(sock)
        listener.close_those(lambda _: True)
        sock.close()


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(listener: StreamListener) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection(*listener.sock.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def message(ident: int, qname: str) -> bytes:
    query = DNSRecord.question(qname)
    query.header.id = ident
    wire = bytes(query.pack())
    return len(wire).to_bytes(2) + wire


async def heard(reader: asyncio.StreamReader) -> DNSRecord:
    size = int.from_bytes(await reader.readexactly(2))
    return DNSRecord.parse(await reader.readexactly(size))


def with_streams(
    story: Callable[[House, StreamListener], Awaitable[None]],
    limits: Limits | None = None,
    guests: Guests | None = None,
) -> None:
    async def told(house: House) -> None:
        with streaming(house, limits or Limits(), guests=guests) as listener:
            await story(house, listener)

    in_a_house(Schedule([(0, View([]))]), told)


def test_later_questions_do_not_wait_for_slow_ones() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(message(1, "slow.example") + message(2, "fast.example"))
            questions = [await house.asked(), await house.asked()]
            asked = {str(query.q.qname): (query, sender) for query, sender in questions}
            for name, ident in (("fast.example.", 2), ("slow.example.", 1)):
                await house.answers(*asked[name])
                reply = await heard(reader)
                assert (int(reply.header.id), str(reply.q.qname)) == (ident, name)

    with_streams(story)


def test_a_message_may_come_byte_by_byte_and_many_in_one_piece() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            for byte in message(7, "slowly.example"):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)
            await house.answers(*await house.asked())
            assert (await heard(reader)).header.id == 7
            many = range(100, 1100)
            writer.write(b"".join(message(ident, "slowly.example") for ident in many))
            assert [int((await heard(reader)).header.id) for _ in many] == [*many]

    with_streams(story)


def test_what_is_no_query_gets_nothing_and_does_no_harm() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(b"\0\0" + b"\0\1x" + b"\0\2id" + message(3, "after.example"))
            await house.answers(*await house.asked())
            assert (await heard(reader)).header.id == 3

    with_streams(story)


def test_one_client_cannot_have_all_connections() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with (
            connected(listener) as first,
            connected(listener),
            connected(listener) as third,
        ):
            assert await third[0].read() == b""
            first[1].write(message(1, "one.example"))
            await house.answers(*await house.asked())
            assert (await heard(first[0])).header.id == 1

    with_streams(story, Limits(each=2))


def test_who_is_not_welcome_is_left_before_a_word() -> None:
    async def story(_: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, _writer):
            assert await reader.read() == b""
        assert len(listener) == 0

    nobody = Guests({}, lambda _, wire: (None, wire), welcome=lambda _: False)
    with_streams(story, guests=nobody)


def test_who_is_to_hear_nothing_does_not_wait_for_it() -> None:
    async def story(_: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(message(1, "one.example"))
            assert await reader.read() == b""
        assert len(listener) == 0

    with_streams(story, guests=Guests({}, lambda _, _wire: (None, b"")))


def test_who_never_ends_a_message_is_cut_off() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(message(1, "whole.example"))
            await house.answers(*await house.asked())
            await heard(reader)
            while len(listener):  # a byte now and then, and never a whole message
                writer.write(b"\xff")
                listener.close_idle()
                await asyncio.sleep(0.01)

    with_streams(story, Limits(idle=0.05))


def test_who_asks_and_does_not_read_is_cut_off() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(message(1, "big.example"))
            await house.answers(*await house.asked())
            await heard(reader)
        many = b"".join(message(n, "big.example") for n in range(2000))
        loop = asyncio.get_running_loop()
        with socket.socket() as sock:
            sock.setblocking(False)
            await loop.sock_connect(sock, listener.sock.getsockname())
            with suppress(ConnectionError):
                while True:
                    await loop.sock_sendall(sock, many)

    with_streams(story)
