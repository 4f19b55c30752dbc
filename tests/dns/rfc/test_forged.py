"""RFC 5452: answers that somebody forged from beside never count, not one of thousands.

An attacker who cannot see the questions sends from wherever it likes, under any address: scapy does
so here, by raw sockets in a network of the test's own.
"""

import random
import socket
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from dnslib import DNSRecord
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw
from scapy.supersocket import SuperSocket

from guardian.dns.wire import A
from guardian.names import to_wire
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses, house_in
from tests.dns.rfc.server import PLAIN
from tests.end_to_end.conftest import eventually
from tests.end_to_end.own_network import in_own_network

FORGED = "203.0.113.66"
MANY = 400
BANK = to_wire("bank.example")

Forge = Callable[[bytes, int, int], Iterator[bytes]]
"""A query as it was heard, the port that it came from, the server's port → packets of IP."""


def packet(payload: bytes, port: int, server: int, source: str = "127.0.0.1") -> bytes:
    about = IP(src=source, dst="127.0.0.1") / UDP(sport=server, dport=port, chksum=0)
    return bytes(about / Raw(payload))


def forged(query: bytes) -> bytes:
    return wires.answer(query, [wires.address(FORGED)], [], [wires.address(FORGED, owner=BANK)])


def other_ids(query: bytes, port: int, server: int) -> Iterator[bytes]:
    for number in range(1, MANY):
        ident = (int.from_bytes(query[:2]) ^ number).to_bytes(2)
        yield packet(ident + forged(query)[2:], port, server)


def other_ports(query: bytes, port: int, server: int) -> Iterator[bytes]:
    for other in range(port - MANY // 2, port + MANY // 2):
        if other != port and other != server:
            yield packet(forged(query), other, server)


def other_addresses(query: bytes, port: int, server: int) -> Iterator[bytes]:
    for last in range(2, 102):
        yield packet(forged(query), port, server, f"127.0.0.{last}")
        yield packet(forged(query), port, server + last)


def other_names(query: bytes, port: int, server: int) -> Iterator[bytes]:
    asked = query[:12] + to_wire("a.bank.example") + query[-15:-11]
    yield packet(wires.answer(asked, [wires.address(FORGED)]), port, server)
    for at in range(13, 20):
        changed = bytearray(forged(query))
        changed[at] ^= 1
        yield packet(bytes(changed), port, server)


def other_letters(query: bytes, port: int, server: int) -> Iterator[bytes]:
    chance = random.Random(1)
    end = query.index(b"\0", 12)
    name = query[12:end].decode("latin-1")
    for _ in range(MANY):
        spelt = "".join(chance.choice((each.lower(), each.upper())) for each in name)
        if spelt != name:
            reply = forged(query)
            yield packet(reply[:12] + spelt.encode("latin-1") + reply[end:], port, server)


def attacked(house: House, raw: SuperSocket, qname: str, forge: Forge) -> None:
    """Ask a name, let a thousand forged answers come before the true one, and see what counts."""
    server = house.server
    server.says(qname, lambda _wire, _by: [])
    with house.socket() as client:
        client.send(wires.query(wires.question(qname, A), wires.opt()))
        eventually(lambda: server.asked(qname))
        query, (_, port) = next(each for each in server.senders if each[0] in server.asked(qname))
        packets = list(islice(forge(query, port, server.port), MANY))
        assert packets
        for each in packets:
            raw.send(IP(each))
        server.says(qname, lambda wire, _: [wires.answer(wire, [wires.address(PLAIN)])])
        for sent, sender in [each for each in server.senders if each[0] in server.asked(qname)]:
            right = wires.answer(sent, [wires.address(PLAIN)])
            raw.send(IP(packet(right, sender[1], server.port)))
        reply = DNSRecord.parse(client.recv(4096))
    assert addresses(reply) == [PLAIN]  # the attacker's own way works: this one was forged rightly
    for _ in range(3):
        assert addresses(house.ask(qname)) == [PLAIN]
    assert addresses(house.ask("bank.example")) == [PLAIN]


def test_rfc5452_of_forged_answers_none_counts(tmp_path: Path) -> None:
    kinds: dict[str, Forge] = {
        "ids": other_ids,
        "ports": other_ports,
        "addresses": other_addresses,
        "names": other_names,
        "letters": other_letters,
    }

    def story() -> None:
        from scapy.config import conf
        from scapy.supersocket import L3RawSocket

        conf.verb = 0
        raw = L3RawSocket(iface="lo")
        with house_in(tmp_path, mixed_case=True) as house:
            for name, forge in kinds.items():
                attacked(house, raw, f"forged-{name}-in-many-letters.example", forge)
        raw.close()

    in_own_network((), story)


def test_rfc5452_a_flood_of_one_question_is_asked_once(house: House) -> None:
    """The birthday attack needs many of the same question on their way at once."""
    qname = house.server.says("birthday.example", lambda _wire, _by: [])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", house.guardian.port))
        client.settimeout(15)
        for number in range(200):
            client.send(
                wires.query(wires.question(qname, A), wires.opt(), ident=number.to_bytes(2))
            )
        heard = {client.recv(512)[:2] for _ in range(200)}
    assert len(heard) == 200  # each has its reply, in the end that nobody answers
    assert len(house.server.asked(qname)) <= 4  # one question, tried again
