"""Give up what a process needed to begin: root's rights, and capabilities."""

import ctypes
import os
import pwd
import struct
from typing import Final

_SET_NAME: Final = 15  # prctl(2)
_NO_NEW_PRIVILEGES: Final = 38
_CAPABILITIES: Final = 0x20080522  # version 3 of capset(2)


def call_process(name: str) -> None:
    """How lists of processes call this one; at most 15 letters."""
    ctypes.CDLL(None).prctl(_SET_NAME, name.encode(), 0, 0, 0)


def drop_privileges(user: str | None) -> None:
    """Become an ordinary user, for good, where the process is root's. Raises KeyError, OSError."""
    if os.getuid() == 0 and user is not None:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Keep no capability, such as one that a service manager gave. Raises OSError."""
    header = struct.pack("=Ii", _CAPABILITIES, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, bytes(24)):
        raise OSError(ctypes.get_errno(), "capset")
