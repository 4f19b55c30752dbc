"""What a command asks an upstream itself: the right one, and no answer is an answer too."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from dnslib import QTYPE, RR, A, DNSRecord

from guardian.service.lookup import Led, lookup
from guardian.service.snapshot import ServerData

NOW = datetime(2026, 11, 26, tzinfo=UTC)
Serve = Callable[[int, str], ServerData]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server that answers one question with an rcode, or an address."""
    threads, socks = [], []

    def started(rcode: int, address: str) -> ServerData:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)

        def answer() -> None:
            wire, client = sock.recvfrom(4096)
            reply = DNSRecord.parse(wire).reply(ra=1, aa=0)
            reply.header.rcode = rcode
            if address:
                reply.add_answer(RR(reply.q.qname, QTYPE.A, rdata=A(address), ttl=60))
            sock.sendto(reply.pack(), client)

        socks.append(sock)
        threads.append(threading.Thread(target=answer, daemon=True))
        threads[-1].start()
        return ServerData("127.0.0.1", sock.getsockname()[1])

    yield started
    for thread in threads:
        thread.join(5)
    for sock in socks:
        sock.close()


def closed() -> ServerData:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return ServerData("127.0.0.1", sock.getsockname()[1])


def test_the_next_server_is_asked_where_one_fails(serve: Serve) -> None:
    servers = [serve(5, ""), serve(0, "198.51.100.7"), closed()]
    assert lookup("www.example", 1, servers, NOW) == Led(frozenset({ip_address("198.51.100.7")}))


def test_nobody_says_anything() -> None:
    assert lookup("www.example", 1, [closed()], NOW) is None


def test_a_name_that_does_not_exist_leads_nowhere(serve: Serve) -> None:
    assert lookup("www.example", 1, [serve(3, "")], NOW) == Led()


def test_a_suffix_has_its_own_server(serve: Serve) -> None:
    own = serve(0, "198.51.100.8")
    servers = [closed(), ServerData(own.address, own.port, ("corp.example",))]
    assert lookup("a.corp.example", 1, servers, NOW) == Led(frozenset({ip_address("198.51.100.8")}))
