"""A connection by QUIC: a connected UDP socket, and a timer that QUIC asks for."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from guardian.dns.streams.connection import Connection, Gone, Heard
from guardian.dns.streams.doq import Doq
from guardian.dns.streams.protocol import Answered, Broken
from guardian.dns.streams.tls import Unproven, said
from guardian.dns.upstream import Target, family_of

_LARGEST: Final = 2048  # bytes of a datagram; larger ones are nobody's
_BURST: Final = 64  # datagrams before others get their turn


class Quic(Connection):
    """Streams with questions on their way, one each."""

    def __init__(self, target: Target, heard: Heard, gone: Gone) -> None:
        """Raises OSError where no way leads there, Unproven where nobody could be believed."""
        loop = asyncio.get_running_loop()
        self._doq = Doq(target, loop.time)
        super().__init__(self._doq, heard, gone, padded=True)
        self._timer: asyncio.TimerHandle | None = None
        self._sock = connected(target)
        self._loop.add_reader(self._sock, self._read)
        self._loop.call_soon(self._begin)  # by then the caller knows of it

    def _begin(self) -> None:
        if not self._is_closed:
            self._send()

    def _send(self) -> None:
        for data in self._doq.datagrams():
            try:
                self._sock.send(data)
            except BlockingIOError:
                break  # QUIC sends again what matters
            except OSError as problem:
                self._end(said(problem))
                return
        self._wait()

    def _wait(self) -> None:
        at = self._doq.wakes_at
        if self._timer is not None:
            if at is not None and self._timer.when() <= at:
                return  # one that is due sooner looks again by itself
            self._timer.cancel()
            self._timer = None
        if at is not None:
            self._timer = self._loop.call_at(at, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._take(self._doq.wake)

    def _read(self) -> None:
        datagrams: list[bytes] = []
        try:
            while len(datagrams) < _BURST:
                datagrams.append(self._sock.recv(_LARGEST))
        except BlockingIOError:
            pass
        except OSError as problem:  # an ICMP error, or no way any more
            self._end(said(problem))
            return
        self.heard = self._loop.time()
        self._take(lambda: [each for data in datagrams for each in self._doq.hear(data)])

    def _take(self, happen: Callable[[], list[Answered]]) -> None:
        """Have something happen to the conversation, pass on what comes of it, and go on."""
        try:
            found = happen()
        except (Broken, Unproven) as problem:
            self._end(str(problem))
            return
        if found:
            self._tell(found)
        if self._is_closed:
            return
        if self._doq.is_open and not self.is_open:
            self._opened()
        else:
            self._send()

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._sock)
        for data in self._doq.bye():
            try:
                self._sock.send(data)
            except OSError:
                break
        self._sock.close()


def connected(target: Target) -> socket.socket:
    """A socket that hears the server alone. Raises OSError."""
    sock = socket.socket(family_of(target.address), socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        sock.connect(target.address)
    except OSError:
        sock.close()
        raise
    return sock
