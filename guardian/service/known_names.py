"""Which registered names a household has looked up before: a file that nobody reads names from.

A name is a 64-bit hash with the installation's key, as in an index. Control writes the file once a
day; every resolver has it mapped, and keeps beside it what it hears today. The suffixes by which a
registered name is told ("co.uk") come along in it, because a resolver opens nothing by name.

Magic, length of the header, checksum; the header (JSON); then, from the next multiple of eight on,
the hashes in ascending order, eight bytes each, and for each the day it was last asked for, two
bytes.
"""

import json
import mmap
import os
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from sys import byteorder
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.lists.keyed import key_check, keyed
from guardian.lists.replace import replace_file
from guardian.names import to_wire, wire_suffixes
from guardian.safety.homographs import well_known

LEARNING: Final = timedelta(days=7)  # after the rule was switched on: nothing is new yet
MOST_NAMES: Final = 200_000
MOST_A_DAY: Final = 50_000  # in a resolver: a machine that makes names up must not fill it
EPOCH: Final = date(2020, 1, 1)
_MOST_FAMILIAR: Final = 4096
_MAGIC: Final = b"GKN1"
_HEAD: Final = Struct("<4sI16s")
_NO_SITE: Final = to_wire("arpa")  # below it are addresses


class BadKnownNames(GuardianError):
    """A file of known names that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Suffixes:
    """Names under which the public registers, as `lists.suffixes` has them, by wire name."""

    rules: frozenset[bytes]
    wildcards: frozenset[bytes]
    exceptions: frozenset[bytes]

    def registered(self, name: bytes) -> bytes:
        """The registered name that a wire name is, or is below; b"" for a suffix or one label."""
        below = b""
        for suffix in wire_suffixes(name):
            parent = suffix[suffix[0] + 1 :]
            if suffix in self.rules or (parent in self.wildcards and suffix not in self.exceptions):
                break
            if parent != b"\0":
                below = suffix
        return below


class KnownNames:
    """The file, open. begun: when the rule was switched on. through: the last day that is in it."""

    def __init__(self, memory: mmap.mmap, key: bytes, where: str) -> None:
        """Raises BadKnownNames."""
        header, at = _read_header(memory, where)
        if header["key_check"] != key_check(key):
            raise BadKnownNames(f"{where}: it was written with another key")
        self.begun = date.fromisoformat(header["begun"])
        self.through = date.fromisoformat(header["through"])
        self.suffixes = Suffixes(
            frozenset(map(to_wire, header["rules"])),
            frozenset(map(to_wire, header["wildcards"])),
            frozenset(map(to_wire, header["exceptions"])),
        )
        count = header["names"]
        view = memoryview(memory)
        self.hashes = view[at : at + count * 8].cast("Q")
        self.days = view[at + count * 8 : at + count * 10].cast("H")
        self._fresh = keyed(key)

    @classmethod
    def open(cls, path: Path, key: bytes) -> "KnownNames":
        """Raises OSError, BadKnownNames."""
        with path.open("rb") as file:
            return cls.from_fd(file.fileno(), key, str(path))

    @classmethod
    def from_fd(cls, fd: int, key: bytes, where: str = "known names") -> "KnownNames":
        """From an open file, which may be closed afterwards. Raises OSError, BadKnownNames."""
        if os.fstat(fd).st_size < _HEAD.size:
            raise BadKnownNames(f"{where}: it is cut short")
        return cls(mmap.mmap(fd, 0, access=mmap.ACCESS_READ), key, where)

    def hash_of(self, name: bytes) -> int | None:
        """The hash of what a wire name is registered as; None for what is never new to anybody.

        These are suffixes, single labels, the zones of addresses, and names that all people know.
        """
        registered = self.suffixes.registered(name)
        if not registered or registered.endswith(_NO_SITE) or registered in _well_known():
            return None
        state = self._fresh()
        state.update(registered)
        return int.from_bytes(state.digest(), "little")

    def place(self, number: int) -> int:
        """Where a hash is; -1 where it is not."""
        at = bisect_left(self.hashes, number)
        return at if at < len(self.hashes) and self.hashes[at] == number else -1


class Newcomers:
    """What a resolver knows of today, on top of the file."""

    def __init__(self, known: KnownNames, serial: int) -> None:
        """serial: of the file."""
        self.serial = serial
        self._known = known
        self._asked: set[int] = set()  # known ones
        self._new: set[int] = set()
        self._untold: list[int] = []
        self._familiar: set[bytes] = set()  # saves the hashing of what is asked for often

    def is_new(self, name: bytes) -> bool:
        """Whether what a wire name is registered as was never looked up before today."""
        if name[name[0] + 1 :] in self._familiar or name in self._familiar:
            return False
        number = self._known.hash_of(name)
        if number in self._new:
            return True
        is_new = number is not None and number not in self._asked and self._meet(number)
        if not is_new:
            if len(self._familiar) >= _MOST_FAMILIAR:
                self._familiar.clear()
            self._familiar.add(self._known.suffixes.registered(name) or name)
        return is_new

    def _meet(self, number: int) -> bool:
        """Note that a hash is asked for the first time today; whether it is new."""
        is_known = self._known.place(number) >= 0
        today = self._asked if is_known else self._new
        if len(today) < MOST_A_DAY:
            today.add(number)
            self._untold.append(number)
        return not is_known

    def take(self) -> list[int]:
        """The hashes of names asked for first since the last call."""
        found, self._untold = self._untold, []
        return found


def write(
    path: Path,
    key: bytes,
    begun: date,
    through: date,
    rows: tuple["array[int]", "array[int]"],
    suffixes: tuple[Sequence[str], Sequence[str], Sequence[str]],
) -> None:
    """Put a file in place, whole or not at all. rows: hashes, ascending, and days since `EPOCH`.

    suffixes: rules, wildcards, exceptions. Raises OSError.
    """
    hashes, days = rows
    header = json.dumps(
        {
            "begun": begun.isoformat(),
            "through": through.isoformat(),
            "names": len(hashes),
            "key_check": key_check(key),
            **dict(zip(("rules", "wildcards", "exceptions"), suffixes, strict=True)),
        }
    ).encode()
    body = header + bytes(-(_HEAD.size + len(header)) % 8) + hashes.tobytes() + days.tobytes()
    head = _HEAD.pack(_MAGIC, len(header), blake2b(body, digest_size=16).digest())
    replace_file(path, [head, body], 0o600)


def _read_header(memory: mmap.mmap, where: str) -> tuple[dict[str, Any], int]:
    """The header, and where the hashes begin."""
    magic, length, checksum = _HEAD.unpack_from(memory)
    if byteorder != "little" or magic != _MAGIC:
        raise BadKnownNames(f"{where}: it is not of this version")
    if blake2b(memoryview(memory)[_HEAD.size :], digest_size=16).digest() != checksum:
        raise BadKnownNames(f"{where}: it is damaged (its checksum is wrong)")
    end = _HEAD.size + length
    return json.loads(memory[_HEAD.size : end]), end + -end % 8


@cache
def _well_known() -> frozenset[bytes]:
    return frozenset(map(to_wire, well_known()))
