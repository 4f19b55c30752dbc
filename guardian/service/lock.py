"""One control process to a state folder: who holds the lock answers for it."""

import fcntl
from pathlib import Path
from typing import IO

from guardian.errors import GuardianError


class AlreadyRunning(GuardianError):
    """Another control process has this state folder."""


def path_of(state: Path) -> Path:
    """The file that is locked."""
    return state / "run" / "lock"


def hold(state: Path) -> IO[str]:
    """The lock, ours until the file is closed. Raises AlreadyRunning, OSError."""
    file = path_of(state).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning(
            f"{state}: guardian runs with this state folder already; stop it, or give "
            "another one with --state"
        ) from None
    return file


def is_held(state: Path) -> bool:
    """Whether a guardian runs with this state folder."""
    try:
        with path_of(state).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
