"""Sockets in the state folder, by which other processes of the same user reach control."""

import socket
from pathlib import Path


def bound(path: Path, kind: socket.SocketKind) -> socket.socket:
    """A socket that never waits, for its owner alone. Raises OSError.

    For the one process that holds the state folder: one that a killed control left gives way.
    """
    path.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, kind)
    try:
        sock.setblocking(False)  # noqa: FBT003 (the socket's own name for it)
        sock.bind(str(path))
        path.chmod(0o600)
    except OSError:
        sock.close()
        raise
    return sock
