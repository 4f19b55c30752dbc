"""Queries by UDP: the packet loop."""

import socket
from collections.abc import Callable
from typing import Final, cast

from guardian.dns.batch import PLACES, SLOT, SLOTS, Batch, Sender
from guardian.dns.cache import Cache, Entry
from guardian.dns.replies import refused_header
from guardian.dns.resolver import Resolver
from guardian.dns.view import Asker
from guardian.dns.wire import QR

_BURSTS: Final = 8  # batches before other readers get their turn
_ADDRESS: Final = {socket.AF_INET: (4, 8), socket.AF_INET6: (8, 24)}  # where a sockaddr has it
_CONTROL_SIZE: Final = {  # what the kernel writes for a packet-info message
    socket.AF_INET: socket.CMSG_SPACE(12),
    socket.AF_INET6: socket.CMSG_SPACE(20),
}
_QR: Final = QR >> 8
_IP_PKTINFO: Final = 8  # ip(7); the socket module has no name for it
_RECEIVE_BUFFER: Final = 4 << 20  # bytes: a burst waits while lists are swapped

Askers = dict[bytes, Asker]
"""Packed client address → asker."""

Stranger = Callable[[bytes, bytes], tuple[Asker, bytes]]
"""Packed client address and query (after the ID) → who asks, and the query that is to be answered.

These two tell it together where the address is that of somebody who asks for others (`behind`).
"""

Row = tuple[int, int, int, slice, int]
"""A slot: its number, where its packet begins, where that goes on after the ID, where the sender's
address is, where the reply's size goes."""


class UdpListener:
    """One bound socket. Replies leave from the address that was asked."""

    stream = False

    def __init__(
        self,
        sock: socket.socket,
        resolver: Resolver,
        cache: Cache[Entry],
        batch: Batch,
        askers: Askers,
        stranger: Stranger,
    ) -> None:
        """stranger: who asks, for an address that is not among `askers`."""
        self.sock = sock
        self.cache = cache
        self.askers = askers
        self._late: list[bytes] = []
        self._senders: list[object] = []
        self._resolver = resolver
        self._batch = batch
        self._stranger = stranger
        first, end = _ADDRESS[sock.family]
        self._rows = tuple(
            (
                slot,
                each.start,
                each.start + 2,
                slice(each.name_at + first, each.name_at + end),
                each.size_at,
            )
            for slot, each in enumerate(PLACES)
        )
        wildcard = sock.getsockname()[0] in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        self._control_size = _CONTROL_SIZE[sock.family] if wildcard else 0

    def drain(self) -> None:
        """Answer what waits at the socket."""
        # Flat on purpose: locals for attributes, no helpers, no log, no await. Every packet pays
        # for every line; `make bench` has the price. A change comes with its before and after.
        batch, resolver, sock = self._batch, self._resolver, self.sock
        memory, sizes, rows = batch.memory, batch.sizes, self._rows
        asker_of = self.askers.get
        second = resolver.now()
        stamp = resolver.stamp
        for _ in range(_BURSTS):
            count = batch.receive(sock)
            if not count:
                break
            entry_of = self.cache.young.get
            run = 0  # first slot of the run of replies that is not sent yet
            for row, length in zip(rows, batch.lengths(count), strict=False):
                slot, at, after_id, address_at, size_at = row
                question = memory[after_id : at + length]
                asker = asker_of(memory[address_at])
                entry = entry_of(question)
                wire = None
                if entry is not None and asker is not None and entry.stamp == stamp:
                    view = asker.schedule.view
                    if entry.mask & view.mask:
                        block = view.decisions.get(entry.mask)
                        if (
                            block is not None
                            and block is entry.block
                            and second + entry.block.ttl <= view.until
                        ):
                            asker.blocked += 1
                            wire = entry.block_wire
                    elif entry.until <= view.until:
                        wire = entry.wire
                        asker.seen |= entry.mask
                    if wire is not None and entry.mask:
                        asker.queries += 1  # a helpline has no bit, and is not even counted
                if wire is None:
                    wire = self._settle(row, length, question, asker)
                    if wire is None:
                        if run < slot:
                            batch.send(sock, run, slot)
                        run = slot + 1
                        continue
                memory[after_id : after_id + len(wire)] = wire
                sizes[size_at] = len(wire) + 2
            if run < count:
                batch.send(sock, run, count)
            if count < SLOTS:
                break
        resolver.flush()

    def _settle(self, row: Row, length: int, question: bytes, asker: Asker | None) -> bytes | None:
        """What the loop does not do by itself: strangers, misses, the first hit of a second."""
        batch = self._batch
        slot, at, after_id, address_at, _ = row
        if asker is None:
            asker, question = self._stranger(batch.memory[address_at], question)
        if length >= SLOT and batch.truncated(slot):
            return refused_header(question) if not question[0] & _QR else None
        to = batch.sender(slot, self._control_size)
        return self._resolver.settle(question, asker, self, to, batch.memory[at:after_id])

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, to a query of an earlier batch."""
        self._senders.append(to)
        self._late.append(packet)

    def flush(self) -> None:
        """Send what is queued."""
        senders, packets = self._senders, self._late
        self._senders, self._late = [], []
        self._batch.send_to(self.sock, cast(list[Sender], senders), packets)


def open_udp(address: tuple[str, int]) -> socket.socket:
    """A bound socket for a listener; more than one process may hold one (SO_REUSEPORT).

    Raises OSError where the address is not to be had.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if address[0] == "::":
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    elif address[0] == "0.0.0.0":  # noqa: S104 (compared, not bound)
        sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    sock.bind(address)
    return sock
