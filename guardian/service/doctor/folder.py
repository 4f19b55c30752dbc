"""Can guardian keep what it must?"""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guardian.service import backups
from guardian.service.doctor.finding import Case, Finding, fail, lasted, ok, warn
from guardian.store.mending import backup_of, examine

_LOW: Final = 100 << 20
_OUT: Final = 10 << 20


def state(case: Case) -> Iterator[Finding]:
    """The state folder: writable, and with room."""
    folder = case.state
    if not folder.is_dir():
        yield warn(f"{folder} is not there yet", "start guardian run, which makes it")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as problem:
        yield fail(f"{folder} cannot be written ({problem.strerror})", "see that it is yours")
        return
    free = shutil.disk_usage(folder).free
    said = f"{folder} can be written, {free >> 20} MB are free"
    if free >= _LOW:
        yield ok(said)
    else:
        make = fail if free < _OUT else warn
        yield make(said, "make room: lists and minutes could not be kept")


def store(case: Case) -> Iterator[Finding]:
    """What was agreed and counted."""
    path = case.state / "guardian.db"
    if not path.exists():
        yield warn(f"{path} is not there yet", "start guardian run, which makes it")
    elif problem := examine(path):
        mend = "start guardian again, which mends it from the last copy; who is strict waits"
        yield fail(f"{path} cannot be read ({problem})", mend)
    else:
        yield ok(f"{path} is sound; {_copied(path, case.now)}")


def copies(case: Case) -> Iterator[Finding]:
    """Copies of the whole household."""
    settings = case.settings
    if settings is None:
        return  # that is told elsewhere
    every, folder = settings.backup.every, backups.folder_of(settings, case.state)
    found = backups.kept(folder)
    if every.length is None:
        yield warn("no backups are made", "write `backup: {every: week}` into the configuration")
    elif not found:
        yield ok(f"there is no backup in {folder} yet; guardian run makes one")
    elif case.now - found[0].at > 2 * every.length:
        said = f"the last backup in {folder} is {lasted(case.now - found[0].at)} old"
        yield fail(said, "see that the folder is there, has room and is yours")
    else:
        yield ok(
            f"the last backup was made {lasted(case.now - found[0].at)} ago; {len(found)} are kept"
        )


def _copied(path: Path, now: datetime) -> str:
    try:
        at = datetime.fromtimestamp(backup_of(path).stat().st_mtime, UTC)
    except OSError:
        return "there is no copy of it yet"
    return f"its last copy was made {lasted(now - at)} ago"
