"""What a sensor tells control: a datagram for each thing that it heard, on a socket of their own.

The sensor reads what anybody on the network may say, so this way is narrow: no questions, no
answers, and each datagram is a name, or how often something was tried (`network.sensor.heard`).
"""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from guardian.network.sensor.heard import MOST_BYTES, Attempt, Heard, read, written
from guardian.service.own_socket import bound

PATH: Final = "run/sensor.sock"
_MOST_AT_ONCE: Final = 100


class SensorSocket:
    """The side that listens."""

    def __init__(self, heard: Callable[[Heard], None], tried: Callable[[Attempt], None]) -> None:
        self._heard, self._tried = heard, tried
        self._socket: socket.socket | None = None

    def open(self, state: Path) -> None:
        """Listen from now on. Raises OSError."""
        self._socket = bound(state / PATH, socket.SOCK_DGRAM)
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    def _read(self) -> None:
        assert self._socket is not None  # noqa: S101 (it has something to read)
        for _ in range(_MOST_AT_ONCE):
            try:
                data = self._socket.recv(MOST_BYTES + 1)
            except BlockingIOError:
                return
            told = read(data)
            if isinstance(told, Heard):
                self._heard(told)
            elif told is not None:
                self._tried(told)

    def close(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None


class ControlLine:
    """The side that tells."""

    def __init__(self, state: Path) -> None:
        self._path = str(state / PATH)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def connect(self) -> None:
        """Find control, anew where it was started anew. Raises OSError."""
        self._socket.connect(self._path)

    def tell(self, said: Heard | Attempt) -> bool:
        """Whether control was there to take it. Raises PermissionError where it may not be."""
        for _ in range(2):
            try:
                self._socket.send(written(said))
            except OSError:
                try:
                    self.connect()
                except PermissionError:
                    raise
                except OSError:
                    return False
            else:
                return True
        return False

    def close(self) -> None:
        """Tell no more."""
        self._socket.close()
