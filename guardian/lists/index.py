"""The compiled lists as one memory-mapped file; docs/index-format.md describes it byte by byte.

A name is a 64-bit keyed hash: nobody can read names back from the file, and all processes share its
pages. Each hash has the number of a *label set*: all that the lists say of that name.
"""

import json
import mmap
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from sys import byteorder
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.lists.entry import Entry, Kind, ListInfo, Modifiers, Scope
from guardian.lists.keyed import HASH_BYTES, key_check, keyed
from guardian.lists.match import NOTHING, Match, weigh
from guardian.lists.networks import Networks
from guardian.names import from_wire, wire_suffixes

MAGIC: Final = b"GDX1"
NONE: Final = -1
_HEAD: Final = Struct("<4sIQII16s")  # magic, header bytes, names, bucket bits, zero, checksum
_SET_BYTES: Final = 2
_MOST_BITS: Final = 32
_NO_SIEVE: Final = 3  # of an index from before there was one: eight places, all taken
_STEP: Final = 1 << 20


class BadIndex(GuardianError):
    """An index file that cannot be used; the message says why."""


class Index:
    """A compiled index, open. lists, categories: in the file's order. names: how many."""

    label_set: Callable[[bytes], int]
    """The number of what lists say of this very name (lower-case wire); NONE for nothing."""

    def __init__(
        self, memory: mmap.mmap, key: bytes | None, where: str, *, whole: bool = False
    ) -> None:
        """key: the secret it was compiled with; None takes the one it carries. Raises BadIndex.

        whole: its checksum has been looked at before.
        """
        header, at, names, bits = _read_head(memory, where, whole=whole)
        carried = header.get("key")
        own_key = bytes.fromhex(carried) if carried else key
        if own_key is None or key_check(own_key) != header["key_check"]:
            raise BadIndex(f"{where}: it was compiled with another key; compile it again")
        self.names = names
        sieve_bits = header.get("sieve_bits", _NO_SIEVE)
        self.label_set = _look_up(memory, own_key, at, names, bits, sieve_bits)
        self.lists = tuple(ListInfo(**each) for each in header["lists"])
        self.categories: tuple[str, ...] = tuple(header["categories"])
        self.networks = Networks(
            (self.lists[number], ranges) for number, ranges in header.get("networks", ())
        )
        self.made_from: tuple[str, ...] = tuple(header["made_from"])
        try:
            self._label_sets = tuple(
                tuple(_entry(raw, self.lists) for raw in row) for row in header["label_sets"]
            )
        except ValueError:  # a kind or scope that this version does not know
            raise BadIndex(f"{where}: another version made it; compile it again") from None

    @classmethod
    def open(cls, path: Path, key: bytes | None = None) -> "Index":
        """The index in a file. Raises BadIndex where it is missing, cut short or changed."""
        try:
            with path.open("rb") as file:
                return cls.from_fd(file.fileno(), key, str(path))
        except OSError as problem:
            said = problem.strerror or problem
            raise BadIndex(f"{path}: it cannot be read ({said}); compile it again") from None

    @classmethod
    def from_fd(
        cls, fd: int, key: bytes | None, where: str = "index", *, whole: bool = False
    ) -> "Index":
        """The index in an open file, which may be closed afterwards. Raises BadIndex."""
        if os.fstat(fd).st_size < _HEAD.size:
            raise BadIndex(f"{where}: it is cut short; compile it again")
        return cls(mmap.mmap(fd, 0, access=mmap.ACCESS_READ), key, where, whole=whole)

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


def _look_up(
    memory: mmap.mmap, key: bytes, at: int, names: int, bits: int, sieve_bits: int
) -> Callable[[bytes], int]:
    view = memoryview(memory)
    hashes_at = _aligned(at + ((1 << bits) + 1) * 4)
    sets_at = hashes_at + names * HASH_BYTES
    buckets = view[at : at + ((1 << bits) + 1) * 4].cast("I")
    hashes = view[hashes_at:sets_at].cast("Q")
    sets = view[sets_at : sets_at + names * _SET_BYTES].cast("H")
    sieve_at = _aligned(sets_at + names * _SET_BYTES)
    sieve = view[sieve_at:] if sieve_bits > _NO_SIEVE else memoryview(b"\xff")
    shift, sieve_shift = 64 - bits, 64 - sieve_bits
    fresh, number_of = keyed(key), int.from_bytes

    def label_set(wire: bytes) -> int:
        # Flat, and its values in a closure: this is paid for each suffix of each name that a
        # resolver has not seen; docs/index-format.md has the price.
        state = fresh()
        state.update(wire)
        number = number_of(state.digest(), "little")
        place = number >> sieve_shift
        if not sieve[place >> 3] >> (place & 7) & 1:
            return NONE
        bucket = number >> shift
        end = buckets[bucket + 1]
        place = bisect_left(hashes, number, buckets[bucket], end)
        if place < end and hashes[place] == number:
            return sets[place]
        return NONE

    return label_set


def _read_head(
    memory: mmap.mmap, where: str, *, whole: bool
) -> tuple[dict[str, Any], int, int, int]:
    """The header, where the buckets begin, the number of names and of bucket bits."""
    if byteorder != "little":
        raise BadIndex(f"{where}: an index needs a little-endian machine")
    magic, header_bytes, names, bits, zero, expected = _HEAD.unpack_from(memory)
    if magic != MAGIC:
        raise BadIndex(f"{where}: it is not an index of this version; compile it again")
    view = memoryview(memory)
    pieces = (view[start : start + _STEP] for start in range(_HEAD.size, len(view), _STEP))
    if not whole and (
        zero or bits > _MOST_BITS or _checksum(header_bytes, names, bits, pieces) != expected
    ):
        raise BadIndex(f"{where}: it is damaged (its checksum is wrong); compile it again")
    end = _HEAD.size + header_bytes
    return json.loads(memory[_HEAD.size : end]), _aligned(end), names, bits


def head(header_bytes: int, names: int, bits: int, body: Iterable[bytes | memoryview]) -> bytes:
    """The head of a file. body: all that follows it."""
    checksum = _checksum(header_bytes, names, bits, body)
    return _HEAD.pack(MAGIC, header_bytes, names, bits, 0, checksum)


def _checksum(
    header_bytes: int, names: int, bits: int, body: Iterable[bytes | memoryview]
) -> bytes:
    total = blake2b(_HEAD.pack(MAGIC, header_bytes, names, bits, 0, bytes(16)), digest_size=16)
    for part in body:
        total.update(part)
    return total.digest()


def bucket_bits(names: int) -> int:
    """Bits of a hash that choose its bucket, so that a bucket holds about sixteen."""
    return max(1, (names // 16).bit_length())


def sieve_bits(names: int) -> int:
    """Bits of a hash that choose its place in the sieve, which has four to eight for each name."""
    return max(6, (4 * names).bit_length())


def padded(part: bytes) -> tuple[bytes, bytes]:
    """A part of a file, and the zeros after which the next begins at a multiple of eight."""
    return part, bytes(-len(part) % 8)


def _aligned(offset: int) -> int:
    return offset + -offset % 8


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
