"""Hosts found through upstreams: a real small nameserver that can be told how to misbehave."""

import asyncio
import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import dnslib
import pytest

from guardian.lists.feeds.route import Route
from guardian.lists.feeds.upstreams import UpstreamResolver
from guardian.service.fetch_process import addresses_at
from guardian.service.snapshot import ServerData

HOST = "lists.county.test"


@dataclass
class NameServer:
    """Knows records as (owner, type, data). rcode: what it says instead. cut: UDP answers are."""

    port: int = 0
    records: list[tuple[str, str, str]] = field(default_factory=list)
    rcode: int = 0
    cut: bool = False
    forged_first: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, packet: bytes, transport: str) -> list[bytes]:
        query = dnslib.DNSRecord.parse(packet)
        qname, qtype = str(query.q.qname).rstrip("."), dnslib.QTYPE[query.q.qtype]
        self.asked.append((qtype, transport))
        reply = query.reply()
        reply.header.rcode = self.rcode
        names = {qname}
        for owner, kind, data in self.records:
            if owner in names and kind in (qtype, "CNAME"):
                reply.add_answer(*dnslib.RR.fromZone(f"{owner}. 60 {kind} {data}"))
                names.add(data.rstrip("."))
        if self.cut and transport == "udp":
            reply.rr, reply.header.tc = [], 1
        if not self.forged_first:
            return [reply.pack()]
        forged = query.reply()
        forged.header.id ^= 1
        forged.add_answer(*dnslib.RR.fromZone(f"{qname}. 60 A 192.0.2.66"))
        return [forged.pack(), reply.pack()]


def serving() -> Iterator[NameServer]:
    """On a port of its own, over UDP and TCP."""
    known = NameServer()

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            packet, sock = self.request
            for reply in known.answer(packet, "udp"):
                sock.sendto(reply, self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = int.from_bytes(self.rfile.read(2), "big")
            for reply in known.answer(self.rfile.read(length), "tcp"):
                self.wfile.write(len(reply).to_bytes(2, "big") + reply)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Udp) as udp:
        known.port = udp.server_address[1]
        with socketserver.ThreadingTCPServer(("127.0.0.1", known.port), Tcp) as tcp:
            threads = [
                threading.Thread(target=server.serve_forever, args=(0.05,)) for server in (udp, tcp)
            ]
            for thread in threads:
                thread.start()
            yield known
            for server in (udp, tcp):
                server.shutdown()
            for thread in threads:
                thread.join()


@pytest.fixture
def nameserver() -> Iterator[NameServer]:
    """An upstream."""
    yield from serving()


@pytest.fixture
def another() -> Iterator[NameServer]:
    """One more of them."""
    yield from serving()


def resolved(route: Route, host: str = HOST, family: int = socket.AF_UNSPEC) -> list[str]:
    """The addresses; [] where nobody knows."""

    async def work() -> list[Any]:
        resolver = UpstreamResolver(route, addresses_at)
        try:
            return await resolver.resolve(host, 443, family)
        except (OSError, UnicodeError):  # as the system says of what is no name
            return []
        finally:
            await resolver.close()

    return [each["host"] for each in asyncio.run(work())]


def through(*servers: NameServer) -> Route:
    return Route(upstreams=tuple(("", at(each.port)) for each in servers))


def at(port: int) -> dict[str, Any]:
    """A server, as a route has it."""
    return asdict(ServerData("127.0.0.1", port))


def test_both_kinds_of_addresses(nameserver: NameServer) -> None:
    nameserver.records = [(HOST, "A", "192.0.2.1"), (HOST, "AAAA", "2001:db8::1")]
    assert sorted(resolved(through(nameserver))) == ["192.0.2.1", "2001:db8::1"]
    assert resolved(through(nameserver), family=socket.AF_INET) == ["192.0.2.1"]
    assert resolved(through(nameserver), HOST.upper() + ".", socket.AF_INET) == ["192.0.2.1"]


def test_an_alias_is_followed_and_nothing_beside_it(nameserver: NameServer) -> None:
    nameserver.records = [
        (HOST, "CNAME", "cdn.test."),
        ("cdn.test", "A", "192.0.2.2"),
        ("other.test", "A", "192.0.2.3"),
    ]
    assert resolved(through(nameserver)) == ["192.0.2.2"]


def test_a_long_answer_comes_over_tcp(nameserver: NameServer) -> None:
    nameserver.records, nameserver.cut = [(HOST, "A", "192.0.2.1")], True
    assert resolved(through(nameserver), family=socket.AF_INET) == ["192.0.2.1"]
    assert nameserver.asked == [("A", "udp"), ("A", "tcp")]


def test_an_answer_to_something_else_is_passed_over(nameserver: NameServer) -> None:
    nameserver.records, nameserver.forged_first = [(HOST, "A", "192.0.2.1")], True
    assert resolved(through(nameserver), family=socket.AF_INET) == ["192.0.2.1"]


def test_the_next_upstream_where_one_is_silent_or_refuses(
    nameserver: NameServer, another: NameServer
) -> None:
    nameserver.records = [(HOST, "A", "192.0.2.1")]
    another.rcode = dnslib.RCODE.REFUSED
    silent = NameServer(port=_silent())
    assert resolved(through(silent, another, nameserver)) == ["192.0.2.1"]
    assert another.asked


def _silent() -> int:
    """A port where nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.mark.parametrize("data", ["0.0.0.0", ""])
def test_what_no_upstream_knows_the_system_is_asked(nameserver: NameServer, data: str) -> None:
    nameserver.records = [(HOST, "A", data)] if data else []
    nameserver.rcode = 0 if data else dnslib.RCODE.NXDOMAIN
    assert resolved(through(nameserver)) == []  # the system knows no .test
    assert "127.0.0.1" in resolved(through(nameserver), "localhost")
    assert all(qtype in ("A", "AAAA") for qtype, _ in nameserver.asked)


def test_where_all_is_encrypted_nobody_else_hears_of_a_name(nameserver: NameServer) -> None:
    nameserver.records = [(HOST, "A", "192.0.2.1")]
    route = replace(through(nameserver), private=True)
    assert resolved(route) == ["192.0.2.1"]
    nameserver.rcode = dnslib.RCODE.NXDOMAIN
    nameserver.records = []
    assert resolved(route, "localhost.test") == []
    assert "127.0.0.1" in resolved(route, "localhost")


def test_a_name_is_asked_where_its_suffix_is_known(
    nameserver: NameServer, another: NameServer
) -> None:
    nameserver.records = [(HOST, "A", "192.0.2.1")]
    another.records = [(HOST, "A", "192.0.2.9")]
    rows = (("", at(nameserver.port)), ("county.test", at(another.port)))
    assert resolved(Route(upstreams=rows)) == ["192.0.2.9"]
    assert nameserver.asked == []


def test_a_record_of_the_house(nameserver: NameServer) -> None:
    route = Route(through(nameserver).upstreams, {HOST: ("192.0.2.7", "2001:db8::7")})
    assert resolved(route, family=socket.AF_INET) == ["192.0.2.7"]
    assert nameserver.asked == []


@pytest.mark.parametrize("answer", [b"", b"\0" * 11, b"nonsense" * 9])
def test_no_answer_breaks_it(answer: bytes) -> None:
    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            packet, sock = self.request
            sock.sendto(answer and packet[:2] + answer, self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Udp) as udp:
        thread = threading.Thread(target=udp.serve_forever, args=(0.05,))
        thread.start()
        assert resolved(Route(upstreams=(("", at(udp.server_address[1])),))) == []
        udp.shutdown()
        thread.join()


def test_what_is_no_name_is_known_to_nobody(nameserver: NameServer) -> None:
    assert resolved(through(nameserver), f"{'a' * 70}.test") == []
