"""Queries by UDP: the packet loop."""

import socket
from collections.abc import Callable, Container, Mapping
from types import MappingProxyType
from typing import Final, cast

from guardian.dns.batch import PLACES, SLOT, SLOTS, Batch, Sender
from guardian.dns.cache import Cache, Entry
from guardian.dns.listeners.sockets import is_half_full
from guardian.dns.proxied import FrontEnd, read_header
from guardian.dns.replies import refused_header, with_options
from guardian.dns.resolver import Resolver
from guardian.dns.sieve import Sieve, Stamping
from guardian.dns.view import Asker
from guardian.dns.wire import QR, Malformed

_BURSTS: Final = 8  # batches before other readers get their turn
_FEW: Final = 8  # where more came at once, more may have come meanwhile
_ALL: Final = _BURSTS * SLOTS  # queries of a turn, at most
_SPARE: Final = 16  # misses of a turn that are looked up where the queue is long
_CONTROL_SIZE: Final = {  # what the kernel writes for a packet-info message
    socket.AF_INET: socket.CMSG_SPACE(12),
    socket.AF_INET6: socket.CMSG_SPACE(20),
}
_QR: Final = QR >> 8

NO_FRONT_ENDS: Final[Mapping[bytes, FrontEnd]] = MappingProxyType({})

Askers = dict[bytes, Asker]
"""Packed client address → asker."""

Stranger = Callable[[bytes, bytes], tuple[Asker | None, bytes]]
"""Packed client address and query (after the ID) → who asks, and the query that is to be answered.

These two tell it together where the address is that of somebody who asks for others (`behind`).
Nobody: who asks is not served, and the bytes are the reply; none for silence.
"""

Row = tuple[int, int, int]
"""A slot: where its packet begins, where that goes on after the ID, where the reply's size goes."""

_ROWS: Final[tuple[Row, ...]] = tuple((each.start, each.start + 2, each.size_at) for each in PLACES)


class UdpListener:
    """One bound socket. Replies leave from the address that was asked.

    A miss takes as long as ten names that are known. While more comes than can be looked up, what
    is too much of it is passed over in silence, and whoever asks for known names has no part in it:
    the kernel, once its queue is full, drops known and new alike.
    """

    stream = False

    def __init__(
        self,
        sock: socket.socket,
        resolver: Resolver,
        cache: Cache[Entry],
        batch: Batch,
        askers: Askers,
        stranger: Stranger,
        front_ends: Mapping[bytes, FrontEnd] = NO_FRONT_ENDS,
        outside: Container[bytes] = (),
        sieve: Sieve | None = None,
    ) -> None:
        """stranger: who asks, for an address that is not among `askers`.

        front_ends: by packed address; these are not among `askers`.
        outside: packed addresses, none of them among `askers`, whose queries go through the sieve.
        """
        self.sock = sock
        self.cache = cache
        self.askers = askers
        self._left_some = False  # the last turn
        self._spare = _ALL  # misses that may still be looked up in this one
        self._late: list[bytes] = []
        self._senders: list[object] = []
        self._resolver = resolver
        self._batch = batch
        self._stranger = stranger
        self._front_ends = front_ends
        self._outside = outside
        self._sieve = sieve
        self._is_ipv6 = sock.family == socket.AF_INET6
        wildcard = sock.getsockname()[0] in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        self._control_size = _CONTROL_SIZE[sock.family] if wildcard else 0

    def drain(self) -> None:
        """Answer what waits at the socket."""
        # Flat on purpose: locals for attributes, no helpers, no log, no await. Every packet pays
        # for every line; `make bench` has the price. A change comes with its before and after.
        batch, resolver, sock = self._batch, self._resolver, self.sock
        memory, sizes, is_ipv6 = batch.memory, batch.sizes, self._is_ipv6
        asker_of = self.askers.get
        resolver.now()
        stamp = resolver.stamp
        count = 0
        self._spare = _SPARE if self._left_some and is_half_full(sock) else _ALL
        for _ in range(_BURSTS):
            count = batch.receive(sock)
            if not count:
                break
            entry_of = self.cache.young.get
            run = 0  # first slot of the run of replies that is not sent yet
            askers = map(asker_of, batch.addresses(count, is_ipv6))
            # `strict=` would cost more than the whole call.
            for row, length, asker in zip(_ROWS, batch.lengths(count), askers):  # noqa: B905
                at, after_id, size_at = row
                entry = entry_of(memory[after_id : at + length])
                if (
                    entry is not None
                    and entry.stamp >= stamp
                    and asker is not None
                    and entry.view is asker.schedule.view
                ):
                    asker.queries += 1
                    if entry.stops:
                        asker.blocked += 1
                    else:
                        asker.seen |= entry.mask
                    size = entry.size
                    memory[after_id : at + size] = entry.verdict
                    sizes[size_at] = size
                    continue
                reply = self._settle(row, length, asker)
                if reply is None:
                    slot = at // SLOT
                    if run < slot:
                        batch.send(sock, run, slot)
                    run = slot + 1
                    continue
                size = len(reply) + 2
                memory[after_id : at + size] = reply
                sizes[size_at] = size
            if run < count:
                batch.send(sock, run, count)
            if count < _FEW:
                break
        self._left_some = count == SLOTS
        resolver.flush()

    def _settle(self, row: Row, length: int, asker: Asker | None) -> bytes | None:
        """What the loop does not do by itself: strangers, misses, the first hit of a while."""
        batch, cache, resolver = self._batch, self.cache, self._resolver
        at, after_id, _ = row
        slot = at // SLOT
        question = batch.memory[after_id : at + length]
        if asker is None:
            address = batch.address(slot, self._is_ipv6)
            front_end = self._front_ends.get(address)
            if front_end is None:
                asker, question = self._stranger(address, question)
                if asker is not None and self._sieve is not None and address in self._outside:
                    return self._sifted(self._sieve, row, address, asker, question)
            else:
                asker, question = self._unwrapped(front_end, at, question)
            if asker is None:
                return question or None
        if length >= SLOT and batch.truncated(slot):
            return refused_header(question) if not question[0] & _QR else None
        if question in cache.young or question in cache.old:
            reply = resolver.known(question, asker, self)
            if reply is not None:
                return reply
        if not self._spare:
            return None
        self._spare -= 1
        to = batch.sender(slot, self._control_size)
        return resolver.find(question, asker, self, to, batch.memory[at:after_id])

    def _sifted(
        self, sieve: Sieve, row: Row, address: bytes, asker: Asker, question: bytes
    ) -> bytes | None:
        """The reply to who could be anybody, if there is one now."""
        at, after_id, _ = row
        slot = at // SLOT
        batch, resolver = self._batch, self._resolver
        if batch.truncated(slot):
            return None
        wire, reply, stamp, limit = sieve.sift(address, question, resolver.second)
        if wire is None:
            return reply or None
        to, ident = batch.sender(slot, self._control_size), batch.memory[at:after_id]
        if not stamp:
            return resolver.settle(wire, asker, self, to, ident)
        settled = resolver.settle(wire, asker, Stamping(self, stamp, limit), to, ident)
        return settled and with_options(settled, stamp, limit)

    def _unwrapped(
        self, front_end: FrontEnd, at: int, question: bytes
    ) -> tuple[Asker | None, bytes]:
        """Who asks through a front end, and what, as by `Stranger`; its ID is put where IDs are."""
        memory = self._batch.memory
        packet = memory[at : at + 2] + question
        try:
            header = read_header(packet)
        except Malformed:
            header = None
        if header is None or len(packet) < header.size + 2:
            return None, b""
        memory[at : at + 2] = packet[header.size : header.size + 2]
        return front_end.who(header, packet[header.size + 2 :])

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, to a query of an earlier batch."""
        self._senders.append(to)
        self._late.append(packet)

    def flush(self) -> None:
        """Send what is queued."""
        senders, packets = self._senders, self._late
        self._senders, self._late = [], []
        self._batch.send_to(self.sock, cast(list[Sender], senders), packets)
