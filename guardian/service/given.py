"""Sockets that whoever started us has opened, and still has while we are started again.

systemd hands them over as descriptors from 3 on (sd_listen_fds(3)). What arrives between the end of
one guardian and the start of the next waits in them, so nothing is lost during an upgrade.
"""

import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from guardian.dns.listeners.sockets import make_ready
from guardian.service.listening import Listening

_FIRST: Final = 3
_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)


class Given:
    """Bound sockets, by where they are; places without one are opened by ourselves."""

    def __init__(self, sockets: Iterable[socket.socket] = ()) -> None:
        self._sockets: dict[tuple[int, str, int], socket.socket] = {}
        for sock in sockets:
            if sock.family in _INTERNET:
                address, port = sock.getsockname()[:2]
                self._sockets[sock.type, address, port] = sock
        self._used: set[tuple[int, str, int]] = set()

    def open(self, place: Listening) -> socket.socket:
        """A socket at a place, of those that were given or a new one. Raises CannotListen.

        Several processes may have the same one: each takes what it comes to first.
        """
        key = (place.kind, place.address, place.port)
        given = self._sockets.get(key)
        if given is None:
            return place.open()
        self._used.add(key)
        sock = given.dup()
        make_ready(sock, (place.address, place.port))
        return sock

    @property
    def unused(self) -> Sequence[str]:
        """Where somebody has a socket for us in which nobody looks, as "0.0.0.0 port 53"."""
        idle = self._sockets.keys() - self._used
        return sorted({f"{address} port {port}" for _, address, port in idle})


NONE_GIVEN: Final = Given()
"""Where all are ours to open."""


def given_to(pid: int, environ: Mapping[str, str]) -> Given:
    """The sockets that are meant for a process, by what its environment says; else none."""
    if environ.get("LISTEN_PID") != str(pid):
        return Given()
    count = environ.get("LISTEN_FDS", "")
    sockets = []
    for descriptor in range(_FIRST, _FIRST + (int(count) if count.isdecimal() else 0)):
        with suppress(OSError):  # no socket, or none that is open
            sock = socket.socket(fileno=descriptor)
            os.set_inheritable(descriptor, False)  # noqa: FBT003 (the standard library's)
            sockets.append(sock)
    return Given(sockets)
