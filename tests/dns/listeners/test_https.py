"""DNS over HTTPS on real sockets: both versions of HTTP, and who is believed to ask."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable

import h2.config
import h2.connection
import h2.events
import pytest
from dnslib import DNSRecord

from guardian.dns.listeners.guests import Guests
from guardian.dns.listeners.https import Site, forwarded, talk
from guardian.dns.listeners.streams import Limits, StreamListener
from guardian.dns.view import Asker, Schedule, View
from tests.dns.house import House, in_a_house
from tests.dns.listeners.test_streams import connected, streaming

LOOPBACK = b"\x7f\0\0\1"


def query(qname: str, ident: int = 0) -> bytes:
    record = DNSRecord.question(qname)
    record.header.id = ident
    return bytes(record.pack())


def get(qname: str, path: str = "/dns-query", fields: str = "") -> bytes:
    value = urlsafe_b64encode(query(qname)).decode().rstrip("=")
    return f"GET {path}?dns={value} HTTP/1.1\r\nhost: h.example\r\n{fields}\r\n".encode()


async def response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    _, _, length = head.partition(b"content-length: ")
    return int(head.split()[1]), await reader.readexactly(int(length.split()[0]))


def with_https(
    story: Callable[[House, StreamListener], Awaitable[None]],
    site: Site | None = None,
    guests: Guests | None = None,
) -> None:
    async def told(house: House) -> None:
        asked = talk(lambda: site or Site())
        with streaming(house, Limits(), asked, guests=guests) as listener:
            await story(house, listener)

    in_a_house(Schedule([(0, View([]))]), told)


def test_requests_sent_ahead_are_answered_in_order_though_each_has_to_be_waited_for() -> None:
    names = [f"n{at}.example." for at in range(5)]

    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(b"".join(map(get, names)))
            for name in names:
                await house.answers(*await house.asked())
                status, body = await response(reader)
                assert (status, str(DNSRecord.parse(body).q.qname)) == (200, name)

    with_https(story)


def test_http2_is_known_by_its_first_bytes_and_answers_out_of_order() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        client = h2.connection.H2Connection(h2.config.H2Configuration())
        client.initiate_connection()
        head = [(":method", "POST"), (":scheme", "http"), (":authority", "h.example"),
                (":path", "/dns-query"), ("content-type", "application/dns-message")]  # fmt: skip
        for stream, name in ((1, "slow.example"), (3, "fast.example")):
            client.send_headers(stream, head)
            client.send_data(stream, query(name), end_stream=True)
        bodies: list[tuple[int, str]] = []
        async with connected(listener) as (reader, writer):
            for byte in client.data_to_send():
                writer.write(bytes([byte]))
                await writer.drain()
            asked = {str(each.q.qname): (each, sender) for each, sender in
                     [await house.asked(), await house.asked()]}  # fmt: skip
            for name in ("fast.example.", "slow.example."):
                await house.answers(*asked[name])
                while name not in [each for _, each in bodies]:
                    for event in client.receive_data(await reader.read(4096)):
                        if isinstance(event, h2.events.DataReceived):
                            qname = str(DNSRecord.parse(event.data).q.qname)
                            bodies.append((event.stream_id, qname))
        assert bodies == [(3, "fast.example."), (1, "slow.example.")]

    with_https(story)


def test_a_connection_is_closed_after_the_last_reply_where_the_client_wishes_so() -> None:
    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(get("last.example", fields="connection: close\r\n"))
            await house.answers(*await house.asked())
            assert (await response(reader))[0] == 200
            assert await reader.read() == b""

    with_https(story)


def test_a_path_names_a_device_and_what_names_nobody_is_not_found() -> None:
    lina = Asker(Schedule([(0, View([]))]))
    site = Site(named=lambda token: lina if token == "k3Yq" else None)

    async def story(house: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(get("a.example", "/dns/k3Yq") + get("a.example", "/dns/other"))
            await house.answers(*await house.asked())
            assert [(await response(reader))[0], (await response(reader))[0]] == [200, 404]
            writer.write(get("a.example"))
            assert (await response(reader))[0] == 200
            assert lina.queries == 1

    with_https(story, site)


@pytest.mark.parametrize("proxies", [frozenset[bytes](), frozenset({LOOPBACK})])
def test_only_listed_proxies_are_believed_for_whom_they_ask(proxies: frozenset[bytes]) -> None:
    async def story(house: House, listener: StreamListener) -> None:
        behind, itself = (Asker(Schedule([(0, View([]))])) for _ in range(2))
        askers = listener.guests.askers
        askers[b"\xc0\0\2\7"], askers[LOOPBACK] = behind, itself
        async with connected(listener) as (reader, writer):
            writer.write(get("a.example", fields="x-forwarded-for: 198.51.100.1, 192.0.2.7\r\n"))
            await house.answers(*await house.asked())
            assert (await response(reader))[0] == 200
        assert [behind.queries, itself.queries] == ([1, 0] if proxies else [0, 1])

    with_https(story, Site(proxies=proxies))


def test_who_is_not_served_hears_so_also_behind_a_proxy() -> None:
    async def story(_: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(get("a.example", fields="x-forwarded-for: 192.0.2.7\r\n"))
            writer.write(get("a.example"))
            for _each in range(2):
                status, body = await response(reader)
                assert (status, int(DNSRecord.parse(body).header.rcode)) == (200, 5)

    refused = Guests({}, lambda _, wire: (None, b"\x81\x05" + wire[2:]))
    with_https(story, Site(proxies=frozenset({LOOPBACK})), refused)


def test_who_is_to_hear_nothing_is_left_at_once_and_a_proxy_is_told() -> None:
    async def story(_: House, listener: StreamListener) -> None:
        async with connected(listener) as (reader, writer):
            writer.write(get("a.example", fields="x-forwarded-for: 192.0.2.7\r\n"))
            assert (await response(reader))[0] == 403  # others go on asking through it
            writer.write(get("a.example"))
            assert await reader.read() == b""
        assert len(listener) == 0

    with_https(story, Site(proxies=frozenset({LOOPBACK})), Guests({}, lambda _, _wire: (None, b"")))


@pytest.mark.parametrize(
    ("told", "client"),
    [
        (b"192.0.2.7", b"\xc0\0\2\7"),
        (b"198.51.100.1, 192.0.2.7", b"\xc0\0\2\7"),
        (b"192.0.2.7,127.0.0.1", b"\xc0\0\2\7"),
        (b"192.0.2.7:4711", b"\xc0\0\2\7"),
        (b"::ffff:192.0.2.7", b"\xc0\0\2\7"),
        (b"2001:db8::7", bytes.fromhex("20010db8000000000000000000000007")),
        (b"[2001:db8::7]:4711", bytes.fromhex("20010db8000000000000000000000007")),
        (b"127.0.0.1", None),
        (b"unknown", None),
        (b"192.0.2.7, unknown", None),
        (b"", None),
    ],
)
def test_the_nearest_address_that_is_no_proxy_is_the_client(
    told: bytes, client: bytes | None
) -> None:
    assert forwarded(told, frozenset({LOOPBACK})) == client


def test_who_breaks_the_rules_is_told_and_cut_off() -> None:
    async def story(_: House, listener: StreamListener) -> None:
        for rude in (b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + bytes(20), b"\x16\x03\x01\0\0\r\n\r\n"):
            async with connected(listener) as (reader, writer):
                writer.write(rude)
                assert await reader.read()
        assert len(listener) == 0

    with_https(story)
