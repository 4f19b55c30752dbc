"""Where commands ask the running control what only it knows: a Unix socket in the state folder.

A line of JSON in, a line out, and the connection ends. Who may open the folder may ask: it is the
user's own, as the state is.
"""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.service.own_socket import bound

PATH: Final = "run/control.sock"
_SECONDS: Final = 5.0
_MOST_BYTES: Final = 1 << 16

Answer = Callable[[str], Any]
"""What is asked about, such as a person → what JSON can hold."""


class NotRunning(GuardianError):
    """No guardian runs with this state folder."""


class Desk:
    """The side that answers."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        """answers: question → what answers it."""
        self._answers = answers
        self._server: asyncio.Server | None = None

    async def open(self, state: Path) -> None:
        """Answer from now on. Raises OSError."""
        sock = bound(state / PATH, socket.SOCK_STREAM)
        self._server = await asyncio.start_unix_server(self._serve, sock=sock, limit=_MOST_BYTES)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                writer.write(json.dumps(self._answer(await reader.readline())).encode() + b"\n")
                await writer.drain()
        except (OSError, TimeoutError, ValueError, RecursionError):
            return  # who talks nonsense, or not at all, is told nothing
        finally:
            writer.close()

    def _answer(self, line: bytes) -> Any:
        said = json.loads(line)
        if not isinstance(said, dict) or said.get("ask") not in self._answers:
            return None
        return self._answers[said["ask"]](str(said.get("about", "")))

    def close(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()


def ask(state: Path, question: str, about: str) -> Any:
    """What the running control says. Raises NotRunning."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(_SECONDS)
            sock.connect(str(state / PATH))
            sock.sendall(json.dumps({"ask": question, "about": about}).encode() + b"\n")
            with sock.makefile("rb") as stream:
                return json.loads(stream.readline())
    except (OSError, ValueError):
        raise NotRunning(f"no guardian runs with {state}; start it: guardian run") from None
