"""Filters that the kernel runs on each packet before anybody sees it (classic BPF, linux/filter.h).

A program is a list of steps: a label, an order, or a jump to a label further down. Packets are
addressed by byte; "+x" counts from what stands in X.
"""

import ctypes
import socket
import struct
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Final

Step = str | tuple[str, int] | tuple[str, int, str]
"""A label; an order and its number; or a jump, its number and the label to go to."""

_ORDERS: Final = {
    "half": 0x28,
    "byte": 0x30,
    "word": 0x20,
    "half+x": 0x48,
    "byte+x": 0x50,
    "word+x": 0x40,
    "x": 0x01,
    "x of IPv4": 0xB1,  # four times the low half of a byte: the length of its header
    "and": 0x54,
    "take": 0x06,  # so many bytes; 0: drop it
}
_IF: Final = {"if": 0x15, "if any": 0x45, "unless": 0x15}
_GO, _COPY_X, _ADD, _TAKE_THAT = 0x05, 0x87, 0x04, 0x16
_ATTACH_FILTER: Final = 26  # SO_ATTACH_FILTER
_MOST: Final = 4096  # BPF_MAXINSNS

OUTGOING: Final = 4  # PACKET_OUTGOING
DIRECTION: Final = 0xFFFFF004  # SKF_AD_OFF + SKF_AD_PKTTYPE: where a packet comes from


def assembled(steps: Sequence[Step]) -> bytes:
    """The program as the kernel takes it. Raises ValueError where it is too long."""
    places: dict[str, int] = {}
    size = 0
    for step in steps:
        if isinstance(step, str):
            places[step] = size
        else:
            size += _size(step)
    if size > _MOST:
        raise ValueError(f"a filter has at most {_MOST} lines, and this one {size}")
    code: list[tuple[int, int, int, int]] = []
    for step in steps:
        if isinstance(step, str):
            continue
        if step[0] == "take headers":  # of what stands before X, and so many bytes more
            code += [(_COPY_X, 0, 0, 0), (_ADD, 0, 0, step[1]), (_TAKE_THAT, 0, 0, 0)]
        elif len(step) == 2:
            code.append((_ORDERS[step[0]], 0, 0, step[1]))
        else:
            # Only the jump without a condition reaches further than 255 lines.
            met = (1, 0) if step[0] == "unless" else (0, 1)
            code.append((_IF[step[0]], *met, step[1]))
            code.append((_GO, 0, 0, places[step[2]] - len(code) - 1))
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def _size(step: tuple[str, int] | tuple[str, int, str]) -> int:
    if step[0] == "take headers":
        return 3
    return len(step) - 1


def to_any(networks: Sequence[IPv4Network | IPv6Network], then: str, mark: str = "") -> list[Step]:
    """Go to a label where the frame's destination lies in one of these; go on elsewhere.

    The networks are all of one family. mark: tells two such places apart with one label.
    """
    steps: list[Step] = []
    for number, network in enumerate(networks):
        other = f"{then}{mark}, not in {network.version}/{number}"
        address, mask = network.network_address.packed, network.netmask.packed
        words = [(at, int.from_bytes(mask[at : at + 4], "big")) for at in range(0, len(address), 4)]
        words = [each for each in words if each[1]]
        start = 30 if network.version == 4 else 38
        for at, bits in words:
            steps.append(("word", start + at))
            if bits != 0xFFFFFFFF:
                steps.append(("and", bits))
            wanted = int.from_bytes(address[at : at + 4], "big")
            last = at == words[-1][0]
            steps.append(("if", wanted, then) if last else ("unless", wanted, other))
        steps.append(other)
    return steps


def attach(sock: socket.socket, program: bytes) -> None:
    """Have the kernel run a program on what a socket gets from now on. Raises OSError."""
    kept = ctypes.create_string_buffer(program)
    said = struct.pack("@HP", len(program) // 8, ctypes.addressof(kept))
    sock.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, said)
