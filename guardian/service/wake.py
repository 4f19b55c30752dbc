"""A word to a running guardian that something was written, so that it looks now.

Control looks at its files twice a second anyway: a word that is lost costs half a second.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guardian.service.own_socket import bound

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop  # commands do without

_NAME: Final = "run/wake.sock"


def wake(state: Path) -> None:
    """Have the guardian with this state folder look; where none runs, nothing happens."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        sock.sendto(b"\0", str(state / _NAME))


@contextmanager
def listening(state: Path, loop: "AbstractEventLoop", heard: Callable[[], None]) -> Iterator[None]:
    """Call when somebody says it; never, where no socket can be in the folder."""
    path = state / _NAME
    try:
        sock = bound(path, socket.SOCK_DGRAM)
    except OSError:
        yield
        return

    def hear() -> None:
        with suppress(OSError):
            while sock.recv(16):
                pass
        heard()

    with sock:
        loop.add_reader(sock, hear)
        try:
            yield
        finally:
            loop.remove_reader(sock)
            path.unlink(missing_ok=True)
