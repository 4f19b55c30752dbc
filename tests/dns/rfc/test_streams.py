"""DNS over TCP: RFC 7766 and RFC 9210."""

import socket
from typing import BinaryIO

from dnslib import DNSRecord

from guardian.dns.wire import TO_QUESTION, A, record
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses
from tests.dns.rfc.server import PLAIN, fixed


def framed(*messages: bytes) -> bytes:
    return b"".join(len(each).to_bytes(2) + each for each in messages)


def one(stream: BinaryIO) -> bytes:
    return stream.read(int.from_bytes(stream.read(2)))


def query(qname: str, number: int = 1, qtype: int = A) -> bytes:
    return wires.query(wires.question(qname, qtype), wires.opt(), ident=number.to_bytes(2))


def test_rfc7766_a_query_by_the_byte(house: House) -> None:
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in framed(query("slowly.example")):
            sock.sendall(bytes((byte,)))
        assert addresses(DNSRecord.parse(one(stream))) == [PLAIN]


def test_rfc7766_many_in_one_segment_each_with_its_own_reply(house: House) -> None:
    names = [f"n{number}.many.example" for number in range(100)]
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        sock.sendall(framed(*(query(name, at) for at, name in enumerate(names))))
        replies = [DNSRecord.parse(one(stream)) for _ in names]
    assert sorted(each.header.id for each in replies) == list(range(100))
    for each in replies:
        assert str(each.q.qname) == f"{names[each.header.id]}."
        assert addresses(each) == [PLAIN]


def test_rfc7766_who_is_ready_goes_first(house: House) -> None:
    """An upstream that is silent for one name keeps nobody waiting for another."""
    house.server.says("never.example", lambda _wire, _by: [])
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        sock.sendall(framed(query("never.example", 1), query("ready.example", 2)))
        first, second = DNSRecord.parse(one(stream)), DNSRecord.parse(one(stream))
    assert (first.header.id, first.header.rcode) == (2, 0)
    assert (second.header.id, second.header.rcode) == (1, 2)


def test_rfc7766_sixty_four_kilobytes(house: House) -> None:
    """The longest message there is, from an upstream by TCP, to a client by TCP."""
    texts = [record(TO_QUESTION, 16, 300, (b"\xff" + b"x" * 255) * 4) for _ in range(63)]

    def script(wire: bytes, transport: str) -> list[bytes]:
        whole = wires.answer(wire, texts)
        return [whole if transport == "tcp" else whole[:2] + b"\x87\x80" + whole[4:12] + wire[12:]]

    def cut(wire: bytes, transport: str) -> list[bytes]:
        end = wire.index(b"\0", 12) + 5
        empty = wire[:2] + b"\x83\x80\0\1" + bytes(6) + wire[12:end]
        return script(wire, transport) if transport == "tcp" else [empty]

    qname = house.server.says("longest.example", cut)
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        for number in range(3):
            sock.sendall(framed(query(qname, number, 16)))
            reply = one(stream)
            assert len(reply) > 64_000
            assert len(DNSRecord.parse(reply).rr) == 63
    assert house.ask(qname, 16).header.tc == 1  # by UDP: come by TCP


def test_rfc7766_a_broken_query_does_not_end_the_stream(house: House) -> None:
    broken = wires.query(b"\xc0\x0c\0\1\0\1")
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        sock.sendall(framed(broken, query("after.example", 7)))
        replies = [one(stream), one(stream)]
    assert sorted(each[3] & 15 for each in replies) == [0, 1]


def test_rfc9210_an_empty_message_is_passed_over(house: House) -> None:
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        sock.sendall(b"\0\0" + framed(b"\x12", query("after.example", 8)))
        assert one(stream)[:2] == b"\0\x08"


def test_rfc9210_tcp_answers_what_udp_answers(house: House) -> None:
    for qname in ("blocked.example", "localhost", "nothing.invalid", "both.example"):
        with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
            sock.sendall(framed(query(qname)))
            by_tcp = DNSRecord.parse(one(stream))
        by_udp = house.says(query(qname))
        assert by_tcp.header.rcode == by_udp.header.rcode
        assert addresses(by_tcp) == addresses(by_udp)


def test_rfc7766_a_client_may_close_its_side_early(house: House) -> None:
    qname = house.server.says("half.example", fixed([wires.address(PLAIN)]))
    with house.socket(tcp=True) as sock, sock.makefile("rb") as stream:
        sock.sendall(framed(query("localhost")))
        assert one(stream)
        sock.shutdown(socket.SHUT_WR)
        assert stream.read() == b""  # closed in order, no reset
    assert addresses(house.ask(qname)) == [PLAIN]
