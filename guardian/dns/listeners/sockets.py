"""Sockets for listeners. More than one process may hold one at an address (SO_REUSEPORT)."""

import socket
from struct import Struct
from struct import error as StructError  # noqa: N812 (the struct module's only lower-case class)
from typing import Final

_IP_PKTINFO: Final = 8  # ip(7); the socket module has no name for it
# Bytes: a burst of some 2,000 queries waits while lists are swapped. Not more: under overload it is
# full all the time, and whoever asks waits until all that is in it has been answered.
_RECEIVE_BUFFER: Final = 1 << 20
_BACKLOG: Final = 128
_SO_MEMINFO: Final = 55  # socket(7); Linux 4.12
_meminfo: Final = Struct("@9I").unpack


def open_udp(address: tuple[str, int]) -> socket.socket:
    """A bound socket. Raises OSError where the address is not to be had."""
    sock = _fresh(address, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    _tell_where(sock, address)
    sock.bind(address)
    return sock


def open_tcp(address: tuple[str, int]) -> socket.socket:
    """A listening socket. Raises OSError where the address is not to be had."""
    sock = _fresh(address, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(address)
    sock.listen(_BACKLOG)
    return sock


def is_half_full(sock: socket.socket) -> bool:
    """Whether what waits at a socket takes half of its buffer; no where the kernel cannot tell."""
    try:
        waiting, limit, *_ = _meminfo(sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 36))
    except (OSError, StructError):
        return False
    return bool(waiting * 2 > limit)


def make_ready(sock: socket.socket, address: tuple[str, int]) -> None:
    """Have a socket that somebody else bound, with the rights of root, work like one of ours."""
    sock.settimeout(0)
    if sock.type == socket.SOCK_DGRAM:
        _tell_where(sock, address)


def _tell_where(sock: socket.socket, address: tuple[str, int]) -> None:
    """Where it is at every address, have each packet say to which it came: replies leave there."""
    if address[0] == "::":
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    elif address[0] == "0.0.0.0":  # noqa: S104 (compared, not bound)
        sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)


def _fresh(address: tuple[str, int], kind: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = socket.socket(family, kind | socket.SOCK_NONBLOCK)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return sock
