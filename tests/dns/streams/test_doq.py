"""DNS over QUIC as a client asks it, before a server that says whatever a test wants: no socket."""

import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest
from cryptography import x509

pytest.importorskip("aioquic", reason="the extra guardian[quic] is not installed")

from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionTerminated, QuicEvent, StopSendingReceived
from aioquic.quic.events import StreamDataReceived as Data

from guardian.dns.quic import doq
from guardian.dns.quic.certificate import configuration
from guardian.dns.streams.doq import Doq
from guardian.dns.streams.protocol import Answered, Broken
from guardian.dns.streams.tls import Unproven, key_digest
from guardian.dns.upstream import Target, Transport
from tests.certificates import self_signed

NAME = "dns.example"
CLIENT = "127.0.0.1", 12345
QUERY = b"\1\0\0\1\0\0\0\0\0\0\1x\7example\0\0\1\0\1"


@lru_cache(8)
def pem(days: int) -> tuple[bytes, bytes]:
    """A certificate for the name, and its key."""
    until = datetime.now(UTC) + timedelta(days=days)
    return self_signed(NAME, until, [x509.DNSName(NAME)])


def target(*, name: str = NAME, pins: tuple[bytes, ...] = (), days: int = 9) -> Target:
    authorities = pem(days)[0].decode()
    address = "127.0.0.1", 853
    return Target(address, Transport.QUIC, name, pins=pins, authorities=authorities)


class Server:
    """The other end, in memory, under a clock that both have. client: whom it talks to."""

    def __init__(self, wanted: Target, *, alpn: str = doq.ALPN, days: int = 9) -> None:
        self.now = 0.0
        self.client = Doq(wanted, lambda: self.now)
        first = self.client.datagrams()
        original = first[0][6 : 6 + first[0][5]]
        settings = replace(configuration(b"".join(pem(days))), alpn_protocols=[alpn])
        self.quic = QuicConnection(
            configuration=settings, original_destination_connection_id=original
        )
        self.events: list[QuicEvent] = []
        self._take(first)

    def _take(self, datagrams: list[bytes]) -> None:
        for data in datagrams:
            self.quic.receive_datagram(data, CLIENT, now=self.now)
        while (event := self.quic.next_event()) is not None:
            self.events.append(event)

    def pass_on(self) -> list[Answered]:
        """Carry datagrams to and fro for a while: what the client found."""
        found: list[Answered] = []
        for _ in range(20):
            self.now += 0.02
            found += self.client.wake()
            self._take(self.client.datagrams())
            timer = self.quic.get_timer()
            if timer is not None and timer <= self.now:
                self.quic.handle_timer(now=self.now)
            for data, _address in self.quic.datagrams_to_send(now=self.now):
                found += self.client.hear(data)
        return found

    def came(self, stream: int) -> bytes:
        return b"".join(
            each.data for each in self.events if isinstance(each, Data) and each.stream_id == stream
        )

    def closed_with(self) -> int | None:
        """The code with which the client ended the connection."""
        self._take(self.client.datagrams())
        self.quic.handle_timer(now=self.now + 100)
        self._take([])
        ends = [each for each in self.events if isinstance(each, ConnectionTerminated)]
        return ends[0].error_code if ends else None


def agreed(wanted: Target | None = None) -> tuple[Doq, Server]:
    server = Server(wanted or target())
    server.pass_on()
    assert server.client.is_open
    return server.client, server


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2) + message


ANSWER = b"\0\0\x81\x80" + QUERY[2:]


def test_each_question_has_a_stream_of_its_own_and_answers_come_in_any_order() -> None:
    client, server = agreed()
    streams = [client.ask(QUERY) for _ in range(3)]
    server.pass_on()
    assert len({*streams}) == 3
    for stream in streams:
        assert server.came(stream) == framed(b"\0\0" + QUERY)  # the ID is 0
    for stream in reversed(streams):
        server.quic.send_stream_data(stream, framed(ANSWER), end_stream=True)
    assert sorted(server.pass_on()) == [(stream, ANSWER[2:]) for stream in streams]


def test_an_answer_may_come_by_the_byte() -> None:
    client, server = agreed()
    stream, found = client.ask(QUERY), []
    server.pass_on()
    message = framed(ANSWER)
    for at in range(len(message)):
        last = at == len(message) - 1
        server.quic.send_stream_data(stream, message[at : at + 1], end_stream=last)
        found += server.pass_on()
    assert found == [(stream, ANSWER[2:])]


def test_a_question_that_is_refused_has_no_answer_and_the_others_go_on() -> None:
    client, server = agreed()
    off, on = client.ask(QUERY), client.ask(QUERY)
    server.pass_on()
    server.quic.reset_stream(off, doq.INTERNAL_ERROR)
    server.quic.send_stream_data(on, framed(ANSWER), end_stream=True)
    assert sorted(server.pass_on()) == [(off, None), (on, ANSWER[2:])]


def test_who_is_not_waited_for_any_more_is_told_so_and_makes_room() -> None:
    client, server = agreed()
    streams = []
    while not client.is_full:
        streams.append(client.ask(QUERY))
    server.pass_on()
    client.give_up(streams[0])
    assert not client.is_full
    server.pass_on()
    stopped = [each for each in server.events if isinstance(each, StopSendingReceived)]
    assert [(each.stream_id, each.error_code) for each in stopped] == [
        (streams[0], doq.REQUEST_CANCELLED)
    ]


def own_stream(server: Server, _: int) -> None:
    server.quic.send_stream_data(1, b"x")


@pytest.mark.parametrize(
    "lie",
    [
        lambda server, at: server.quic.send_stream_data(at, framed(b"\0\7" + ANSWER[2:]), True),
        lambda server, at: server.quic.send_stream_data(at, framed(ANSWER)[:-1], True),
        lambda server, at: server.quic.send_stream_data(at, framed(ANSWER) + b"x", True),
        lambda server, at: server.quic.send_stream_data(at, framed(ANSWER) * 2, True),
        lambda server, at: server.quic.send_stream_data(at, b"", True),
        lambda server, at: server.quic.send_stream_data(at, b"\0\2\0\0", True),
        lambda server, at: server.quic.send_stream_data(at, b"\xff\xff" + bytes(66_000)),
        lambda server, at: server.quic.stop_stream(at, 0),
        own_stream,
    ],
)
def test_who_breaks_the_rules_is_left(lie: Callable[[Server, int], None]) -> None:
    client, server = agreed()
    stream = client.ask(QUERY)
    server.pass_on()
    lie(server, stream)
    with pytest.raises(Broken):
        server.pass_on()
    assert server.closed_with() == doq.PROTOCOL_ERROR


@pytest.mark.parametrize(
    ("wanted", "days", "said"),
    [
        (target(name="other.example"), 9, "Hostname mismatch"),
        (target(days=-1), -1, "no longer valid"),
        (target(days=8), 9, "its certificate is not good"),  # another one's
        (target(pins=(bytes(32),)), 9, "not one of the pinned ones"),
    ],
)
def test_nobody_is_asked_who_cannot_be_believed(wanted: Target, days: int, said: str) -> None:
    server = Server(wanted, days=days)
    with pytest.raises((Broken, Unproven), match=said):
        server.pass_on()
    assert not server.client.is_open


def test_its_key_may_be_pinned() -> None:
    digest = key_digest(ssl.PEM_cert_to_DER_cert(pem(9)[0].decode()))
    agreed(target(pins=(bytes(32), digest)))


def test_who_speaks_something_else_is_not_asked() -> None:
    with pytest.raises(Broken, match="does not speak DNS over QUIC"):
        Server(target(), alpn="h3").pass_on()


def test_where_nobody_vouches_there_is_no_connection() -> None:
    for authorities in ("", "none"):
        with pytest.raises(Unproven):
            Doq(replace(target(), authorities=authorities), lambda: 0.0)


def test_an_end_is_heard_of_at_once() -> None:
    client, server = agreed()
    client.ask(QUERY)
    server.pass_on()
    server.quic.close(error_code=doq.NO_ERROR)
    with pytest.raises(Broken, match="it ended the connection"):
        server.pass_on()


def test_silence_ends_at_some_time() -> None:
    now = 0.0
    client = Doq(target(), lambda: now)
    client.datagrams()

    def wait() -> None:
        nonlocal now
        for _ in range(100):
            now = client.wakes_at or now
            client.wake()
            client.datagrams()

    with pytest.raises(Broken, match="it is silent"):
        wait()
