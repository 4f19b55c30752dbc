"""The household's state: pauses, and how much was asked and blocked each day.

SQLite in WAL mode. At start the file is checked; where it is damaged, it is put aside and the last
backup takes its place. No name that anybody looked up is ever in it.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from guardian.policy.timeline import Pause

_MIGRATIONS: Final = (
    """
    CREATE TABLE pauses (
        person TEXT, category TEXT, since TEXT NOT NULL, until TEXT NOT NULL
    );
    CREATE TABLE counts (
        day TEXT NOT NULL, person TEXT NOT NULL, queries INTEGER NOT NULL,
        blocked INTEGER NOT NULL, PRIMARY KEY (day, person)
    );
    """,
)


class Store:
    """An open database; one process writes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path) -> tuple["Store", str]:
        """The store in a file, made where there is none, and a sentence about what was mended."""
        said = ""
        if path.exists() and not _is_sound(path):
            said = _restore(path)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        store = cls(connection, path)
        store._migrate()
        return store, said

    def _migrate(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
            self._connection.executescript(
                f"BEGIN; {script}; PRAGMA user_version = {number}; COMMIT;"
            )

    def back_up(self) -> None:
        """Keep a copy from which a damaged file is restored."""
        aside = _backup(self._path).with_suffix(".new")
        aside.unlink(missing_ok=True)
        with closing(sqlite3.connect(aside)) as copy:
            self._connection.backup(copy)
        aside.replace(_backup(self._path))

    def pauses(self, now: datetime) -> list[Pause]:
        """The pauses that have not ended; now: aware."""
        rows = self._connection.execute(
            "SELECT person, category, since, until FROM pauses WHERE until > ?", (_text(now),)
        )
        return [
            Pause(person, category, datetime.fromisoformat(since), datetime.fromisoformat(until))
            for person, category, since, until in rows
        ]

    def add_pause(self, pause: Pause) -> None:
        """Keep a pause; it takes the place of one for the same person and thing."""
        with self._connection:
            self.end_pauses(pause.person, pause.category)
            self._connection.execute(
                "INSERT INTO pauses VALUES (?, ?, ?, ?)",
                (pause.person, pause.category, _text(pause.since), _text(pause.until)),
            )

    def end_pauses(self, person: str | None, category: str | None) -> None:
        """Forget what was paused for a person and thing."""
        self._connection.execute(
            "DELETE FROM pauses WHERE person IS ? AND category IS ?", (person, category)
        )

    def count(self, day: date, counts: Iterable[tuple[str, int, int]]) -> None:
        """Add queries and blocks by person ("" for unknown devices) to a day."""
        self._connection.executemany(
            "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT (day, person) DO UPDATE SET "
            "queries = queries + excluded.queries, blocked = blocked + excluded.blocked",
            [(day.isoformat(), *row) for row in counts],
        )

    def counts(self, day: date) -> dict[str, tuple[int, int]]:
        """Person → queries and blocks of a day."""
        rows = self._connection.execute(
            "SELECT person, queries, blocked FROM counts WHERE day = ?", (day.isoformat(),)
        )
        return {person: (queries, blocked) for person, queries, blocked in rows}

    def version(self) -> int:
        """A number that changes when another process has written."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def _backup(path: Path) -> Path:
    return path.with_name(path.stem + ".backup" + path.suffix)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(found) and found[0] == "ok"


def _restore(path: Path) -> str:
    damaged = path.with_suffix(".damaged")
    path.replace(damaged)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    backup = _backup(path)
    if backup.exists() and _is_sound(backup):
        path.write_bytes(backup.read_bytes())
        return f"{path}: it was damaged; the last backup is in force, the old file is {damaged}"
    return f"{path}: it was damaged and no backup was found; begun anew, the old file is {damaged}"
