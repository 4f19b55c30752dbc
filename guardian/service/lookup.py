"""Ask an upstream once, by hand: what a command needs to know of an answer, and waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from guardian.dns.answers import leads_to, read_answer
from guardian.dns.streams.once import NoAnswer, ask
from guardian.dns.wire import NOERROR, NXDOMAIN, Malformed
from guardian.names import from_wire, is_under, to_wire
from guardian.qtypes import QTYPES
from guardian.service.servers import system_authorities
from guardian.service.snapshot import ServerData
from guardian.service.targets import target_of


@dataclass(frozen=True, slots=True)
class Led:
    """Where a name leads: addresses and hints of its answer, and the names that it goes by."""

    addresses: frozenset[IPv4Address | IPv6Address] = frozenset()
    targets: tuple[str, ...] = ()


_SECONDS: Final = 1.0
_MOST_SERVERS: Final = 2  # that may keep silent: who asks is waiting, and so may a page


def lookup(qname: str, qtype: int, servers: Iterable[ServerData], now: datetime) -> Led | None:
    """Where a name leads; None where no server said."""
    for server in _responsible(qname, tuple(servers))[:_MOST_SERVERS]:
        target = target_of(server, "" if server.authorities else system_authorities())
        try:
            question, wire = ask(target, to_wire(qname), qtype, _SECONDS)
            answer = read_answer(wire, question, int(now.timestamp()))
        except (NoAnswer, Malformed):
            continue
        if answer.rcode in (NOERROR, NXDOMAIN):
            addresses = frozenset(map(ip_address, leads_to(answer)))
            return Led(addresses, tuple(map(from_wire, answer.targets)))
    return None


def addresses_of(
    qname: str, servers: Iterable[ServerData], now: datetime
) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses of a host, IPv4 first; () where no server said or it has none."""
    known = tuple(servers)
    led = [lookup(qname, QTYPES[qtype], known, now) for qtype in ("A", "AAAA")]
    return tuple(
        each
        for found, version in zip(led, (4, 6), strict=True)
        if found is not None
        for each in sorted(found.addresses, key=str)
        if each.version == version and not each.is_unspecified
    )


def _responsible(qname: str, servers: tuple[ServerData, ...]) -> tuple[ServerData, ...]:
    """The servers for a name: those of its longest suffix, or those for everything."""
    suffixes = [each for server in servers for each in server.suffixes if is_under(qname, each)]
    if not suffixes:
        return tuple(server for server in servers if not server.suffixes and not server.group)
    longest = max(suffixes, key=len)
    return tuple(server for server in servers if longest in server.suffixes)
