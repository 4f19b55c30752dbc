"""The kernel's neighbour tables, IPv4 and IPv6: all of them now, and each change as it comes.

From rtnetlink (rtnetlink(7); linux/neighbour.h). The kernel learns a neighbour's hardware address
before the first reply goes out, so that who asks is known within moments of the first packet.
"""

import errno
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from guardian.network import netlink

_NEIGHBOUR: Final = struct.Struct("=BBHiHBB")  # family, pads, interface, state, flags, type
_ROUTE: Final = 0  # NETLINK_ROUTE
_NEW, _GONE, _GET = 28, 29, 30  # RTM_*NEIGH
_OF_NEIGHBOURS: Final = 1 << 2  # the group RTNLGRP_NEIGH
_ADDRESS, _HARDWARE = 1, 2
_REACHABLE: Final = 0x02  # NUD_REACHABLE: it has just answered
_TRIED_IN_VAIN: Final = 0x01 | 0x20 | 0x40  # NUD_INCOMPLETE, NUD_FAILED, NUD_NOARP
_FAMILIES: Final = {socket.AF_INET: 4, socket.AF_INET6: 16}  # family → bytes of an address
_BUFFER: Final = 1 << 20
_MOST_MESSAGES: Final = 64  # that are read at once: others want their turn


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An address on the same link. mac: "" where nobody is there any more.

    is_there: whether it has just answered; the kernel knows others from before.
    """

    address: str
    mac: str
    is_there: bool = False


def parse(data: bytes) -> Iterator[Neighbour]:
    """Neighbours in what the kernel sent.

    Multicast addresses, and those that somebody asked for in vain, are nobody's.
    """
    return _those_in(netlink.messages(data))


def _those_in(messages: Iterable[tuple[int, bytes]]) -> Iterator[Neighbour]:
    for kind, body in messages:
        if kind in (_NEW, _GONE):
            found = _neighbour(body, is_gone=kind == _GONE)
            if found is not None:
                yield found


def _neighbour(body: bytes, *, is_gone: bool) -> Neighbour | None:
    if len(body) < _NEIGHBOUR.size:
        return None
    family, _, _, _, state, _, _ = _NEIGHBOUR.unpack_from(body)
    size, attributes = _FAMILIES.get(family), dict(netlink.attributes(body[_NEIGHBOUR.size :]))
    packed, hardware = attributes.get(_ADDRESS, b""), attributes.get(_HARDWARE, b"")
    if size is None or len(packed) != size:
        return None
    address = ip_address(packed)
    if address.is_multicast or address.is_loopback:
        return None
    if is_gone or state & _TRIED_IN_VAIN or len(hardware) != 6 or not any(hardware):
        return Neighbour(str(address), "")
    return Neighbour(str(address), hardware.hex(":"), bool(state & _REACHABLE))


def everybody() -> list[Neighbour]:
    """All neighbours now; none where the kernel does not tell."""
    with suppress(OSError):
        of_all = netlink.dump(_ROUTE, _GET, bytes(_NEIGHBOUR.size))
        return [each for each in _those_in(of_all) if each.mac]
    return []


def neighbours() -> dict[str, str]:
    """Address → MAC of all neighbours now."""
    return {each.address: each.mac for each in everybody()}


class NeighbourWatch:
    """Changes of the tables, from a socket that an event loop can wait for."""

    def __init__(self) -> None:
        """Raises OSError where the kernel has no such thing."""
        self._socket = netlink.opened(_ROUTE, _OF_NEIGHBOURS)
        self._socket.setblocking(False)  # noqa: FBT003 (the socket's own name for it)

    def fileno(self) -> int:
        """For `add_reader`."""
        return self._socket.fileno()

    def read(self) -> list[Neighbour] | None:
        """What has changed since the last time; None where some of it was lost."""
        found: list[Neighbour] = []
        for _ in range(_MOST_MESSAGES):
            try:
                found += parse(self._socket.recv(_BUFFER))
            except BlockingIOError:
                break
            except OSError as problem:
                if problem.errno == errno.ENOBUFS:  # more than the socket holds
                    return None
                raise
        return found

    def close(self) -> None:
        """Wait no more."""
        self._socket.close()
