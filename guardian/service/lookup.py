"""Ask an upstream once, by hand: what a command needs to know of an answer, and waits for."""

import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from guardian.dns.answers import leads_to, read_answer
from guardian.dns.wire import (
    HEADER,
    IN,
    NOERROR,
    NXDOMAIN,
    RD,
    TC,
    Malformed,
    opt_record,
    pack_u16,
)
from guardian.names import from_wire, is_under, to_wire
from guardian.service.snapshot import ServerData


@dataclass(frozen=True, slots=True)
class Led:
    """Where a name leads: addresses and hints of its answer, and the names that it goes by."""

    addresses: frozenset[IPv4Address | IPv6Address] = frozenset()
    targets: tuple[str, ...] = ()


_SECONDS: Final = 1.0
_MOST_SERVERS: Final = 2  # that may keep silent: who asks is waiting, and so may a page
_ONE_QUESTION: Final = b"\0\1\0\0\0\0\0\1"  # and our OPT record
_MOST_BYTES: Final = 65_535


def lookup(qname: str, qtype: int, servers: Iterable[ServerData], now: datetime) -> Led | None:
    """Where a name leads; None where no server said."""
    question = to_wire(qname) + pack_u16(qtype) + pack_u16(IN)
    for server in _responsible(qname, tuple(servers))[:_MOST_SERVERS]:
        try:
            wire = _exchange(question, (server.address, server.port))
            answer = read_answer(wire, question, int(now.timestamp()))
        except (OSError, Malformed):
            continue
        if answer.rcode in (NOERROR, NXDOMAIN):
            addresses = frozenset(map(ip_address, leads_to(answer)))
            return Led(addresses, tuple(map(from_wire, answer.targets)))
    return None


def _responsible(qname: str, servers: tuple[ServerData, ...]) -> tuple[ServerData, ...]:
    """The servers for a name: those of its longest suffix, or those for everything."""
    suffixes = [each for server in servers for each in server.suffixes if is_under(qname, each)]
    if not suffixes:
        return tuple(server for server in servers if not server.suffixes)
    longest = max(suffixes, key=len)
    return tuple(server for server in servers if longest in server.suffixes)


def _exchange(question: bytes, server: tuple[str, int]) -> bytes:
    """The bytes after the ID of a server's answer. Raises OSError, Malformed."""
    ident = secrets.token_bytes(2)
    query = ident + pack_u16(RD) + _ONE_QUESTION + question + opt_record(0, dnssec_ok=False)
    with socket.socket(_family(server), socket.SOCK_DGRAM) as sock:
        sock.settimeout(_SECONDS)
        sock.connect(server)
        sock.send(query)
        reply = sock.recv(_MOST_BYTES)
    if reply[2:3] and reply[2] & TC >> 8:
        with socket.create_connection(server, _SECONDS) as stream:
            stream.sendall(pack_u16(len(query)) + query)
            with stream.makefile("rb") as file:
                reply = file.read(int.from_bytes(file.read(2)))
    if reply[:2] != ident or len(reply) < HEADER + 2:
        raise Malformed("an answer to another question")
    return reply[2:]


def _family(server: tuple[str, int]) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in server[0] else socket.AF_INET
