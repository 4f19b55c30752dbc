"""The packets that tell something, from a packet socket whose filter passes no other (packet(7)).

The kernel drops everything else before it reaches us: what the house does in the internet is never
seen. The filter is classic BPF (linux/filter.h).
"""

import ctypes
import socket
import struct
from collections.abc import Iterator
from typing import Final

from guardian.network.sensor import dhcp, frames, names
from guardian.network.sensor.heard import Heard

DHCP, MDNS, SSDP, LLMNR = 67, 5353, 1900, 5355
_ALL: Final = 0x0003  # ETH_P_ALL
_PACKET: Final = 263  # SOL_PACKET
_ADD_MEMBERSHIP: Final = 1
_ALL_MULTICAST: Final = 2
_ATTACH_FILTER: Final = 26
_MOST_BYTES: Final = 2048
_MOST_AT_ONCE: Final = 100

# (code, jump if true, jump if false, value); jumps count from the next line.
_LOAD_HALF, _LOAD_BYTE, _LOAD_HALF_AT_X, _X_FROM_IPV4 = 0x28, 0x30, 0x48, 0xB1
_EQUAL, _ANY_BIT, _RETURN, _LOAD_X = 0x15, 0x45, 0x06, 0x01
_FILTER: Final = (
    (_LOAD_HALF, 0, 0, 12),  # 0: what is in the frame
    (_EQUAL, 0, 6, 0x0800),  # 1: IPv4, else 8
    (_LOAD_BYTE, 0, 0, 23),
    (_EQUAL, 0, 15, 17),  # 3: UDP, else drop (19)
    (_LOAD_HALF, 0, 0, 20),
    (_ANY_BIT, 13, 0, 0x1FFF),  # 5: a later fragment: drop (19)
    (_X_FROM_IPV4, 0, 0, 14),
    (_EQUAL, 4, 4, 0),  # 7: on to 12, whichever
    (_EQUAL, 0, 10, 0x86DD),  # 8: IPv6, else drop (19)
    (_LOAD_BYTE, 0, 0, 20),
    (_EQUAL, 0, 8, 17),  # 10: UDP, else drop (19)
    (_LOAD_X, 0, 0, 40),
    (_LOAD_HALF_AT_X, 0, 0, 16),  # 12: to which port
    (_EQUAL, 4, 0, DHCP),  # 13: take (18)
    (_EQUAL, 3, 0, MDNS),
    (_EQUAL, 2, 0, SSDP),
    (_LOAD_HALF_AT_X, 0, 0, 14),  # 16: from which
    (_EQUAL, 0, 1, LLMNR),
    (_RETURN, 0, 0, _MOST_BYTES),  # 18: take
    (_RETURN, 0, 0, 0),  # 19: drop
)


class Capture:
    """What is said on one interface. Opening it needs CAP_NET_RAW; reading it needs nothing."""

    def __init__(self, interface: str) -> None:
        """Raises OSError: without the right, or the interface."""
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._filter()  # before it is bound: no packet slips in
            index = socket.if_nametoindex(interface)
            member = struct.pack("=iHH8s", index, _ALL_MULTICAST, 0, b"")
            self._socket.setsockopt(_PACKET, _ADD_MEMBERSHIP, member)
            self._socket.bind((interface, _ALL))
            self._socket.setblocking(False)  # noqa: FBT003 (the socket's own name for it)
        except OSError:
            self._socket.close()
            raise

    def _filter(self) -> None:
        code = b"".join(struct.pack("=HBBI", *line) for line in _FILTER)
        kept = ctypes.create_string_buffer(code)
        program = struct.pack("@HP", len(_FILTER), ctypes.addressof(kept))
        self._socket.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)

    def fileno(self) -> int:
        """For `select`."""
        return self._socket.fileno()

    def read(self) -> Iterator[Heard]:
        """What was said since the last time. Raises OSError where the interface is gone."""
        for _ in range(_MOST_AT_ONCE):
            try:
                frame = self._socket.recv(_MOST_BYTES)
            except BlockingIOError:
                return
            heard = understood(frame)
            if heard is not None and heard.says_something:
                yield heard

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
