"""Which networks this machine is connected to, from the kernel's routes.

A home's devices have addresses of the provider's in IPv6, and these change: what is on the same
link is told by routes without a gateway (/proc/net/route, /proc/net/ipv6_route; the formats are
those of net/ipv4/fib_trie.c and net/ipv6/route.c in Linux).
"""

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from pathlib import Path
from typing import Final

ROUTES: Final = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
_UP: Final = 0x1
_GATEWAY: Final = 0x2
_REJECT: Final = 0x200
_NARROWEST: Final = {4: 8, 6: 32}
"""Prefixes that are shorter stand for much of the internet: a tunnel that takes all of it."""


def parse_routes(text: str) -> Iterator[IPv4Network]:
    """Networks on a link, of /proc/net/route."""
    for line in text.splitlines()[1:]:
        cells = line.split()
        if len(cells) < 8 or _leads_on(int(cells[3], 16)):
            continue
        first = int.from_bytes(bytes.fromhex(cells[1]), "little")
        bits = int(cells[7], 16).bit_count()
        if bits >= _NARROWEST[4]:
            yield IPv4Network((first, bits), strict=False)


def parse_ipv6_routes(text: str) -> Iterator[IPv6Network]:
    """Networks on a link, of /proc/net/ipv6_route."""
    for line in text.splitlines():
        cells = line.split()
        if len(cells) < 10 or _leads_on(int(cells[8], 16)):
            continue
        bits = int(cells[1], 16)
        if bits >= _NARROWEST[6]:
            yield IPv6Network((int(cells[0], 16), bits), strict=False)


def parse_gateways(text: str) -> Iterator[IPv4Address]:
    """The ways out of the house, of /proc/net/route."""
    for line in text.splitlines()[1:]:
        cells = line.split()
        if len(cells) < 8 or int(cells[1], 16) or int(cells[7], 16):
            continue
        if int(cells[3], 16) & (_UP | _GATEWAY) == _UP | _GATEWAY:
            yield IPv4Address(int.from_bytes(bytes.fromhex(cells[2]), "little"))


def gateways(path: Path = ROUTES[0]) -> tuple[IPv4Address, ...]:
    """The routers that this machine uses now; none where the kernel does not tell."""
    with suppress(OSError, ValueError):
        return tuple(parse_gateways(path.read_text()))
    return ()


def _leads_on(flags: int) -> bool:
    return not flags & _UP or bool(flags & (_GATEWAY | _REJECT))


def networks(routes: tuple[Path, Path] = ROUTES) -> tuple[IPv4Network | IPv6Network, ...]:
    """All of them now; none where the kernel does not tell."""
    found: list[IPv4Network | IPv6Network] = []
    with suppress(OSError, ValueError):
        found += parse_routes(routes[0].read_text())
    with suppress(OSError, ValueError):
        found += parse_ipv6_routes(routes[1].read_text())
    return tuple(found)
