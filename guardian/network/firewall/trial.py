"""A firewall on trial: what was there before comes back by itself unless somebody confirms.

Whoever sets up a router's firewall from afar may lock themselves out. So a process of its own waits
beside it, outlives the terminal, and puts the table back as it was. Between the commands stands a
file in a folder that is the administrator's alone.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guardian.network.firewall import nft
from guardian.network.firewall.nft import CannotFilter
from guardian.network.firewall.rules import Json, removal

SECONDS: Final = 60
_PENDING: Final = "pending.json"
_TAKEN_BACK: Final = "taken-back"
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Pending:
    """A firewall that waits for a word. until: in seconds of the clock that never jumps."""

    token: str
    until: float

    @property
    def left(self) -> int:
        """Seconds until it is taken back."""
        return max(0, round(self.until - time.monotonic()))


def folder() -> Path:
    """Where trials are written down: what systemd gives, else a place under /run."""
    return Path(os.environ.get("RUNTIME_DIRECTORY") or "/run/guardian-firewall")


def pending(where: Path) -> Pending | None:
    """The trial that runs, or is about to be taken back; None where none does."""
    try:
        said = json.loads((where / _PENDING).read_text())
        return Pending(str(said["token"]), float(said["until"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def taken_back(where: Path) -> str | None:
    """What went wrong when the last trial ended without a word, or ""; None: none did."""
    try:
        return (where / _TAKEN_BACK).read_text()
    except OSError:
        return None


def apply(commands: list[Json], where: Path, seconds: int) -> None:
    """Put rules into force, for so many seconds unless `confirm` is called; 0: for good.

    Raises CannotFilter; nothing has changed then.
    """
    if pending(where) is not None:
        raise CannotFilter(
            "another firewall waits for a word: guardian firewall confirm, or remove"
        )
    if seconds == 0:
        nft.run(commands)
        _forget(where)
        return
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = nft.table()
    token = secrets.token_hex(8)
    said = {"token": token, "until": time.monotonic() + seconds}
    (where / _TAKEN_BACK).unlink(missing_ok=True)
    (where / _PENDING).write_text(json.dumps(said))
    _watch(before, where, token, seconds)  # first: what it guards against may end this process
    try:
        nft.run(commands)
    except CannotFilter:
        _forget(where)
        raise


def confirm(where: Path) -> bool:
    """Let it stay; whether there was anything to confirm."""
    had = pending(where) is not None
    _forget(where)
    return had


def remove(where: Path) -> bool:
    """Take all of it out of the kernel; whether it was there. Raises CannotFilter."""
    _forget(where)
    had = nft.table() is not None
    if had:
        nft.run(removal())
    return had


def restored(before: list[Json] | None) -> list[Json]:
    """The commands that put a table back as `nft.table` told it."""
    return [*removal(), *({"add": each} for each in before or ())]


def _forget(where: Path) -> None:
    for name in (_PENDING, _TAKEN_BACK):
        (where / name).unlink(missing_ok=True)


def _watch(before: list[Json] | None, where: Path, token: str, seconds: int) -> None:
    command = [sys.executable, "-m", __name__, str(where), token, str(seconds)]
    watcher = subprocess.Popen(  # noqa: S603 (our own module)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it outlives the terminal
        cwd="/",
    )
    assert watcher.stdin is not None  # noqa: S101 (a pipe, as asked for)
    with watcher.stdin as pipe:
        pipe.write(json.dumps(before).encode())


def main(where: Path, token: str, seconds: int) -> None:
    """Wait, and put back what was there before unless somebody spoke meanwhile."""
    before = json.load(sys.stdin)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(left)
    running = pending(where)
    if running is None or running.token != token:
        return
    trouble = _put_back(before)
    (where / _TAKEN_BACK).write_text(trouble)
    (where / _PENDING).unlink(missing_ok=True)


def _put_back(before: list[Json] | None) -> str:
    """Put a table back; where that fails again and again, at least take ours out. Gives why."""
    trouble = ""
    for commands in (*[restored(before)] * _TRIES, removal()):
        try:
            nft.run(commands)
        except CannotFilter as problem:
            trouble = str(problem)
            time.sleep(1)
        else:
            break
    return trouble


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
