"""Frames between control and a resolver: a length, JSON, and descriptors beside the first byte."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator, Sequence
from typing import Any, Final

from guardian import __version__

VERSION: Final = f"{__version__}/12"
"""What control and resolvers say to each other; where they differ, a resolver is started anew."""

_LENGTH: Final = 4
_MOST_BYTES: Final = 256 << 20
_READ: Final = 1 << 16
_MOST_FDS: Final = 64


class BrokenLink(ConnectionError):
    """The other side is gone or talks nonsense."""


def frame(message: dict[str, Any]) -> bytes:
    """A message as its bytes."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(_LENGTH) + body


def send(sock: socket.socket, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
    """Send one frame whole, on a socket that waits. Raises OSError where the other side is gone."""
    outbox = Outbox()
    outbox.put(message, fds)
    while not outbox.flush(sock):
        pass


class Outbox:
    """Frames on their way out, over a socket that need not wait: each whole before the next."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._fds: list[int] = []

    def put(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        """Queue a frame. fds: only where nothing else waits; they may be closed afterwards."""
        self._data += frame(message)
        self._fds += [os.dup(fd) for fd in fds]

    def __bool__(self) -> bool:
        return bool(self._data)

    def flush(self, sock: socket.socket) -> bool:
        """Send what the socket takes; whether that was all. Raises OSError."""
        while self._data:
            try:
                if self._fds:
                    sent = socket.send_fds(sock, [self._data], self._fds)
                    self.close()
                else:
                    sent = sock.send(self._data)
            except BlockingIOError:
                return False
            del self._data[:sent]
        return True

    def close(self) -> None:
        """Let go of descriptors that were not sent."""
        close_all(self._fds)
        self._fds = []


class Inbox:
    """Puts frames together from what arrives."""

    def __init__(self) -> None:
        self._data = bytearray()
        self.fds: list[int] = []

    def read(self, sock: socket.socket) -> Iterator[dict[str, Any]]:
        """The frames that are complete after one more read. Raises BrokenLink."""
        try:
            data, fds, _, _ = socket.recv_fds(sock, _READ, _MOST_FDS)
        except BlockingIOError:
            return
        except OSError as problem:
            raise BrokenLink(str(problem)) from None
        if not data:
            raise BrokenLink("closed")
        self.fds += fds
        self._data += data
        while len(self._data) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._data[:_LENGTH])
            if end > _MOST_BYTES:
                raise BrokenLink("a frame is too long")
            if len(self._data) < end:
                return
            body = bytes(self._data[_LENGTH:end])
            del self._data[:end]
            try:
                message = json.loads(body)
            except ValueError as problem:
                raise BrokenLink(f"a frame is no message ({problem})") from None
            yield message

    def take_fds(self) -> list[int]:
        """The descriptors that came; the caller closes them."""
        fds, self.fds = self.fds, []
        return fds


def close_all(fds: Sequence[int]) -> None:
    """Close descriptors that may be closed already."""
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)
