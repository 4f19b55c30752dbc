"""A database file that is damaged: how that is known, and what is put in its place."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from guardian.errors import Said
from guardian.store.migrations import MIGRATIONS
from guardian.store.transactions import BUSY_SECONDS


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about a damaged file. begun_anew: no backup was there, and all is forgotten."""

    sentence: str
    begun_anew: bool


def examine(path: Path) -> str:
    """What is wrong with a database file; "" where nothing is. It is left as it is."""
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as problem:
        return str(problem)
    if not found or found[0] != "ok":
        return str(found[0]) if found else "it is empty"
    return "a newer guardian has written it" if version > len(MIGRATIONS) else ""


def is_damaged(path: Path) -> bool:
    """Whether a file is no database any more; one that is only busy now is not damaged."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as problem:
        return _says_damaged(problem)
    return not found or found[0] != "ok"


def mend(path: Path) -> Mended:
    """Put a damaged file aside, and its backup in its place."""
    damaged = path.with_suffix(".damaged")
    path.replace(damaged)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    backup = backup_of(path)
    if backup.exists() and not is_damaged(backup):
        path.write_bytes(backup.read_bytes())
        return Mended(
            Said(
                "%(path)s: it was damaged; the last backup is in force, the old file is %(old)s",
                path=path,
                old=damaged,
            ),
            begun_anew=False,
        )
    return Mended(
        Said(
            "%(path)s: it was damaged and no backup was found; begun anew, the old file is %(old)s",
            path=path,
            old=damaged,
        ),
        begun_anew=True,
    )


def backup_of(path: Path) -> Path:
    """Where the copy of a database is."""
    return path.with_name(path.stem + ".backup" + path.suffix)


def remedy(problem: sqlite3.DatabaseError) -> str:
    """What helps against an error."""
    if _says_damaged(problem):
        return Said("start guardian again, which puts the last backup in its place")
    return Said("see that it is yours, that the disk has room, and try again")


def _says_damaged(problem: sqlite3.DatabaseError) -> bool:
    """Whether an error is about the file's content, and not about who may use it now."""
    return problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
