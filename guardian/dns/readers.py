"""Sockets that are read in turns, without a round of the event loop for each turn.

Under load a packet socket is ready again as soon as it has been drained, and a round of asyncio
costs as much as three packets. These sockets have an epoll of their own, which is what the event
loop watches: while they stay ready it is asked directly.
"""

import asyncio
import select
import socket
import time
from collections.abc import Callable
from typing import Final

_LONGEST: Final = 0.005  # seconds until timers and other sockets get their turn


class Readers:
    """What is to be called when a socket has something to read."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._calls: dict[int, Callable[[], None]] = {}
        self._ready = select.epoll()
        self._loop = loop
        loop.add_reader(self._ready.fileno(), self._turn)

    def add(self, sock: socket.socket, call: Callable[[], None]) -> None:
        """Call this whenever the socket can be read."""
        self._calls[sock.fileno()] = call
        self._ready.register(sock.fileno(), select.EPOLLIN)

    def remove(self, sock: socket.socket) -> None:
        """Watch the socket no longer; before it is closed."""
        del self._calls[sock.fileno()]
        self._ready.unregister(sock.fileno())

    def close(self) -> None:
        """Watch none any longer."""
        self._loop.remove_reader(self._ready.fileno())
        self._ready.close()

    def _turn(self) -> None:
        calls, poll = self._calls, self._ready.poll
        until = time.monotonic() + _LONGEST
        while ready := poll(0):
            for fd, _ in ready:
                call = calls.get(fd)
                if call is not None:  # one that was called before may have removed it
                    call()
            if time.monotonic() >= until:
                break
