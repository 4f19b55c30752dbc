"""End what a device has open: take its flows out of the kernel's table (conntrack).

Rules refuse the next packet of a flow; but where a router hands flows to its hardware, or to a
flow table, packets meet no rules until the flow is forgotten. Spoken by hand to the kernel over
netlink (linux/netfilter/nfnetlink_conntrack.h), so that no program has to be installed.
"""

import os
import socket
import struct
from collections.abc import Collection, Iterator
from errno import EBUSY
from ipaddress import IPv4Address, IPv6Address
from typing import Final

_NETFILTER: Final = 12  # NETLINK_NETFILTER
_GET: Final = 1 << 8 | 1  # NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET
_DELETE: Final = 1 << 8 | 2  # IPCTNL_MSG_CT_DELETE
_REQUEST, _ACK, _DUMP = 0x1, 0x4, 0x300  # NLM_F_*
_ERROR, _DONE = 2, 3  # NLMSG_*
_ORIGINAL, _REPLY, _ID, _ZONE = 1, 2, 12, 18  # CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_ID, CTA_ZONE
_IP: Final = 1  # CTA_TUPLE_IP
_NESTED: Final = 1 << 15  # NLA_F_NESTED
_HEADER: Final = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ABOUT: Final = struct.Struct("=BBH")  # nfgenmsg: family, version, resource
_ATTRIBUTE: Final = struct.Struct("=HH")
_SECONDS: Final = 5.0


def end_flows(addresses: Collection[IPv4Address | IPv6Address]) -> int:
    """Forget every flow from or to one of these addresses; how many were.

    Raises OSError where the kernel has no such table, or it is not ours to change.
    """
    ended = 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETFILTER) as sock:
        sock.settimeout(_SECONDS)
        sock.bind((0, 0))
        for family, kind in ((socket.AF_INET, IPv4Address), (socket.AF_INET6, IPv6Address)):
            wanted = {each.packed for each in addresses if isinstance(each, kind)}
            if wanted:
                for which in list(_flows_of(sock, family, wanted)):
                    ended += _forget(sock, family, which)
    return ended


def _flows_of(sock: socket.socket, family: int, wanted: Collection[bytes]) -> Iterator[bytes]:
    """The attributes that name each flow of these addresses."""
    sock.send(_message(_GET, _REQUEST | _DUMP, family))
    for attributes in _answers(sock):
        found = dict(_attributes(attributes))
        ends = {each for way in (_ORIGINAL, _REPLY) for each in _ends(found.get(way, b""))}
        if not ends.isdisjoint(wanted):
            name = (_ORIGINAL | _NESTED, _ZONE, _ID)
            yield b"".join(
                _attribute(key, found[key & ~_NESTED]) for key in name if key & ~_NESTED in found
            )


def _forget(sock: socket.socket, family: int, which: bytes) -> bool:
    sock.send(_message(_DELETE, _REQUEST | _ACK, family, which))
    try:
        list(_answers(sock))
    except FileNotFoundError:  # it ended meanwhile
        return False
    except OSError as problem:
        if problem.errno == EBUSY:  # kernels before 6.4 hold on to what a flow table has
            return False
        raise
    return True


def _message(kind: int, flags: int, family: int, rest: bytes = b"") -> bytes:
    body = _ABOUT.pack(family, 0, 0) + rest
    return _HEADER.pack(_HEADER.size + len(body), kind, flags, 1, 0) + body


def _answers(sock: socket.socket) -> Iterator[bytes]:
    """The attributes of each message of an answer, to its end."""
    while True:
        packet = sock.recv(1 << 17)
        at = 0
        while at + _HEADER.size <= len(packet):
            length, kind, *_ = _HEADER.unpack_from(packet, at)
            body = packet[at + _HEADER.size : at + length]
            at += (length + 3) & ~3
            if kind == _DONE:
                return
            if kind == _ERROR:
                (code,) = struct.unpack_from("=i", body)
                if code:
                    raise OSError(-code, os.strerror(-code))
                return
            yield body[_ABOUT.size :]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind & ~_NESTED, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3


def _attribute(kind: int, value: bytes) -> bytes:
    said = _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value
    return said + bytes(-len(said) % 4)


def _ends(tuple_: bytes) -> Iterator[bytes]:
    """Source and destination of one direction: packed addresses."""
    inside = dict(_attributes(tuple_)).get(_IP, b"")
    yield from (value for _, value in _attributes(inside))
