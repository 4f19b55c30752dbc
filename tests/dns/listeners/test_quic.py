"""DNS over QUIC and HTTP/3 on real sockets, with clients by aioquic."""

import asyncio
import socket
import ssl
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest
from dnslib import EDNS0, DNSRecord, EDNSOption

pytest.importorskip("aioquic", reason="the extra guardian[quic] is not installed")

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import (
    ConnectionTerminated,
    QuicEvent,
    StreamDataReceived,
    StreamReset,
)

from guardian.dns.cache import wire_cache
from guardian.dns.listeners.guests import Guests
from guardian.dns.listeners.https import Site
from guardian.dns.listeners.quic import QuicListener
from guardian.dns.listeners.sockets import open_udp
from guardian.dns.listeners.streams import Limits
from guardian.dns.quic import doq, endpoint, http3
from guardian.dns.quic.certificate import BadCertificate, configuration
from guardian.dns.view import ANYTHING, Asker, Schedule, View
from tests.certificates import self_signed
from tests.dns.house import NOBODY, House, in_a_house


@lru_cache(1)
def pem() -> bytes:
    """A certificate for nobody in particular, with its key."""
    return b"".join(self_signed("home.example", datetime.now(UTC) + timedelta(days=9)))


@contextmanager
def listening(
    house: House, limits: Limits, site: Site, guests: Guests | None = None
) -> Iterator[QuicListener]:
    schedule = Schedule([(0, View([]))])
    house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
    sock = open_udp(("127.0.0.1", 0))
    listener = QuicListener(
        sock, house.resolver, wire_cache(1 << 20),
        guests or Guests({}, lambda _, wire: (Asker(schedule), wire)), lambda: site, limits,
    )  # fmt: skip
    listener.use(configuration(pem()))
    house.resolver.channels.append(listener)
    house.readers.add(sock, listener.drain)
    try:
        yield listener
    finally:
        listener.close()
        house.readers.remove(sock)
        sock.close()


def with_quic(
    story: Callable[[House, QuicListener], Awaitable[None]],
    limits: Limits | None = None,
    site: Site | None = None,
    guests: Guests | None = None,
) -> None:
    async def told(house: House) -> None:
        with listening(house, limits or Limits(), site or Site(), guests) as listener:
            await story(house, listener)

    in_a_house(Schedule([(0, View([]))]), told)


class Client(QuicConnectionProtocol):
    """What came of each stream, and how the connection ended."""

    def __init__(self, quic: QuicConnection, stream_handler: object = None) -> None:
        super().__init__(quic)
        is_http = quic.configuration.alpn_protocols == [http3.ALPN]
        self.h3 = H3Connection(quic) if is_http else None
        self.heads: dict[int, dict[bytes, bytes]] = {}
        self.came: dict[int, bytes] = {}
        self.whole: asyncio.Queue[int] = asyncio.Queue()
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def quic_event_received(self, event: QuicEvent) -> None:
        if self.h3 is not None:
            self._take_http(event)
        elif isinstance(event, StreamDataReceived):
            self.came[event.stream_id] = self.came.get(event.stream_id, b"") + event.data
            if event.end_stream:
                self.whole.put_nowait(event.stream_id)
        elif isinstance(event, StreamReset):
            self.whole.put_nowait(-event.error_code)
        if isinstance(event, ConnectionTerminated) and not self.ended.done():
            self.ended.set_result(event.error_code)

    def _take_http(self, event: QuicEvent) -> None:
        assert self.h3 is not None
        for each in self.h3.handle_event(event):
            if isinstance(each, HeadersReceived):
                self.heads[each.stream_id] = dict(each.headers)
            elif isinstance(each, DataReceived):
                self.came[each.stream_id] = self.came.get(each.stream_id, b"") + each.data
            if isinstance(each, HeadersReceived | DataReceived) and each.stream_ended:
                self.whole.put_nowait(each.stream_id)

    def say(self, data: bytes, *, end: bool = True, one_way: bool = False) -> int:
        stream = self._quic.get_next_available_stream_id(is_unidirectional=one_way)
        self._quic.send_stream_data(stream, data, end_stream=end)
        self.transmit()
        return stream

    def add(self, stream: int, data: bytes, *, end: bool) -> None:
        self._quic.send_stream_data(stream, data, end_stream=end)
        self.transmit()


@asynccontextmanager
async def connected(
    listener: QuicListener, alpn: str = doq.ALPN, name: str | None = None
) -> AsyncIterator[Client]:
    settings = QuicConfiguration(alpn_protocols=[alpn], verify_mode=ssl.CERT_NONE, server_name=name)
    host, port = listener.sock.getsockname()
    async with connect(host, port, configuration=settings, create_protocol=Client) as client:
        assert isinstance(client, Client)
        yield client


def query(qname: str, ident: int = 0) -> bytes:
    record = DNSRecord.question(qname)
    record.header.id = ident
    return bytes(record.pack())


def with_option(code: int) -> bytes:
    record = DNSRecord.parse(query("a.example"))
    record.add_ar(EDNS0(opts=[EDNSOption(code, b"")]))
    return bytes(record.pack())


def framed(wire: bytes) -> bytes:
    return len(wire).to_bytes(2) + wire


def test_each_stream_gets_its_reply_in_any_order() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener) as client:
            slow, fast = client.say(framed(query("slow.example"))), client.say(b"", end=False)
            for byte in framed(query("fast.example")):
                client.add(fast, bytes([byte]), end=False)
            client.add(fast, b"", end=True)
            asked = {str(each.q.qname): (each, sender) for each, sender in
                     [await house.asked(), await house.asked()]}  # fmt: skip
            for name, stream in (("fast.example.", fast), ("slow.example.", slow)):
                await house.answers(*asked[name])
                assert await client.whole.get() == stream
                came = client.came[stream]
                reply = DNSRecord.parse(came[2:])
                assert (int.from_bytes(came[:2]), reply.header.id) == (len(came) - 2, 0)
                assert str(reply.q.qname) == name

    with_quic(story)


def test_replies_are_padded_where_the_query_was() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener) as client:
            for number in range(2):  # one that is waited for, and one that is known
                stream = client.say(framed(with_option(12)))
                if not number:
                    await house.answers(*await house.asked())
                assert await client.whole.get() == stream
                assert (len(client.came[stream]) - 2) % 468 == 0

    with_quic(story)


def test_more_queries_than_streams_are_open_at_once_are_all_answered() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener) as client:
            client.say(framed(query("one.example")))
            await house.answers(*await house.asked())
            await client.whole.get()
            for _ in range(3):
                streams = {client.say(framed(query("one.example"))) for _ in range(100)}
                assert {await client.whole.get() for _ in streams} == streams

    with_quic(story)


@pytest.mark.parametrize(
    ("data", "one_way"),
    [
        (framed(query("a.example", ident=7)), False),
        (framed(query("a.example")) + b"x", False),
        (framed(query("a.example"))[:-1], False),
        (b"", False),
        (b"\0\5short", False),
        (framed(query("a.example")) * 2, False),
        (framed(query("a.example")), True),
        (framed(with_option(11)), False),  # edns-tcp-keepalive
    ],
)
def test_who_breaks_the_rules_is_left(data: bytes, *, one_way: bool) -> None:
    async def story(_: House, listener: QuicListener) -> None:
        async with connected(listener) as client:
            client.say(data, one_way=one_way)
            assert await client.ended == doq.PROTOCOL_ERROR

    with_quic(story)


def test_a_query_that_is_called_off_is_forgotten_and_the_others_go_on() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener) as client:
            off = client.say(framed(query("off.example")))
            question = await house.asked()
            client._quic.stop_stream(off, doq.REQUEST_CANCELLED)
            client.transmit()
            assert await client.whole.get() == -doq.REQUEST_CANCELLED
            await house.answers(*question)
            stream = client.say(framed(query("off.example")))
            assert await client.whole.get() == stream

    with_quic(story)


def test_one_client_cannot_have_all_connections() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener) as first, connected(listener):
            settings = QuicConfiguration(alpn_protocols=[doq.ALPN], verify_mode=ssl.CERT_NONE)
            third = QuicConnection(configuration=settings)
            third.connect(listener.sock.getsockname(), now=0.0)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                for data, address in third.datagrams_to_send(now=0.0):
                    sock.sendto(data, address)
            stream = first.say(framed(query("a.example")))  # it comes after the other
            await house.answers(*await house.asked())
            assert await first.whole.get() == stream
            assert len(listener) == 2

    with_quic(story, Limits(each=2))


def test_a_name_tells_whose_device_it_is_and_its_end_ends_its_connections() -> None:
    lina, others = (Asker(Schedule([(0, View([]))])) for _ in range(2))

    def named(name: str) -> Asker | None:
        return lina if name == "k3yq.home.example" else None

    async def story(house: House, listener: QuicListener) -> None:
        async with (
            connected(listener, name="K3yq.home.example") as hers,
            connected(listener, name="other.home.example") as other,
            connected(listener) as nameless,
        ):
            for client, asked in ((hers, 1), (other, 1), (nameless, 1)):
                stream = client.say(framed(query("a.example")))
                if client is hers:
                    await house.answers(*await house.asked())
                assert await client.whole.get() == stream
                assert lina.queries == asked
            assert others.queries == 2
            listener.close_named()
            assert await hers.ended == doq.NO_ERROR
            other.say(framed(query("a.example")))
            await other.whole.get()

    with_quic(story, guests=Guests({}, lambda _, wire: (others, wire), named=named))


def test_a_name_in_a_hello_of_many_datagrams_is_read() -> None:
    lina = Asker(Schedule([(0, View([]))]))

    async def story(house: House, listener: QuicListener) -> None:
        long = "k3yq." + ".".join(["x" * 60] * 3) + ".home.example"
        protocols = [doq.ALPN, *(f"{number:060}" for number in range(30))]
        settings = QuicConfiguration(
            alpn_protocols=protocols, verify_mode=ssl.CERT_NONE, server_name=long
        )
        address = listener.sock.getsockname()
        async with connect(*address, configuration=settings, create_protocol=Client) as client:
            assert isinstance(client, Client)
            client.say(framed(query("a.example")))
            await house.answers(*await house.asked())
            await client.whole.get()
            assert lina.queries == 1

    named = Guests({}, lambda _, wire: (None, wire),
                   named=lambda name: lina if name.startswith("k3yq.") else None)  # fmt: skip
    with_quic(story, guests=named)


def test_who_is_not_welcome_hears_nothing_and_who_is_to_hear_nothing_is_left() -> None:
    welcome = [False]

    async def story(_: House, listener: QuicListener) -> None:
        quic = QuicConnection(
            configuration=QuicConfiguration(alpn_protocols=[doq.ALPN], verify_mode=ssl.CERT_NONE)
        )
        quic.connect(listener.sock.getsockname(), now=0.0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for data, address in quic.datagrams_to_send(now=0.0):
                sock.sendto(data, address)
            for _each in range(3):  # the listener's turn
                await asyncio.sleep(0)
            listener.drain()
            assert len(listener) == 0
        welcome[0] = True
        async with connected(listener) as client:
            client.say(framed(query("a.example")))
            assert await client.ended == doq.NO_ERROR

    nothing = Guests({}, lambda _, _wire: (None, b""), welcome=lambda _: welcome[0])
    with_quic(story, guests=nothing)


def test_where_many_come_at_once_they_show_first_that_their_address_is_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoint, "RETRY_FROM", 0)

    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener) as client:
            assert client._quic._retry_count == 1
            stream = client.say(framed(query("a.example")))
            await house.answers(*await house.asked())
            assert await client.whole.get() == stream

    with_quic(story)


def test_bytes_that_are_no_quic_are_passed_over() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for junk in (b"", b"x", bytes(1200), b"\xff" * 1200, b"\xc0\0\0\0\1" + bytes(1300)):
                sock.sendto(junk, listener.sock.getsockname())
        async with connected(listener) as client:
            stream = client.say(framed(query("a.example")))
            await house.answers(*await house.asked())
            assert await client.whole.get() == stream

    with_quic(story)


async def fetched(
    client: Client, fields: list[tuple[str, str]], body: bytes
) -> tuple[dict[bytes, bytes], bytes]:
    """The response to one request."""
    assert client.h3 is not None
    stream = client._quic.get_next_available_stream_id()
    sent = [(name.encode(), value.encode()) for name, value in fields]
    client.h3.send_headers(stream, sent, end_stream=not body)
    if body:
        client.h3.send_data(stream, body, end_stream=True)
    client.transmit()
    assert await client.whole.get() == stream
    return client.heads[stream], client.came.get(stream, b"")


def head(method: str, path: str) -> list[tuple[str, str]]:
    fields = [(":method", method), (":scheme", "https"), (":authority", "h.example")]
    return [*fields, (":path", path), ("content-type", "application/dns-message")]


GET = "/dns-query?dns=" + urlsafe_b64encode(query("a.example")).decode().rstrip("=")


def test_http3_answers_as_the_other_versions_do() -> None:
    async def story(house: House, listener: QuicListener) -> None:
        async with connected(listener, http3.ALPN) as client:
            asking = asyncio.create_task(fetched(client, head("GET", GET), b""))
            await house.answers(*await house.asked())
            fields, body = await asking
            assert fields[b":status"] == b"200"
            assert fields[b"content-type"] == b"application/dns-message"
            assert fields[b"cache-control"].startswith(b"private, max-age=")
            assert str(DNSRecord.parse(body).q.qname) == "a.example."
            for method, path, sent, status in (
                ("POST", "/dns-query", query("a.example"), b"200"),
                ("HEAD", GET, b"", b"200"),
                ("POST", "/dns-query", b"short", b"400"),
                ("POST", "/dns-query", bytes(70_000), b"413"),
                ("GET", "/", b"", b"404"),
                ("PUT", "/dns-query", b"x", b"405"),
                ("GET", "/dns/nobody" + GET.removeprefix("/dns-query"), b"", b"404"),
            ):
                fields, _ = await fetched(client, head(method, path), sent)
                assert (method, path, fields[b":status"]) == (method, path, status)

    with_quic(story)


def test_a_certificate_needs_its_key() -> None:
    for broken in (b"", pem().partition(b"-----BEGIN PRIVATE")[0], b"-----BEGIN" + pem()[40:]):
        with pytest.raises(BadCertificate):
            configuration(broken)
