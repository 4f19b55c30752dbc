"""The addresses of lists' servers, from the household's upstreams themselves.

The system's resolver may well be guardian, and then a block would keep a list from the very server
that could lift it; so upstreams are asked directly, and the system only where none of them knows.
TLS says whether what answers at an address is who it should be: a forged answer wins nothing.
"""

import asyncio
import secrets
import socket
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any, Final

import aiohttp
import dnslib
from aiohttp.abc import AbstractResolver
from dnslib.label import DNSLabelError

from guardian.lists.feeds.route import Route
from guardian.names import is_under

_SECONDS: Final = 2.0  # for one upstream
_MOST_UPSTREAMS: Final = 4
_UDP_SIZE: Final = 1232
_TYPES: Final = {
    socket.AF_UNSPEC: (dnslib.QTYPE.A, dnslib.QTYPE.AAAA),
    socket.AF_INET: (dnslib.QTYPE.A,),
    socket.AF_INET6: (dnslib.QTYPE.AAAA,),
}


class UpstreamResolver(AbstractResolver):
    """Upstreams first, then the system's."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._system = aiohttp.ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[Any]:
        """Where a host is. Raises OSError where nobody knows."""
        qname = host.lower().rstrip(".")
        found = self._route.records.get(qname, ()) or await self._asked(qname, family)
        wanted = [each for each in found if family in (socket.AF_UNSPEC, _family(each))]
        if not wanted:
            return await self._system.resolve(host, port, family)
        return [
            {
                "hostname": host,
                "host": each,
                "port": port,
                "family": _family(each),
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for each in wanted
        ]

    async def close(self) -> None:
        await self._system.close()

    async def _asked(self, qname: str, family: int) -> list[str]:
        for server in self._servers(qname):
            kinds = _TYPES[socket.AddressFamily(family)]
            answers = await asyncio.gather(*(_ask(server, qname, kind) for kind in kinds))
            known = [each for each in answers if each is not None]
            if known:
                return [address for each in known for address in each]
        return []

    def _servers(self, qname: str) -> list[tuple[str, int]]:
        """Who is asked for a name: those with the longest suffix that it has."""
        if "." not in qname:
            return []  # a name of this house, or of this machine
        fit = [row for row in self._route.upstreams if not row[0] or is_under(qname, row[0])]
        longest = max((len(suffix) for suffix, _, _ in fit), default=0)
        rows = [(address, port) for suffix, address, port in fit if len(suffix) == longest]
        return rows[:_MOST_UPSTREAMS]


async def _ask(server: tuple[str, int], qname: str, qtype: int) -> list[str] | None:
    """The addresses that one upstream gives; None where it gave no answer."""
    try:
        query = dnslib.DNSRecord.question(qname, dnslib.QTYPE[qtype])
        query.header.id = secrets.randbelow(1 << 16)
        query.add_ar(dnslib.EDNS0(udp_len=_UDP_SIZE))
        async with asyncio.timeout(_SECONDS):
            reply = await _over_udp(server, query)
            if reply.header.tc:
                reply = await _over_tcp(server, query)
    except (OSError, EOFError, UnicodeError, dnslib.DNSError, DNSLabelError):
        return None
    if reply.header.rcode == dnslib.RCODE.NXDOMAIN:
        return []
    if reply.header.rcode != dnslib.RCODE.NOERROR:
        return None
    return list(_addresses(reply.rr, qname, qtype))


async def _over_udp(server: tuple[str, int], query: dnslib.DNSRecord) -> dnslib.DNSRecord:
    loop = asyncio.get_running_loop()
    with socket.socket(_family(server[0]), socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        await loop.sock_connect(sock, server)
        await loop.sock_sendall(sock, query.pack())
        while True:
            reply = dnslib.DNSRecord.parse(await loop.sock_recv(sock, 1 << 16))
            if _fits(reply, query):
                return reply


async def _over_tcp(server: tuple[str, int], query: dnslib.DNSRecord) -> dnslib.DNSRecord:
    reader, writer = await asyncio.open_connection(*server)
    try:
        packet = query.pack()
        writer.write(len(packet).to_bytes(2, "big") + packet)
        length = int.from_bytes(await reader.readexactly(2), "big")
        reply = dnslib.DNSRecord.parse(await reader.readexactly(length))
    finally:
        writer.close()
    if not _fits(reply, query):
        raise dnslib.DNSError("an answer to something else")
    return reply


def _fits(reply: dnslib.DNSRecord, query: dnslib.DNSRecord) -> bool:
    same = reply.header.id == query.header.id and reply.header.qr
    return bool(same and reply.questions == query.questions)


def _addresses(records: Iterable[Any], qname: str, qtype: int) -> Iterator[str]:
    """Of a name, and of those it is an alias of. 0.0.0.0 and :: are a filter's word for none."""
    names = {qname}
    for each in records:  # an alias comes before what it stands for (RFC 1034, section 4.3.2)
        if str(each.rname).lower().rstrip(".") not in names:
            continue
        if each.rtype == dnslib.QTYPE.CNAME:
            names.add(str(each.rdata).lower().rstrip("."))
        elif each.rtype == qtype and not ip_address(str(each.rdata)).is_unspecified:
            yield str(each.rdata)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
