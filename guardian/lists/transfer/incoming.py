"""What comes over a connection, taken from it as fast as it comes.

A primary gives up on who reads slowly (knot after half a second in which nothing could be sent),
and reading a million records takes seconds: so a thread receives, into a file without a name, and
what is parsed comes from there.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final, Self

_IN_MEMORY: Final = 4 << 20
_CHUNK: Final = 1 << 17
_SILENCE_SECONDS: Final = 30.0  # in the middle


class TooLarge(OSError):
    """More came than may."""


class Incoming:
    """All that a connection brings. Closing it closes the connection."""

    def __init__(
        self, connection: socket.socket, spool: Path | None, most: int, seconds: float
    ) -> None:
        """spool: a folder for what is not parsed yet; None keeps it in memory alone. most: bytes.
        seconds: until the end.
        """
        self._connection = connection
        self._file = SpooledTemporaryFile(  # noqa: SIM115  # closed by __exit__
            _IN_MEMORY if spool else 0, dir=str(spool) if spool else None
        )
        self._most = most
        self._end = time.monotonic() + seconds
        self._came = threading.Condition()
        self._size = 0
        self._is_over = False
        self._problem: OSError | None = None
        self._thread = threading.Thread(target=self._receive, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._came:
            self._is_over = True
        with contextlib.suppress(OSError):  # the other side was faster
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()
        self._file.close()

    def _receive(self) -> None:
        problem: OSError | None = None
        try:
            while self._put(self._next()):
                pass
        except OSError as happened:
            problem = happened
        with self._came:
            self._is_over, self._problem = True, problem
            self._came.notify()

    def _next(self) -> bytes:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(min(left, _SILENCE_SECONDS))
        return self._connection.recv(_CHUNK)

    def _put(self, data: bytes) -> bool:
        """Keep what came; whether more is wanted."""
        with self._came:
            if not data or self._is_over:
                return False
            if self._size + len(data) > self._most:
                raise TooLarge
            self._file.seek(self._size)
            self._file.write(data)
            self._size += len(data)
            self._came.notify()
        return True

    def messages(self) -> Iterator[bytes]:
        """Each message, without its length (RFC 1035, section 4.2.2), until there are no more.

        Raises OSError.
        """
        stored, taken = b"", 0
        while data := self._after(taken):
            taken += len(data)
            stored, at = stored + data, 0
            while len(stored) >= at + 2:
                end = at + 2 + int.from_bytes(stored[at : at + 2], "big")
                if len(stored) < end:
                    break
                yield stored[at + 2 : end]
                at = end
            stored = stored[at:]

    def _after(self, taken: int) -> bytes:
        """Some of what came after so many bytes; nothing at the end."""
        with self._came:
            self._came.wait_for(lambda: self._size > taken or self._is_over)
            if self._size == taken:
                if self._problem is not None:
                    raise self._problem
                return b""
            self._file.seek(taken)
            return self._file.read(_CHUNK)
