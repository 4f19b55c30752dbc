"""Frames between control and a resolver: a length, JSON, and descriptors beside the first byte."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator, Sequence
from typing import Any, Final

_LENGTH: Final = 4
_MOST_BYTES: Final = 256 << 20
_READ: Final = 1 << 16
_MOST_FDS: Final = 64


class BrokenLink(ConnectionError):
    """The other side is gone or talks nonsense."""


def send(sock: socket.socket, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
    """Send one frame whole. Raises OSError where the other side is gone or does not read."""
    body = json.dumps(message, separators=(",", ":")).encode()
    data = len(body).to_bytes(_LENGTH) + body
    sent = socket.send_fds(sock, [data], fds) if fds else sock.send(data)
    while sent < len(data):
        sent += sock.send(data[sent:])


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
            yield json.loads(body)

    def take_fds(self) -> list[int]:
        """The descriptors that came; the caller closes them."""
        fds, self.fds = self.fds, []
        return fds


def close_all(fds: Sequence[int]) -> None:
    """Close descriptors that may be closed already."""
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)
