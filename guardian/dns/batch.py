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
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final, NamedTuple

SLOTS: Final = 64  # packets a system call
SLOT: Final = 2048  # bytes: a query, then the reply in its place
NAME: Final = 28  # bytes of a sockaddr_in6, the larger of the two families'
_CONTROL: Final = 64
_MSG_TRUNC: Final = int(socket.MSG_TRUNC)
_DONTWAIT: Final = int(socket.MSG_DONTWAIT)

Sender = bytes
"""Where a packet came from and came to: a sockaddr in 32 bytes, then its control message if any."""


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
_NAMES_AT: Final = SLOTS * SLOT
_CONTROLS_AT: Final = _NAMES_AT + SLOTS * 32
_HEADERS_AT: Final = _CONTROLS_AT + SLOTS * _CONTROL
_VECTORS_AT: Final = _HEADERS_AT + SLOTS * HEADER
_TOTAL: Final = _VECTORS_AT + SLOTS * _IOVEC
_NAME_STRIDE: Final = 32
_SIZE_CODE: Final = "Q" if ctypes.sizeof(ctypes.c_size_t) == 8 else "I"
_LENGTH_STRIDE: Final = HEADER // 4
_LENGTHS_AT: Final = _HEADERS_AT + _Header.length.offset
_FLAGS_AT: Final = _HEADERS_AT // 4 + _Header.flags.offset // 4
_WORD: Final = ctypes.sizeof(ctypes.c_size_t)
_CONTROL_SIZE_AT: Final = _HEADERS_AT // _WORD + _Message.control_size.offset // _WORD
_SIZE_STRIDE: Final = _IOVEC // _WORD
_SIZE_AT: Final = _VECTORS_AT // _WORD + _IoVec.size.offset // _WORD


_NAMES: Final = tuple(
    slice(_NAMES_AT + slot * _NAME_STRIDE, _NAMES_AT + (slot + 1) * _NAME_STRIDE)
    for slot in range(SLOTS)
)


class Place(NamedTuple):
    """Where in a batch's memory a slot has its parts: counted once, not for each packet.

    start, name_at: the packet and its sockaddr, in `memory`. size_at: the bytes to send, in
    `sizes`. control_at, control_size_at: the control message and its length.
    """

    start: int
    name_at: int
    size_at: int
    control_at: int
    control_size_at: int


PLACES: Final = tuple(
    Place(
        slot * SLOT,
        _NAMES_AT + slot * _NAME_STRIDE,
        _SIZE_AT + slot * _SIZE_STRIDE,
        _CONTROLS_AT + slot * _CONTROL,
        _CONTROL_SIZE_AT + slot * (HEADER // _WORD),
    )
    for slot in range(SLOTS)
)


_SHORT: Final = 512  # bytes: what is sent seldom is longer


@lru_cache(2 * SLOTS)
def _laid(count: int, stride: int) -> Struct:
    """So many packets, as many bytes apart."""
    return Struct(f"{stride}s" * count)


def _each(form: str) -> tuple[Callable[..., tuple[Any, ...]], ...]:
    """What takes the same thing from each of the first slots, by how many slots."""
    return tuple(Struct(form * count).unpack_from for count in range(SLOTS + 1))


_ADDRESSES: Final = (_each("4x4s24x"), _each("8x16s8x"))  # ip(7), ipv6(7): where a sockaddr has it
_LENGTHS: Final = _each(f"I{HEADER - 4}x")


class Batch:
    """Slots in one piece of memory, for `recvmmsg` to fill and `sendmmsg` to empty.

    memory: the slots' parts are where PLACES says. sizes: the same memory as numbers of size_t.
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
        self._words = view.cast("I")
        self.sizes = view.cast(_SIZE_CODE)
        self._laid_sizes = self.sizes[_SIZE_AT : _SIZE_AT + SLOTS * _SIZE_STRIDE : _SIZE_STRIDE]
        # Ready to be passed: without them, ctypes would look at each argument of each call.
        self._headers = tuple(
            ctypes.c_void_p(self._start + _HEADERS_AT + slot * HEADER) for slot in range(SLOTS)
        )
        self._lay_out()
        self._to_receive = self.memory[_HEADERS_AT:_TOTAL]
        for place in PLACES:
            self.sizes[place.control_size_at] = 0
        self._to_send = {stride: self._headers_for(stride) for stride in (_SHORT, SLOT)}

    def _lay_out(self) -> None:
        headers = (_Header * SLOTS).from_address(self._start + _HEADERS_AT)
        vectors = (_IoVec * SLOTS).from_address(self._start + _VECTORS_AT)
        for slot, (header, vector) in enumerate(zip(headers, vectors, strict=True)):
            vector.base = self._start + slot * SLOT
            vector.size = SLOT
            header.name = self._start + _NAMES_AT + slot * _NAME_STRIDE
            header.name_size = NAME
            header.vectors = self._start + _VECTORS_AT + slot * _IOVEC
            header.vector_count = 1
            header.control = self._start + _CONTROLS_AT + slot * _CONTROL
            header.control_size = _CONTROL

    def _headers_for(self, stride: int) -> bytes:
        """Headers and vectors for packets that lie so many bytes apart."""
        for slot, vector in enumerate((_IoVec * SLOTS).from_address(self._start + _VECTORS_AT)):
            vector.base = self._start + slot * stride
        return self.memory[_HEADERS_AT:_TOTAL]

    def receive(self, sock: socket.socket) -> int:
        """Fill slots with what waits at a socket; how many, 0 when nothing does."""
        self.memory[_HEADERS_AT:_TOTAL] = self._to_receive
        count = self._recvmmsg(sock.fileno(), self._headers[0], SLOTS, _DONTWAIT, None)
        return count if count > 0 else 0

    def addresses(self, count: int, is_ipv6: bool) -> tuple[bytes, ...]:  # noqa: FBT001
        """The packed addresses from which the packets in the first slots came."""
        return _ADDRESSES[is_ipv6][count](self.memory, _NAMES_AT)

    def address(self, slot: int, is_ipv6: bool) -> bytes:  # noqa: FBT001
        """The packed address from which the packet in a slot came."""
        found: bytes = _ADDRESSES[is_ipv6][1](self.memory, PLACES[slot].name_at)[0]
        return found

    def lengths(self, count: int) -> tuple[int, ...]:
        """The lengths of the packets in the first slots, as received."""
        return _LENGTHS[count](self.memory, _LENGTHS_AT)

    def send(self, sock: socket.socket, first: int, end: int) -> None:
        """Send slots first to end - 1; what the kernel refuses is as lost as a packet can be."""
        fd = sock.fileno()
        while first < end:
            sent = self._sendmmsg(fd, self._headers[first], end - first, _DONTWAIT)
            first += sent if sent > 0 else 1

    def truncated(self, slot: int) -> bool:
        """Whether a packet was longer than its slot."""
        return bool(self._words[_FLAGS_AT + slot * _LENGTH_STRIDE] & _MSG_TRUNC)

    def sender(self, slot: int, control_size: int) -> Sender:
        """What `send_to` needs to answer a packet later. control_size: 0 where it has none."""
        name = self.memory[_NAMES[slot]]
        if not control_size:
            return name
        control_at = _CONTROLS_AT + slot * _CONTROL
        return name + self.memory[control_at : control_at + control_size]

    def send_to(
        self, sock: socket.socket, senders: Sequence[Sender], packets: Sequence[bytes]
    ) -> None:
        """Send a packet to each sender of one socket's; overwrites the slots."""
        memory = self.memory
        for first in range(0, len(packets), SLOTS):
            part, theirs = packets[first : first + SLOTS], senders[first : first + SLOTS]
            self._lay(part)
            if len(theirs[0]) > _NAME_STRIDE:
                theirs = self._with_control(theirs)
            memory[_NAMES_AT : _NAMES_AT + len(theirs) * _NAME_STRIDE] = b"".join(theirs)
            self.send(sock, 0, len(part))

    def _with_control(self, senders: Sequence[Sender]) -> list[bytes]:
        """Put the senders' control messages into the slots; their names alone."""
        for sender, place in zip(senders, PLACES, strict=False):
            control = sender[_NAME_STRIDE:]
            self.memory[place.control_at : place.control_at + len(control)] = control
            self.sizes[place.control_size_at] = len(control)
        return [sender[:_NAME_STRIDE] for sender in senders]

    def _lay(self, packets: Sequence[bytes]) -> None:
        """Lay packets where the slots are, all at once: a line for each would cost twice as much.

        `receive` puts the slots back.
        """
        sizes = list(map(len, packets))
        stride = _SHORT if max(sizes) <= _SHORT else SLOT
        self.memory[_HEADERS_AT:_TOTAL] = self._to_send[stride]
        _laid(len(packets), stride).pack_into(self.memory, 0, *packets)
        self._laid_sizes[: len(packets)] = array(_SIZE_CODE, sizes)


class ConnectedBatch(Batch):
    """A batch for connected sockets: no addresses to keep."""

    def _lay_out(self) -> None:
        super()._lay_out()
        for header in (_Header * SLOTS).from_address(self._start + _HEADERS_AT):
            header.name = header.control = None
            header.name_size = header.control_size = 0

    def send_all(self, sock: socket.socket, packets: Sequence[bytes]) -> None:
        """Send packets to the socket's peer."""
        for first in range(0, len(packets), SLOTS):
            part = packets[first : first + SLOTS]
            self._lay(part)
            self.send(sock, 0, len(part))


def receive_one_by_one(
    fd: int, headers: ctypes.c_void_p, count: int, flags: int, _timeout: None
) -> int:
    """`recvmmsg` by `recvmsg`, with the same result in the same places."""
    first = headers.value or 0
    for slot in range(count):
        header = first + slot * HEADER
        length = _libc.recvmsg(fd, ctypes.c_void_p(header), flags)
        if length < 0:
            return slot or -1
        _Header.from_address(header).length = length
    return count


def send_one_by_one(fd: int, headers: ctypes.c_void_p, count: int, flags: int) -> int:
    """`sendmmsg` by `sendmsg`."""
    first = headers.value or 0
    for slot in range(count):
        if _libc.sendmsg(fd, ctypes.c_void_p(first + slot * HEADER), flags) < 0:
            return slot or -1
    return count


# PyDLL keeps the interpreter's lock: these calls never wait, and letting go of it costs more.
_libc: Final = ctypes.PyDLL(None)


def _many_to_a_call() -> tuple[Callable[..., int], Callable[..., int]]:
    try:
        return _libc.recvmmsg, _libc.sendmmsg
    except AttributeError:
        return receive_one_by_one, send_one_by_one


RECEIVE, SEND = _many_to_a_call()
