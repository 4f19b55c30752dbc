"""Tell who started us how we are: started, reading the configuration again, alive (sd_notify(3)).

systemd gives a socket in NOTIFY_SOCKET and, where it wants a sign of life, its interval in
WATCHDOG_USEC. Without them all of this is silence.
"""

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

_MICROSECOND: Final = timedelta(microseconds=1)


class Announcer:
    """A line to the service manager. between_signs: how often it wants one; None for never."""

    def __init__(self, address: str = "", between_signs: timedelta | None = None) -> None:
        """address: a path, or with "@" before it a name of Linux's own; "" for nobody."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.between_signs = between_signs

    def ready(self, status: str) -> None:
        """DNS is answered. status: a line for `systemctl status`."""
        self._say("READY=1", f"STATUS={' '.join(status.split())}")

    def reloading(self) -> None:
        """The configuration is read; `ready` follows."""
        self._say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """We are on our way out."""
        self._say("STOPPING=1")

    def alive(self) -> None:
        """A sign of life."""
        self._say("WATCHDOG=1")

    def _say(self, *lines: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0)  # it is no reason to wait
            sock.sendto("\n".join(lines).encode(), self._address)


NOBODY: Final = Announcer()
"""Where nobody asked."""


def announcer_of(pid: int, environ: Mapping[str, str]) -> Announcer:
    """Whom a process with this environment is to tell."""
    address, usec = environ.get("NOTIFY_SOCKET", ""), environ.get("WATCHDOG_USEC", "")
    is_watched = usec.isdecimal() and environ.get("WATCHDOG_PID", str(pid)) == str(pid)
    signs = int(usec) * _MICROSECOND / 3 if is_watched and int(usec) else None
    return Announcer(address, signs)
