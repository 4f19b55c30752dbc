"""The addresses of this machine: under which it is reached, and all of them (rtnetlink(7))."""

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from guardian.network import netlink

_FAR: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # RFC 5737, RFC 3849
_ADDRESS: Final = struct.Struct("=BBBBI")  # family, length of the prefix, flags, scope, interface
_ROUTE: Final = 0  # NETLINK_ROUTE
_NEW, _GET = 20, 22  # RTM_*ADDR
_PEER, _LOCAL = 1, 2  # IFA_*
_BUFFER: Final = 1 << 16
_SECONDS: Final = 2.0


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
    with suppress(OSError), netlink.opened(_ROUTE) as sock:
        sock.settimeout(_SECONDS)
        sock.send(netlink.message(_GET, netlink.REQUEST | netlink.ALL, _ADDRESS.pack(*[0] * 5)))
        while True:
            for kind, body in netlink.messages(sock.recv(_BUFFER)):
                if kind in (netlink.DONE, netlink.ERROR):
                    return frozenset(found)
                if kind == _NEW and len(body) >= _ADDRESS.size:
                    found.update(_address(body))
    return frozenset(found)


def _address(body: bytes) -> Iterator[str]:
    said = dict(netlink.attributes(body[_ADDRESS.size :]))
    packed = said.get(_LOCAL) or said.get(_PEER, b"")  # of a link with one other end, our own
    if len(packed) in (4, 16):
        yield str(ip_address(packed))
