"""Netlink: messages to the kernel and from it, and the attributes in them (netlink(7)).

Spoken by hand, so that no program has to be installed. Numbers are in the machine's byte order; all
begins at a multiple of four bytes.
"""

import os
import socket
import struct
from collections.abc import Iterator
from typing import Final

REQUEST: Final = 0x1  # NLM_F_REQUEST
ACK: Final = 0x4  # NLM_F_ACK
ALL: Final = 0x300  # NLM_F_DUMP
ERROR, DONE = 2, 3  # NLMSG_*
NESTED: Final = 1 << 15  # NLA_F_NESTED: attributes are inside
_HEADER: Final = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ATTRIBUTE: Final = struct.Struct("=HH")  # length, type
_CODE: Final = struct.Struct("=i")
_BUFFER: Final = 1 << 17
_SECONDS: Final = 2.0


def opened(protocol: int, groups: int = 0) -> socket.socket:
    """A socket to a part of the kernel, which hears what these groups do. Raises OSError."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    try:
        sock.bind((0, groups))
    except OSError:
        sock.close()
        raise
    return sock


def message(kind: int, flags: int, body: bytes) -> bytes:
    """A message, to be sent."""
    return _HEADER.pack(_HEADER.size + len(body), kind, flags, 1, 0) + body


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each message in what was received."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size:
            return
        yield kind, data[at + _HEADER.size : at + length]
        at += (length + 3) & ~3


def answers(sock: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each message of an answer, to its end. Raises OSError."""
    while True:
        for kind, body in messages(sock.recv(_BUFFER)):
            if kind == ERROR:
                raise_error(body)
            if kind in (ERROR, DONE):
                return
            yield kind, body


def dump(protocol: int, kind: int, body: bytes) -> Iterator[tuple[int, bytes]]:
    """All that a part of the kernel has of something: kind and body of each. Raises OSError."""
    with opened(protocol) as sock:
        sock.settimeout(_SECONDS)
        sock.send(message(kind, REQUEST | ALL, body))
        yield from answers(sock)


def raise_error(body: bytes) -> None:
    """Raise the OSError that a message of the kind ERROR tells of; 0 is a yes."""
    (code,) = _CODE.unpack_from(body)
    if code:
        raise OSError(-code, os.strerror(-code))


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind, without NESTED, and value of each attribute."""
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind & ~NESTED, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3


def attribute(kind: int, value: bytes) -> bytes:
    """An attribute, to be sent."""
    said = _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value
    return said + bytes(-len(said) % 4)
