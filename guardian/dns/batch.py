"""Take packets from a UDP socket and send replies, many to a system call.

The event loop's own datagram protocol costs more per packet than all our work on a cached answer;
`recvmmsg` and `sendmmsg` over buffers that are allocated once do not. Where libc lacks them, the
twins at the end of this file take one packet a call, behind the same interface; chosen once.
This module knows buffers and addresses. What the bytes mean is for others.

A packet lies in a *slot*. The reply to it is written over it, and leaves for where it came from and
from the address that it came to: the kernel's own address structures stay in place between
receiving and sending, with the control message (IP_PKTINFO, IPV6_RECVPKTINFO) of a socket that is
bound to all addresses. A batch belongs to no socket: one serves all that are drained in turn.
"""

import ctypes
import mmap
import socket
from collections.abc import Callable, Iterable
from typing import Final

SLOTS: Final = 64  # packets a system call
SLOT: Final = 2048  # bytes: a query, then the reply in its place
NAME: Final = 28  # bytes of a sockaddr_in6, the larger of the two families'
_CONTROL: Final = 64
_MSG_TRUNC: Final = int(socket.MSG_TRUNC)
_DONTWAIT: Final = int(socket.MSG_DONTWAIT)

Sender = tuple[bytes, bytes]
"""Where a packet came from and came to: a sockaddr and a control message, as received."""


class _IoVec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class _Message(ctypes.Structure):
    """struct msghdr (recvmsg(2))."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class _Header(ctypes.Structure):
    """struct mmsghdr (recvmmsg(2)): a message, then the bytes received or sent."""

    _anonymous_ = ("message",)
    _fields_ = [("message", _Message), ("length", ctypes.c_uint32)]


HEADER: Final = ctypes.sizeof(_Header)
_IOVEC: Final = ctypes.sizeof(_IoVec)
NAMES_AT: Final = SLOTS * SLOT
_CONTROLS_AT: Final = NAMES_AT + SLOTS * 32
_HEADERS_AT: Final = _CONTROLS_AT + SLOTS * _CONTROL
_VECTORS_AT: Final = _HEADERS_AT + SLOTS * HEADER
_TOTAL: Final = _VECTORS_AT + SLOTS * _IOVEC
NAME_STRIDE: Final = 32
LENGTH_STRIDE: Final = HEADER // 4
LENGTH_AT: Final = _HEADERS_AT // 4 + _Header.length.offset // 4
_FLAGS_AT: Final = _HEADERS_AT // 4 + _Header.flags.offset // 4
_NAME_SIZE_AT: Final = _HEADERS_AT // 4 + _Message.name_size.offset // 4
_WORD: Final = ctypes.sizeof(ctypes.c_size_t)
_CONTROL_SIZE_AT: Final = _HEADERS_AT // _WORD + _Message.control_size.offset // _WORD
SIZE_STRIDE: Final = _IOVEC // _WORD
SIZE_AT: Final = _VECTORS_AT // _WORD + _IoVec.size.offset // _WORD


class Batch:
    """Slots in one piece of memory, for `recvmmsg` to fill and `sendmmsg` to empty.

    memory: slot i begins at i * SLOT, its sockaddr at NAMES_AT + i * NAME_STRIDE.
    words: the same memory as 32-bit words; a packet's length is at LENGTH_AT + i * LENGTH_STRIDE.
    sizes: the same as size_t; the bytes to send go to SIZE_AT + i * SIZE_STRIDE.
    """

    def __init__(
        self,
        receive: Callable[..., int] | None = None,
        send: Callable[..., int] | None = None,
    ) -> None:
        self._recvmmsg = receive or RECEIVE
        self._sendmmsg = send or SEND
        self.memory = mmap.mmap(-1, _TOTAL)
        self._anchor = (ctypes.c_char * _TOTAL).from_buffer(self.memory)
        self._start = ctypes.addressof(self._anchor)
        view = memoryview(self.memory)
        self.words = view.cast("I")
        self.sizes = view.cast("Q" if _WORD == 8 else "I")
        self._headers = self._start + _HEADERS_AT
        self._lay_out()
        self._fresh = self.memory[_HEADERS_AT:_TOTAL]

    def _lay_out(self) -> None:
        headers = (_Header * SLOTS).from_address(self._headers)
        vectors = (_IoVec * SLOTS).from_address(self._start + _VECTORS_AT)
        for slot, (header, vector) in enumerate(zip(headers, vectors, strict=True)):
            vector.base = self._start + slot * SLOT
            vector.size = SLOT
            header.name = self._start + NAMES_AT + slot * NAME_STRIDE
            header.name_size = NAME
            header.vectors = self._start + _VECTORS_AT + slot * _IOVEC
            header.vector_count = 1
            header.control = self._start + _CONTROLS_AT + slot * _CONTROL
            header.control_size = _CONTROL

    def receive(self, sock: socket.socket) -> int:
        """Fill slots with what waits at a socket; how many, 0 when nothing does."""
        self.memory[_HEADERS_AT:_TOTAL] = self._fresh
        return max(0, self._recvmmsg(sock.fileno(), self._headers, SLOTS, _DONTWAIT, None))

    def send(self, sock: socket.socket, first: int, end: int) -> None:
        """Send slots first to end - 1; what the kernel refuses is as lost as a packet can be."""
        fd = sock.fileno()
        while first < end:
            sent = self._sendmmsg(fd, self._headers + first * HEADER, end - first, _DONTWAIT)
            first += max(sent, 1)

    def truncated(self, slot: int) -> bool:
        """Whether a packet was longer than its slot."""
        return bool(self.words[_FLAGS_AT + slot * LENGTH_STRIDE] & _MSG_TRUNC)

    def sender(self, slot: int, name_size: int, control_size: int) -> Sender:
        """What `send_to` needs to answer a packet later; sizes: those of the socket's kind."""
        name_at = NAMES_AT + slot * NAME_STRIDE
        control_at = _CONTROLS_AT + slot * _CONTROL
        return (
            self.memory[name_at : name_at + name_size],
            self.memory[control_at : control_at + control_size],
        )

    def send_to(self, sock: socket.socket, replies: Iterable[tuple[Sender, bytes]]) -> None:
        """Send replies to packets of earlier batches; overwrites the slots."""
        slot = 0
        for (name, control), wire in replies:
            self._put(slot, wire)
            name_at = NAMES_AT + slot * NAME_STRIDE
            self.memory[name_at : name_at + len(name)] = name
            self.words[_NAME_SIZE_AT + slot * LENGTH_STRIDE] = len(name)
            control_at = _CONTROLS_AT + slot * _CONTROL
            self.memory[control_at : control_at + len(control)] = control
            self.sizes[_CONTROL_SIZE_AT + slot * (HEADER // _WORD)] = len(control)
            slot += 1
            if slot == SLOTS:
                self.send(sock, 0, slot)
                slot = 0
        self.send(sock, 0, slot)

    def _put(self, slot: int, wire: bytes) -> None:
        at = slot * SLOT
        self.memory[at : at + len(wire)] = wire
        self.sizes[SIZE_AT + slot * SIZE_STRIDE] = len(wire)


class ConnectedBatch(Batch):
    """A batch for connected sockets: no addresses to keep."""

    def _lay_out(self) -> None:
        super()._lay_out()
        for header in (_Header * SLOTS).from_address(self._headers):
            header.name = header.control = None
            header.name_size = header.control_size = 0

    def send_all(self, sock: socket.socket, wires: list[bytes]) -> None:
        """Send packets to the socket's peer."""
        for first in range(0, len(wires), SLOTS):
            part = wires[first : first + SLOTS]
            for slot, wire in enumerate(part):
                self._put(slot, wire)
            self.send(sock, 0, len(part))


def receive_one_by_one(fd: int, headers: int, count: int, flags: int, _timeout: None) -> int:
    """`recvmmsg` by `recvmsg`, with the same result in the same places."""
    for slot in range(count):
        header = headers + slot * HEADER
        length = _libc.recvmsg(fd, ctypes.c_void_p(header), flags)
        if length < 0:
            return slot or -1
        _Header.from_address(header).length = length
    return count


def send_one_by_one(fd: int, headers: int, count: int, flags: int) -> int:
    """`sendmmsg` by `sendmsg`."""
    for slot in range(count):
        if _libc.sendmsg(fd, ctypes.c_void_p(headers + slot * HEADER), flags) < 0:
            return slot or -1
    return count


# PyDLL keeps the interpreter's lock: these calls never wait, and letting go of it costs more.
_libc: Final = ctypes.PyDLL(None)


def _many_to_a_call() -> tuple[Callable[..., int], Callable[..., int]]:
    try:
        receive, send = _libc.recvmmsg, _libc.sendmmsg
    except AttributeError:
        return receive_one_by_one, send_one_by_one
    receive.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p]
    send.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
    return receive, send


RECEIVE, SEND = _many_to_a_call()
