"""Copies of the whole household, made by the clock: one file each, from which all comes back.

A copy is a ZIP file with the configuration and the database, for its owner's eyes (0600), sealed
with a passphrase where the household has one (`sealed`). What is forgotten soon on purpose (what
was looked up and blocked), what opens a door (sessions, links) and what holds passwords of others
(channels) is not in it.
"""

import io
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from guardian.errors import GuardianError, Said, sentence_of, translated
from guardian.lists.feeds.credentials import secret_in
from guardian.lists.replace import replace_file
from guardian.service import sealed
from guardian.service.sealed import CannotSeal, seal
from guardian.settings import Settings
from guardian.settings.sections.backup import Every
from guardian.store.household import Store, StoreError
from guardian.web.copies import Copy

if TYPE_CHECKING:  # it brings Babel, which comes after DNS
    from guardian.web.languages import Language

FOLDER: Final = "backups"
_START, _END, _SEALED = "guardian-", ".zip", ".age"
_TIME: Final = "%Y-%m-%dT%H%M%SZ"
_CONFIG, _DATABASE = "guardian.yaml", "guardian.db"
_MOST_BYTES: Final = 1 << 30  # of a file in a copy


class BadBackup(GuardianError):
    """A file from which nothing can be put back; the message says why."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a copy."""

    config: bytes
    database: bytes


def folder_of(settings: Settings, state: Path) -> Path:
    """Where copies are."""
    return settings.backup.folder or state / FOLDER


def passphrase_of(settings: Settings) -> str:
    """With what the household has its copies sealed; "" for not at all. Raises NoCredentials."""
    file = settings.backup.passphrase_file
    return secret_in(str(settings.path.parent / file)) if file else ""


def name_at(now: datetime, folder: Path, *, is_sealed: bool = False) -> str:
    """What a copy is called that is made now, or in the next second where none is there yet."""
    while True:
        name = f"{_START}{now.astimezone(UTC).strftime(_TIME)}{_END}"
        if not any((folder / each).exists() for each in (name, name + _SEALED)):
            return name + _SEALED if is_sealed else name
        now += timedelta(seconds=1)


def kept(folder: Path) -> list[Copy]:
    """The copies in a folder, the last one first."""
    found = []
    for path in folder.glob(f"{_START}*") if folder.is_dir() else ():
        try:
            text = path.name.removeprefix(_START).removesuffix(_SEALED).removesuffix(_END)
            at = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
            found.append(Copy(path.name, at, path.stat().st_size))
        except (ValueError, OSError):
            continue  # somebody else's file
    return sorted(found, key=lambda each: each.at, reverse=True)


def make(path: Path, config: bytes, store: Store, passphrase: str = "") -> None:
    """Write a copy, sealed where there is a passphrase.

    Raises CannotSeal, OSError, sqlite3.Error; then nothing of it is there.
    """
    import zipfile

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_CONFIG, config)
        archive.writestr(_DATABASE, store.copy())
    whole = buffer.getvalue()
    replace_file(path, [seal(whole, passphrase) if passphrase else whole], 0o600)


def prune(folder: Path, keep: int) -> None:
    """Delete the oldest copies but so many."""
    for each in kept(folder)[keep:]:
        (folder / each.name).unlink(missing_ok=True)


def is_sealed(path: Path) -> bool:
    """Whether a passphrase opens this file. Raises OSError."""
    with path.open("rb") as file:
        return sealed.is_sealed(file.read(64))


def read(path: Path, passphrase: str = "") -> Contents:
    """What is in a copy. passphrase: of one that is sealed. Raises BadBackup, OSError."""
    import zipfile

    content = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
    if sealed.is_sealed(content):
        if not passphrase:
            raise BadBackup(f"{path}: it is encrypted; give its passphrase")
        try:
            content = sealed.opened(content, passphrase)
        except CannotSeal as problem:
            raise BadBackup(f"{path}: {problem}") from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {each.filename: each.file_size for each in archive.infolist()}
            if not {_CONFIG, _DATABASE} <= sizes.keys():
                raise BadBackup(f"{path}: this is no backup of guardian; choose another file")
            if max(sizes[_CONFIG], sizes[_DATABASE]) > _MOST_BYTES:
                raise BadBackup(f"{path}: what is in it is too large; choose another file")
            return Contents(archive.read(_CONFIG), archive.read(_DATABASE))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as problem:
        raise BadBackup(f"{path}: it is damaged ({problem}); choose another one") from None


def is_due(every: Every, last: datetime | None, now: datetime) -> bool:
    """Whether it is time for the next copy. last: when the last one was made."""
    if every.length is None:
        return False
    return last is None or now - last >= every.length or last > now + timedelta(days=1)


class Backups:
    """Makes copies when they are due, and knows whether that went well."""

    def __init__(
        self,
        state: Path,
        store: Callable[[], Store],
        settings: Callable[[], Settings],
        now: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._store = store
        self._settings = settings
        self._now = now
        self._failed = ""

    @property
    def folder(self) -> Path:
        return folder_of(self._settings(), self._state)

    def all(self) -> list[Copy]:
        """The copies, the last one first."""
        return kept(self.folder)

    def keep_up(self) -> bool:
        """Make a copy if one is due; whether anything has changed."""
        last = self.all()
        every = self._settings().backup.every
        if not is_due(every, last[0].at if last else None, self._now()):
            return False
        before = self._failed
        try:
            self.make_now()
        except (OSError, sqlite3.Error):
            self._failed = Said(
                "A backup could not be written into %(folder)s. Does it have room?",
                folder=self.folder,
            )
            return not before
        except GuardianError as problem:  # no passphrase, or none that will do
            self._failed = sentence_of(problem)
            return not before
        return True

    def make_now(self) -> str:
        """Make a copy; gives its name. Raises GuardianError, OSError, sqlite3.Error."""
        passphrase = passphrase_of(self._settings())
        name = name_at(self._now(), self.folder, is_sealed=bool(passphrase))
        content = self._settings().path.read_bytes()
        make(self.folder / name, content, self._store(), passphrase)
        prune(self.folder, self._settings().backup.keep)
        self._failed = ""
        return name

    def path(self, name: str) -> Path | None:
        """Where a copy is; None where there is none of that name."""
        found = any(each.name == name for each in self.all())
        return self.folder / name if found else None

    def problems(self, speaks: "Language") -> list[str]:
        """What is wrong, as sentences."""
        period, copies = self._settings().backup.every.length, self.all()
        from guardian.web.backups import LATE

        if self._failed:
            return [translated(self._failed, speaks.say)]
        if period is not None and copies and self._now() - copies[0].at > 2 * period:
            day = speaks.day(copies[0].at.astimezone(self._settings().household.zone).date())
            return [speaks.say(LATE) % {"day": day}]
        return []


def put_back(store: Store, contents: Contents, state: Path) -> None:
    """Let a store hold what a copy has. Raises BadBackup, OSError, sqlite3.Error."""
    aside = state / f"restore.{os.getpid()}.db"
    try:
        replace_file(aside, [contents.database], 0o600)
        store.take_over(aside)
    except StoreError as problem:
        raise BadBackup(str(problem)) from None
    finally:
        aside.unlink(missing_ok=True)
