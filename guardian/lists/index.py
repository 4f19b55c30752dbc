"""The compiled lists as one memory-mapped file; docs/index-format.md describes it byte by byte.

A name is a 64-bit keyed hash: nobody can read names back from the file, and all processes share its
pages. Each hash has the number of a *label set*: all that the lists say of that name.
"""

import json
import mmap
import os
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.lists.entry import Entry, Kind, ListInfo, Modifiers, Scope
from guardian.lists.match import NOTHING, Match, weigh
from guardian.names import from_wire, wire_suffixes

MAGIC: Final = b"GDX1"
HEAD: Final = Struct("<4sIQII16s")  # magic, header bytes, names, bucket bits, zero, checksum
HASH_BYTES: Final = 8
NONE: Final = -1


class BadIndex(GuardianError):
    """An index file that cannot be used; the message says why."""


def key_check(key: bytes) -> str:
    """What tells one key from another without giving it away."""
    return blake2b(b"guardian index", digest_size=8, key=key).hexdigest()


def bucket_bits(names: int) -> int:
    """Bits of a hash that choose its bucket, so that a bucket holds about sixteen."""
    return max(1, (names // 16).bit_length())


def checksum(parts: Iterator[bytes] | list[bytes]) -> bytes:
    """Over everything after the head."""
    total = blake2b(digest_size=16)
    for part in parts:
        total.update(part)
    return total.digest()


class Index:
    """A compiled index, open."""

    def __init__(self, memory: mmap.mmap, key: bytes | None, where: str) -> None:
        """key: the secret it was compiled with; None takes the one it carries. Raises BadIndex."""
        header, at, names, bits = _read_head(memory, where)
        own_key = bytes.fromhex(header["key"]) if header.get("key") else key
        if own_key is None or key_check(own_key) != header["key_check"]:
            raise BadIndex(f"{where}: it was compiled with another key; compile it again")
        # Copying a state that has taken in the key costs half of what beginning with it does.
        self._keyed = blake2b(digest_size=8, key=own_key).copy
        self._shift = 64 - bits
        view = memoryview(memory)
        buckets_end = at + ((1 << bits) + 1) * 4
        hashes_at = buckets_end + -buckets_end % 8
        sets_at = hashes_at + names * HASH_BYTES
        self._buckets = view[at:buckets_end].cast("I")
        self._hashes = view[hashes_at:sets_at].cast("Q")
        self._sets = view[sets_at : sets_at + names * 2].cast("H")
        self.names = names
        self.lists = tuple(ListInfo(**each) for each in header["lists"])
        self.categories: tuple[str, ...] = tuple(header["categories"])
        self._label_sets = tuple(
            tuple(_entry(raw, self.lists) for raw in row) for row in header["label_sets"]
        )

    @classmethod
    def open(cls, path: Path, key: bytes | None = None) -> "Index":
        """The index in a file. Raises BadIndex where it is missing, cut short or changed."""
        try:
            with path.open("rb") as file:
                return cls.from_fd(file.fileno(), key, str(path))
        except OSError as problem:
            raise BadIndex(
                f"{path}: cannot be read ({problem.strerror}); compile it again"
            ) from None

    @classmethod
    def from_fd(cls, fd: int, key: bytes | None, where: str = "index") -> "Index":
        """The index in an open file, which may be closed afterwards."""
        if os.fstat(fd).st_size < HEAD.size:
            raise BadIndex(f"{where}: it is cut short; compile it again")
        return cls(mmap.mmap(fd, 0, access=mmap.ACCESS_READ), key, where)

    def label_set(self, wire: bytes) -> int:
        """The number of what lists say of this very name (lower-case wire); NONE for nothing."""
        state = self._keyed()
        state.update(wire)
        number = int.from_bytes(state.digest(), "little")
        bucket = number >> self._shift
        end = self._buckets[bucket + 1]
        at = bisect_left(self._hashes, number, self._buckets[bucket], end)
        if at < end and self._hashes[at] == number:
            return self._sets[at]
        return NONE

    def entries(self, number: int) -> tuple[Entry, ...]:
        """What a label set says."""
        return self._label_sets[number]

    def match(self, wire: bytes, qtype: int) -> Match:
        """What the lists say of a name, its parents' entries included."""
        found = [
            (from_wire(suffix), entry)
            for suffix in wire_suffixes(wire)
            if (number := self.label_set(suffix)) != NONE
            for entry in self._label_sets[number]
        ]
        return weigh(found, from_wire(wire), qtype) if found else NOTHING


def _read_head(memory: mmap.mmap, where: str) -> tuple[dict[str, Any], int, int, int]:
    magic, header_bytes, names, bits, _, expected = HEAD.unpack_from(memory)
    if magic != MAGIC:
        raise BadIndex(f"{where}: it is not an index of this version; compile it again")
    view = memoryview(memory)
    step = 1 << 20
    parts = (view[at : at + step] for at in range(HEAD.size, len(view), step))
    if checksum(bytes(part) for part in parts) != expected:
        raise BadIndex(f"{where}: it is damaged (its checksum is wrong); compile it again")
    end = HEAD.size + header_bytes
    return json.loads(memory[HEAD.size : end]), end + -end % 8, names, bits


def _entry(raw: list[Any], lists: tuple[ListInfo, ...]) -> Entry:
    number, kind, scope, important, only, not_types, denyallow = raw
    modifiers = Modifiers(important, frozenset(only), frozenset(not_types), tuple(denyallow))
    return Entry(lists[number], Kind(kind), Scope(scope), modifiers)


def entry_row(number: int, kind: Kind, scope: Scope, modifiers: Modifiers) -> list[Any]:
    """An entry of list `number` as the header keeps it; `_entry` reads it."""
    return [
        number,
        kind.value,
        scope.value,
        modifiers.important,
        sorted(modifiers.only_types),
        sorted(modifiers.not_types),
        list(modifiers.denyallow),
    ]


def list_row(info: ListInfo) -> dict[str, Any]:
    """A list as the header keeps it."""
    return asdict(info)
