"""The household's state, in one file: what is done with the file as a whole.

Each kind of thing in it is a part (`store.spells`, `store.requests`, …) with a file of its own; the
tables are in `migrations`. SQLite in WAL mode. Control checks the file at its start, and mends it
(`mending`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from guardian.errors import GuardianError, Said
from guardian.store.accounts import Accounts
from guardian.store.activity import Activity
from guardian.store.addresses import DeviceAddresses
from guardian.store.agreements import Agreements
from guardian.store.appeals import Appeals
from guardian.store.attempts import Attempts
from guardian.store.changes import Changes
from guardian.store.counts import Counts
from guardian.store.devices import Devices
from guardian.store.events import Events
from guardian.store.illegal_hits import IllegalHits
from guardian.store.insight import Insights
from guardian.store.instants import text
from guardian.store.links import Links
from guardian.store.mending import Mended, backup_of, examine, is_damaged, mend, remedy
from guardian.store.migrations import migrate
from guardian.store.news import KEPT, News
from guardian.store.outbox import Outbox
from guardian.store.renames import Renames
from guardian.store.requests import Requests
from guardian.store.spells import Spells
from guardian.store.survey import Survey
from guardian.store.tokens import Tokens
from guardian.store.transactions import BUSY_SECONDS, whole
from guardian.store.usage import Usage

_NOT_COPIED: Final = ("hours", "stopped", "attempts", "sessions", "links", "addresses", "outbox")
_YEAR: Final = timedelta(days=366)
_KEPT: Final = (  # table, its column of time, how long
    ("journal", "at", _YEAR),
    ("requests", "asked", _YEAR),
    ("appeals", "asked", _YEAR),
    ("counts", "day", _YEAR),
    ("usage", "day", _YEAR),
    ("illegal_hits", "day", _YEAR),
    ("news", "at", KEPT),
)
_IN_MEMORY: Final = Path(":memory:")


class StoreError(GuardianError):
    """A database that cannot be used; the message says why and what helps."""


class Store:
    """An open database; one process writes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.accounts = Accounts(connection)
        self.tokens = Tokens(connection)
        self.addresses = DeviceAddresses(connection)
        self.links = Links(connection)
        self.spells = Spells(connection)
        self.requests = Requests(connection)
        self.appeals = Appeals(connection)
        self.insights = Insights(connection)
        self.survey = Survey(connection)
        self.usage = Usage(connection)
        self.counts = Counts(connection)
        self.illegal_hits = IllegalHits(connection)
        self.activity = Activity(connection)
        self.devices = Devices(connection)
        self.attempts = Attempts(connection)
        self.events = Events(connection)
        self.changes = Changes(connection)
        self.news = News(connection)
        self.agreements = Agreements(connection)
        self.outbox = Outbox(connection)
        self.renames = Renames(connection)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """The store in a file, made where there is none. Raises StoreError."""
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            store = cls(connection, path)
            migrate(connection)
        except sqlite3.DatabaseError as problem:
            raise StoreError(
                Said(
                    "%(path)s: it cannot be used (%(problem)s); %(mend)s",
                    path=path,
                    problem=problem,
                    mend=remedy(problem),
                )
            ) from None
        return store

    @classmethod
    def open_mended(cls, path: Path) -> tuple["Store", Mended | None]:
        """The same, after a damaged file was put aside and the backup in its place.

        For the one process that holds the state folder: no other may have the file open.
        """
        mended = mend(path) if path.exists() and is_damaged(path) else None
        return cls.open(path), mended

    @classmethod
    def in_memory(cls) -> "Store":
        """A store that is forgotten, for when there is no other."""
        return cls.open(_IN_MEMORY)

    def writing(self) -> AbstractContextManager[None]:
        """What is written within is one transaction: all of it is kept, or nothing."""
        return whole(self._connection)

    def try_writing(self) -> None:
        """Write something that changes nothing. Raises sqlite3.Error where that is refused."""
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        with self.writing():
            self._connection.execute(f"PRAGMA user_version = {version}")

    def expire(self, now: datetime) -> None:
        """Forget what is older than it may be: rows of hours and names, and what was noted."""
        with self.writing():
            self.activity.expire(now)
            self.devices.expire(now)
            self.attempts.expire(now)
            for table, column, kept in _KEPT:
                self._connection.execute(
                    f"DELETE FROM {table} WHERE {column} < ?",  # noqa: S608 (our own words)
                    (text(now - kept)[: len("2026-12-24") if column == "day" else None],),
                )
            self.changes.expire()

    def back_up(self) -> None:
        """Keep a copy from which a damaged file is restored. Raises OSError, sqlite3.Error.

        It may be called from another thread: a million rows take a second.
        """
        if self._path == _IN_MEMORY:
            return
        aside = backup_of(self._path).with_suffix(".new")
        aside.unlink(missing_ok=True)
        try:
            with self._for_another_thread() as present, closing(sqlite3.connect(aside)) as copy:
                present.backup(copy)
            aside.replace(backup_of(self._path))
        finally:
            aside.unlink(missing_ok=True)  # half a copy would take the room of what is kept

    def copy(self) -> bytes:
        """The database as bytes, without what nobody should find in an old copy.

        Not in it: what was looked up and blocked, which is forgotten by the clock; sessions and
        links, which open doors; and messages on their way. It may be called from another thread.
        Raises sqlite3.Error.
        """
        with (
            self._for_another_thread() as present,
            closing(sqlite3.connect(_IN_MEMORY, isolation_level=None)) as copy,
        ):
            present.backup(copy)
            for table in _NOT_COPIED:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 (our own words)
            copy.execute("VACUUM")  # what was deleted is not in it either
            return copy.serialize()

    @contextmanager
    def _for_another_thread(self) -> Iterator[sqlite3.Connection]:
        if self._path == _IN_MEMORY:
            yield self._connection
            return
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as present:
            yield present

    def take_over(self, path: Path) -> None:
        """Hold what another database holds, in place of all that is here. Raises StoreError."""
        if problem := examine(path):
            raise StoreError(f"the database in it cannot be used ({problem}); choose another one")
        with closing(sqlite3.connect(path)) as source:
            source.backup(self._connection)
        migrate(self._connection)

    def version(self) -> int:
        """A number that changes when another process has written."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
