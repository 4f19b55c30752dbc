"""Packets of one interface, from a packet socket whose filter passes only some (packet(7)).

The kernel drops everything else before it reaches us: what the house does in the internet is never
seen.
"""

import socket
import struct
from collections.abc import Iterator
from typing import Final

from guardian.network.sensor import bpf, dhcp, frames, names
from guardian.network.sensor.heard import Heard

DHCP, MDNS, SSDP, LLMNR = 67, 5353, 1900, 5355
_ALL: Final = 0x0003  # ETH_P_ALL
_PACKET: Final = 263  # SOL_PACKET
_ADD_MEMBERSHIP: Final = 1
_ALL_MULTICAST: Final = 2
_MOST_BYTES: Final = 2048
_MOST_AT_ONCE: Final = 100

NAMES: Final = bpf.assembled(
    [
        ("half", 12),
        ("if", 0x86DD, "IPv6"),
        ("unless", 0x0800, "drop"),
        ("byte", 23),
        ("unless", 17, "drop"),  # UDP
        ("half", 20),
        ("if any", 0x1FFF, "drop"),  # a later fragment
        ("x of IPv4", 14),
        ("half+x", 16),
        ("if", DHCP, "take"),
        ("if", MDNS, "take"),
        ("if", SSDP, "take"),
        ("half+x", 14),
        ("if", LLMNR, "take"),
        ("take", 0),
        "IPv6",
        ("byte", 20),
        ("unless", 17, "drop"),
        ("half", 56),
        ("if", DHCP, "take"),
        ("if", MDNS, "take"),
        ("if", SSDP, "take"),
        ("half", 54),
        ("unless", LLMNR, "drop"),
        "take",
        ("take", _MOST_BYTES),
        "drop",
        ("take", 0),
    ]
)
"""The filter that passes what tells a device's name: to ports of DHCP, mDNS and SSDP, from LLMNR's.
"""


class Capture:
    """What a filter passes on one interface. Opening it needs CAP_NET_RAW; reading it nothing."""

    def __init__(self, interface: str, program: bytes) -> None:
        """Raises OSError: without the right, or the interface."""
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self.filter(program)  # before it is bound: no packet slips in
            index = socket.if_nametoindex(interface)
            member = struct.pack("=iHH8s", index, _ALL_MULTICAST, 0, b"")
            self._socket.setsockopt(_PACKET, _ADD_MEMBERSHIP, member)
            self._socket.bind((interface, _ALL))
            self._socket.setblocking(False)  # noqa: FBT003 (the socket's own name for it)
        except OSError:
            self._socket.close()
            raise

    def filter(self, program: bytes) -> None:
        """Pass what another filter passes, from now on."""
        bpf.attach(self._socket, program)

    def fileno(self) -> int:
        """For `select`."""
        return self._socket.fileno()

    def read(self) -> Iterator[bytes]:
        """The frames since the last time. Raises OSError where the interface is gone."""
        for _ in range(_MOST_AT_ONCE):
            try:
                yield self._socket.recv(_MOST_BYTES)
            except BlockingIOError:
                return

    def close(self) -> None:
        """Hear no more."""
        self._socket.close()


def understood(frame: bytes) -> Heard | None:
    """What a frame says of its sender, if it does."""
    message = frames.parse(frame)
    if message is None:
        return None
    if message.target == DHCP:
        return dhcp.parse(message.payload)
    if message.target == MDNS:
        return names.mdns(message)
    if message.target == SSDP:
        return names.ssdp(message)
    if message.source == LLMNR:
        return names.llmnr(message)
    return None
