"""End what a device has open: take its flows out of the kernel's table (conntrack).

Rules refuse the next packet of a flow; but where a router hands flows to its hardware, or to a
flow table, packets meet no rules until the flow is forgotten. Over netlink
(linux/netfilter/nfnetlink_conntrack.h).
"""

import socket
import struct
from collections.abc import Collection, Iterator
from errno import EBUSY
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from guardian.network.netlink import (
    ACK,
    ALL,
    NESTED,
    REQUEST,
    answers,
    attribute,
    attributes,
    message,
    opened,
)

_NETFILTER: Final = 12  # NETLINK_NETFILTER
_GET: Final = 1 << 8 | 1  # NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET
_DELETE: Final = 1 << 8 | 2  # IPCTNL_MSG_CT_DELETE
_ORIGINAL, _REPLY, _ID, _ZONE = 1, 2, 12, 18  # CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_ID, CTA_ZONE
_IP: Final = 1  # CTA_TUPLE_IP
_ABOUT: Final = struct.Struct("=BBH")  # nfgenmsg: family, version, resource
_SECONDS: Final = 5.0


def end_flows(addresses: Collection[IPv4Address | IPv6Address]) -> int:
    """Forget every flow from or to one of these addresses; how many were.

    Raises OSError where the kernel has no such table, or it is not ours to change.
    """
    ended = 0
    with opened(_NETFILTER) as sock:
        sock.settimeout(_SECONDS)
        for family, kind in ((socket.AF_INET, IPv4Address), (socket.AF_INET6, IPv6Address)):
            wanted = {each.packed for each in addresses if isinstance(each, kind)}
            if wanted:
                for which in list(_flows_of(sock, family, wanted)):
                    ended += _forget(sock, family, which)
    return ended


def _flows_of(sock: socket.socket, family: int, wanted: Collection[bytes]) -> Iterator[bytes]:
    """The attributes that name each flow of these addresses."""
    sock.send(message(_GET, REQUEST | ALL, _ABOUT.pack(family, 0, 0)))
    for _, body in answers(sock):
        found = dict(attributes(body[_ABOUT.size :]))
        ends = {each for way in (_ORIGINAL, _REPLY) for each in _ends(found.get(way, b""))}
        if not ends.isdisjoint(wanted):
            name = (_ORIGINAL | NESTED, _ZONE, _ID)
            yield b"".join(
                attribute(key, found[key & ~NESTED]) for key in name if key & ~NESTED in found
            )


def _forget(sock: socket.socket, family: int, which: bytes) -> bool:
    sock.send(message(_DELETE, REQUEST | ACK, _ABOUT.pack(family, 0, 0) + which))
    try:
        list(answers(sock))
    except FileNotFoundError:  # it ended meanwhile
        return False
    except OSError as problem:
        if problem.errno == EBUSY:  # kernels before 6.4 hold on to what a flow table has
            return False
        raise
    return True


def _ends(tuple_: bytes) -> Iterator[bytes]:
    """Source and destination of one direction: packed addresses."""
    inside = dict(attributes(tuple_)).get(_IP, b"")
    yield from (value for _, value in attributes(inside))
