"""The addresses of lists' servers, from the household's upstreams themselves.

The system's resolver may well be guardian, and then a block would keep a list from the very server
that could lift it; so upstreams are asked directly, and the system only where none of them knows.
Not even then where they are asked encrypted: the system would ask in the clear. How one is asked is
for whoever gives `Ask`. TLS says whether what answers at an address is who it should be: a forged
answer wins nothing.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver

from guardian.lists.feeds.route import Route
from guardian.names import is_under

Ask = Callable[[Mapping[str, Any], str, int], list[str] | None]
"""A server as `Route` has it, qname, qtype → addresses; None where it gave no answer. It waits."""

_MOST_UPSTREAMS: Final = 4
_A, _AAAA = 1, 28
_TYPES: Final = {
    socket.AF_UNSPEC: (_A, _AAAA),
    socket.AF_INET: (_A,),
    socket.AF_INET6: (_AAAA,),
}


class UpstreamResolver(AbstractResolver):
    """Upstreams first, then the system's."""

    def __init__(self, route: Route, ask: Ask) -> None:
        self._route = route
        self._ask = ask
        self._system = aiohttp.ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[Any]:
        """Where a host is. Raises OSError where nobody knows."""
        qname = host.lower().rstrip(".")
        found = self._route.records.get(qname, ()) or await self._asked(qname, family)
        wanted = [each for each in found if family in (socket.AF_UNSPEC, _family(each))]
        if not wanted and self._route.private and "." in qname:
            raise OSError("no upstream knows the address of its server")
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
            asked = (asyncio.to_thread(self._ask, server, qname, kind) for kind in kinds)
            known = [each for each in await asyncio.gather(*asked) if each is not None]
            if known:
                return [address for each in known for address in each]
        return []

    def _servers(self, qname: str) -> list[Mapping[str, Any]]:
        """Who is asked for a name: those with the longest suffix that it has."""
        if "." not in qname:
            return []  # a name of this house, or of this machine
        fit = [row for row in self._route.upstreams if not row[0] or is_under(qname, row[0])]
        longest = max((len(suffix) for suffix, _ in fit), default=0)
        return [server for suffix, server in fit if len(suffix) == longest][:_MOST_UPSTREAMS]


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
