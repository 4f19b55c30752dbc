"""Control's side of names that are new in the household: what is known, kept from day to day.

    <state>/names/known.gkn   what was known when this day began; written once a day
    <state>/names/today.log   hashes of names first looked up today; added to once a minute at most

A card in a Raspberry Pi lasts longer the less is written to it, and a kill at any moment loses the
last minute's: these names are new once more. Both files go when no rule is about new names.
"""

import os
import secrets
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from heapq import merge
from pathlib import Path
from typing import Final

from guardian.lists.suffixes import icann_suffixes
from guardian.service import known_names
from guardian.service.known_names import EPOCH, LEARNING, MOST_NAMES, BadKnownNames, KnownNames

_KNOWN: Final = "known.gkn"
_LOG: Final = "today.log"
_A_DAY: Final = timedelta(days=1)
_SAVE_SECONDS: Final = 60.0
_DAY_BYTES: Final = 4
_HASH_BYTES: Final = 8


class NewNames:
    """What is known, and what is new today.

    serial: of the file, never 0 and no other's: a resolver may outlive us.
    problem: what was wrong with the files, for people; "" where nothing was.
    """

    def __init__(self, folder: Path, key: bytes, today: date) -> None:
        """Begin, or go on. Raises OSError."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._key = key
        self._today: set[int] = set()
        self._asked: set[int] = set()
        self._unsaved: list[int] = []
        self._saved_at = 0.0
        self.serial = _fresh_serial()
        self.problem = ""
        try:
            self._known = KnownNames.open(self.path, key)
        except FileNotFoundError:
            self._known = self._write(today, today, iter(()))
        except BadKnownNames as bad:
            self.problem = f"{bad}; names are learnt anew, and none is new until then"
            self._known = self._write(today, today, iter(()))
        self.day = self._known.through
        logged = _day_of(self._log)
        if logged is not None and logged >= self.day:
            self.day = logged
            self._today.update(_read_log(self._log))
        else:  # of an earlier day: it is in the file already
            self._log.unlink(missing_ok=True)
        self.begin_day(today)

    @property
    def path(self) -> Path:
        """The file for resolvers."""
        return self._folder / _KNOWN

    @property
    def _log(self) -> Path:
        return self._folder / _LOG

    @property
    def learning_until(self) -> date:
        """The day from whose beginning on names can be new."""
        return self._known.begun + LEARNING

    @property
    def is_learning(self) -> bool:
        """Whether nothing is new yet."""
        return self.day < self.learning_until

    def hear(self, hashes: Iterable[int]) -> None:
        """A resolver was asked for these for the first time today."""
        for number in hashes:
            if self._known.place(number) >= 0:
                self._asked.add(number)
            elif number not in self._today:
                self._today.add(number)
                self._unsaved.append(number)

    def save(self, seconds: float) -> None:
        """Put what is new on disk, if a minute has passed. seconds: of a clock that only counts.

        Raises OSError; then it is tried again.
        """
        if self._unsaved and seconds - self._saved_at >= _SAVE_SECONDS:
            self._saved_at = seconds
            _add_to_log(self._log, self.day, self._unsaved)
            self._unsaved.clear()

    def close(self) -> None:
        """Put the rest on disk. Raises OSError."""
        self.save(self._saved_at + _SAVE_SECONDS)

    def begin_day(self, today: date) -> bool:
        """What was new before this day is known from now on; whether another day has begun.

        Going back by one day, as where the zone is changed, begins none; going back further means
        that the clock was wrong before. Raises OSError.
        """
        if timedelta(0) <= self.day - today <= _A_DAY:
            return False
        began = min(self._known.begun, today)
        self._known = self._write(began, today, self._merged())
        self._log.unlink(missing_ok=True)
        self._today.clear()
        self._asked.clear()
        self._unsaved.clear()
        self.day = today
        return True

    def _merged(self) -> Iterator[tuple[int, int]]:
        """Hash and day of all that is known and was new, by hash."""
        day = (self.day - EPOCH).days
        known = (
            (number, day if number in self._asked else last)
            for number, last in zip(self._known.hashes, self._known.days, strict=True)
        )
        return merge(known, ((number, day) for number in sorted(self._today)))

    def _write(self, begun: date, through: date, rows: Iterator[tuple[int, int]]) -> KnownNames:
        hashes, days = array("Q"), array("H")
        for number, day in rows:
            hashes.append(number)
            days.append(day)
        suffixes = icann_suffixes()
        known_names.write(
            self.path,
            self._key,
            begun,
            through,
            _latest(hashes, days),
            (
                _texts(suffixes.rules),
                _texts(suffixes.wildcards),
                _texts(suffixes.exceptions),
            ),
        )
        self.serial = _fresh_serial()
        return KnownNames.open(self.path, self._key)


def followed(
    before: NewNames | None, folder: Path, key: bytes, today: date, *, wanted: bool
) -> NewNames | None:
    """What is known today: begun, gone on with, or forgotten where no rule wants it.

    Raises OSError.
    """
    if not wanted:
        _forget(folder)
        return None
    if before is None:
        return NewNames(folder, key, today)
    before.begin_day(today)
    return before


def _forget(folder: Path) -> None:
    for name in (_KNOWN, _LOG):
        (folder / name).unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        folder.rmdir()


def opened(folder: Path, key: bytes) -> KnownNames | None:
    """What is known, for a command beside a running control; None where nothing is yet."""
    try:
        return KnownNames.open(folder / _KNOWN, key)
    except (OSError, BadKnownNames):
        return None


def is_unfamiliar(folder: Path, known: KnownNames, name: bytes, day: date) -> bool:
    """Whether a wire name is new on a day, as far as the disk knows: a minute may be missing."""
    number = known.hash_of(name)
    if number is None or known.place(number) >= 0 or day < known.begun + LEARNING:
        return False
    log = folder / _LOG
    looked_up = _day_of(log) if number in _read_log(log) else None
    return looked_up is None or day <= looked_up


def _fresh_serial() -> int:
    return secrets.randbits(48) | 1


def _latest(hashes: "array[int]", days: "array[int]") -> tuple["array[int]", "array[int]"]:
    """As many as are kept: those that were asked for last."""
    excess = len(hashes) - MOST_NAMES
    if excess <= 0:
        return hashes, days
    dropped = set(sorted(range(len(days)), key=days.__getitem__)[:excess])
    kept = [at for at in range(len(days)) if at not in dropped]
    return array("Q", (hashes[at] for at in kept)), array("H", (days[at] for at in kept))


def _texts(names: Iterable[bytes]) -> list[str]:
    return sorted(name.decode("ascii") for name in names)


def _add_to_log(path: Path, day: date, hashes: Iterable[int]) -> None:
    written = b"".join(number.to_bytes(_HASH_BYTES, "little") for number in hashes)
    with path.open("ab") as file:
        whole, part = divmod(max(0, file.tell() - _DAY_BYTES), _HASH_BYTES)
        if file.tell() < _DAY_BYTES:
            file.truncate(0)
            file.write(day.toordinal().to_bytes(_DAY_BYTES, "little"))
        elif part:  # what a power cut left of a hash
            file.truncate(_DAY_BYTES + whole * _HASH_BYTES)
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def _day_of(path: Path) -> date | None:
    """The day of a log; None where there is none."""
    try:
        return date.fromordinal(int.from_bytes(path.read_bytes()[:_DAY_BYTES], "little"))
    except (FileNotFoundError, ValueError, OverflowError):
        return None


def _read_log(path: Path) -> Iterator[int]:
    try:
        content = path.read_bytes()[_DAY_BYTES:]
    except FileNotFoundError:
        return
    for at in range(0, len(content) - _HASH_BYTES + 1, _HASH_BYTES):
        yield int.from_bytes(content[at : at + _HASH_BYTES], "little")
