"""The addresses of this machine: under which it is reached, and all of them (rtnetlink(7))."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from guardian.network import netlink

_FAR: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # RFC 5737, RFC 3849
_ROUTE: Final = 0  # NETLINK_ROUTE
_LINKS, _ADDRESSES, _GET = 16, 20, 2  # RTM_NEW*; to get these, two more
_OF_LINK, _OF_ADDRESS = 16, 8  # bytes of ifinfomsg and ifaddrmsg
_HARDWARE: Final = 1  # IFLA_ADDRESS
_PEER, _LOCAL = 1, 2  # IFA_*


def own_address(family: socket.AddressFamily = socket.AF_INET) -> str | None:
    """The address from which packets leave for elsewhere; None without a way there.

    Nothing is sent: the kernel only looks up the route.
    """
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((_FAR[family], 9))
        return str(sock.getsockname()[0])
    return None


def addresses() -> frozenset[str]:
    """Every address that this machine has now; none where the kernel does not tell."""
    found: set[str] = set()
    for said in _all(_ADDRESSES, _OF_ADDRESS):
        packed = said.get(_LOCAL) or said.get(_PEER, b"")  # of a link with one other end, our own
        if len(packed) in (4, 16):
            found.add(str(ip_address(packed)))
    return frozenset(found)


def macs() -> frozenset[str]:
    """The hardware addresses of this machine's interfaces."""
    found = (said.get(_HARDWARE, b"") for said in _all(_LINKS, _OF_LINK))
    return frozenset(each.hex(":") for each in found if len(each) == 6 and any(each))


def _all(kind: int, head: int) -> Iterator[dict[int, bytes]]:
    """The attributes of all that the kernel has of a kind. head: bytes before them."""
    with suppress(OSError):
        for said, body in netlink.dump(_ROUTE, kind + _GET, bytes(head)):
            if said == kind:
                yield dict(netlink.attributes(body[head:]))
