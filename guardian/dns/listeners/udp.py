"""Queries by UDP: the packet loop."""

import socket
from collections.abc import Callable
from typing import Final, cast

from guardian.dns.batch import (
    LENGTH_AT,
    LENGTH_STRIDE,
    NAME_STRIDE,
    NAMES_AT,
    SIZE_AT,
    SIZE_STRIDE,
    SLOT,
    SLOTS,
    Batch,
    Sender,
)
from guardian.dns.cache import Cache, Entry
from guardian.dns.replies import SHORTEST, refused_header
from guardian.dns.resolver import Resolver
from guardian.dns.view import Asker, Block

_BURSTS: Final = 8  # batches before other readers get their turn
_ADDRESS: Final = {socket.AF_INET: (4, 8), socket.AF_INET6: (8, 24)}  # where a sockaddr has it
_NAME_SIZE: Final = {socket.AF_INET: 16, socket.AF_INET6: 28}
_CONTROL_SIZE: Final = {  # what the kernel writes for a packet-info message
    socket.AF_INET: socket.CMSG_SPACE(12),
    socket.AF_INET6: socket.CMSG_SPACE(20),
}
_IP_PKTINFO: Final = 8  # ip(7); the socket module has no name for it
_RECEIVE_BUFFER: Final = 4 << 20  # bytes: a burst waits while lists are swapped

Askers = dict[bytes, Asker]
"""Packed client address → asker."""


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
        stranger: Callable[[bytes], Asker | None],
    ) -> None:
        """stranger: the asker for an address that is not among `askers`; None: no reply."""
        self.sock = sock
        self.cache = cache
        self.askers = askers
        self._late: list[tuple[Sender, bytes]] = []
        self._resolver = resolver
        self._batch = batch
        self._stranger = stranger
        self._from, self._to = _ADDRESS[sock.family]
        self._name_size = _NAME_SIZE[sock.family]
        wildcard = sock.getsockname()[0] in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        self._control_size = _CONTROL_SIZE[sock.family] if wildcard else 0

    def drain(self) -> None:
        """Answer what waits at the socket."""
        # Flat on purpose: locals for attributes, no helpers, no log, no await. Every packet pays
        # for every line; `make bench` has the price. A change comes with its before and after.
        batch, resolver, sock = self._batch, self._resolver, self.sock
        memory, words, sizes = batch.memory, batch.words, batch.sizes
        asker_of = self.askers.get
        first_byte, end_byte = NAMES_AT + self._from, NAMES_AT + self._to
        second = resolver.now()
        stamp = resolver.stamp
        for _ in range(_BURSTS):
            count = batch.receive(sock)
            if not count:
                break
            entry_of = self.cache.young.get
            run = 0  # first slot of the run of replies that is not sent yet
            for slot in range(count):
                at = slot * SLOT
                length = words[LENGTH_AT + slot * LENGTH_STRIDE]
                question = memory[at + 2 : at + length]
                name = slot * NAME_STRIDE
                asker = asker_of(memory[first_byte + name : end_byte + name])
                entry = entry_of(question)
                wire = None
                if entry is not None and asker is not None and entry.stamp == stamp:
                    view = asker.schedule.view
                    if entry.mask & view.mask:
                        decision = view.decisions.get(entry.mask)
                        if decision.__class__ is Block:
                            wire = entry.blocked.get(decision)
                            if wire is not None and second + decision.ttl <= view.until:
                                asker.blocked += 1
                            else:
                                wire = None
                    elif entry.until <= view.until:
                        wire = entry.wire
                    if wire is not None and entry.mask:
                        asker.queries += 1  # a helpline has no bit, and is not even counted
                if wire is None:
                    wire = self._settle(slot, length, question, asker)
                    if wire is None:
                        if run < slot:
                            batch.send(sock, run, slot)
                        run = slot + 1
                        continue
                size = len(wire) + 2
                memory[at + 2 : at + size] = wire
                sizes[SIZE_AT + slot * SIZE_STRIDE] = size
            if run < count:
                batch.send(sock, run, count)
            if count < SLOTS:
                break
        resolver.flush()

    def _settle(self, slot: int, length: int, question: bytes, asker: Asker | None) -> bytes | None:
        """What the loop does not do by itself: strangers, misses, the first hit of a second."""
        batch = self._batch
        if asker is None:
            name = NAMES_AT + slot * NAME_STRIDE
            asker = self._stranger(batch.memory[name + self._from : name + self._to])
            if asker is None:
                return None
        if batch.truncated(slot):
            return refused_header(question) if length > SHORTEST else None
        ident = batch.memory[slot * SLOT : slot * SLOT + 2]
        to = batch.sender(slot, self._name_size, self._control_size)
        return self._resolver.settle(question, asker, self, to, ident)

    def later(self, to: object, ident: bytes, wire: bytes) -> None:
        """Queue a reply to a query of an earlier batch."""
        self._late.append((cast(Sender, to), ident + wire))

    def flush(self) -> None:
        """Send what is queued."""
        late, self._late = self._late, []
        self._batch.send_to(self.sock, late)


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
