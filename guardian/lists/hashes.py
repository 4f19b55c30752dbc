"""Hashes of names, sorted and each once, in 256 parts by their first byte.

In memory a hash is a float whose bits are the 56 of the hash under a fixed first byte. Positive
floats sort as their bits do, and Python sorts floats three times as fast as numbers of that size.
Nobody calculates with them.
"""

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, compress, count, islice
from operator import eq
from pathlib import Path
from struct import Struct
from tempfile import TemporaryFile
from typing import Final, Protocol, TypeVar

_Each = TypeVar("_Each")

PARTS: Final = 256
HASH_BYTES: Final = 8  # of one in memory and in files of hashes
ROOM: Final = 1 << 19  # hashes in memory; they are 4 MiB, and 20 for a moment while they are sorted
_TOP: Final = b"\x10"  # the fixed byte: far from the exponents of zero, infinity and NaN
_FLOAT: Final = Struct("<d")


def of_number(number: int) -> float:
    """The form in memory of a hash that `keyed.hash_of` gave: its lower 56 bits."""
    value: float = _FLOAT.unpack(number.to_bytes(HASH_BYTES, "little")[:7] + _TOP)[0]
    return value


def from_digests(digests: Iterable[bytes]) -> "array[float]":
    """The hashes that digests, of eight bytes or a multiple of it, mean."""
    return array_of(bytearray().join(digests))


def array_of(raw: bytearray) -> "array[float]":
    """The hashes in bytes, eight each; what the highest byte was does not count."""
    raw[7::8] = _TOP * (len(raw) // HASH_BYTES)
    hashes = array("d")
    hashes.frombytes(raw)
    return hashes


def in_order(hashes: Iterable[float]) -> "array[float]":
    """The same ones sorted, each once."""
    ordered = sorted(hashes)
    again = repeats(ordered)
    return array("d", without(ordered, again) if again else ordered)


_END: Final = _FLOAT.unpack(bytes(7) + b"\x11")[0]
EDGES: Final = (*[of_number(part << 48) for part in range(PARTS)], _END)
"""Where parts begin, and the end of the last."""


class Hashes(Protocol):
    """Different hashes, in order."""

    def __len__(self) -> int: ...

    def part(self, number: int) -> "array[float]":
        """Those that begin with this byte."""


def found(hashes: Hashes, wanted: Collection[float]) -> set[float]:
    """Those of the wanted that are among them."""
    sought = set(wanted)
    return set().union(*(sought.intersection(hashes.part(number)) for number in range(PARTS)))


def bounds(hashes: Sequence[float]) -> "array[int]":
    """Where each part begins in sorted hashes, and the end."""
    return array("I", [bisect_left(hashes, edge) for edge in EDGES])


class Held:
    """Hashes in memory."""

    def __init__(self, hashes: "array[float]") -> None:
        """hashes: sorted, each once."""
        self._hashes = hashes
        self._bounds = bounds(hashes)

    def __len__(self) -> int:
        return len(self._hashes)

    def part(self, number: int) -> "array[float]":
        return self._hashes[self._bounds[number] : self._bounds[number + 1]]


class Stored:
    """Hashes in a file that is mapped, of which one part at a time is in memory."""

    def __init__(self, memory: mmap.mmap, offset: int, begins: Sequence[int]) -> None:
        """offset: of the first one in the file. begins: as `bounds` gives them."""
        self._memory = memory
        self._offset = offset
        self._bounds = begins

    def __len__(self) -> int:
        return self._bounds[-1]

    def part(self, number: int) -> "array[float]":
        start, end = self._bounds[number], self._bounds[number + 1]
        return read(self._memory, self._offset + start * HASH_BYTES, end - start)


def read(memory: mmap.mmap, offset: int, many: int) -> "array[float]":
    """So many hashes from a place in a file, which need not stay in memory there."""
    hashes = array("d")
    if many:
        end = offset + many * HASH_BYTES
        hashes.frombytes(memory[offset:end])
        start = offset - offset % mmap.PAGESIZE
        memory.madvise(mmap.MADV_DONTNEED, start, end - start)
    return hashes


class Spill:
    """Where sorters put aside what does not fit into memory: files without a name."""

    def __init__(self, folder: Path | None = None, room: int = ROOM) -> None:
        """folder: with room on its disk; None: the system's for such files. room: hashes that all
        sorters together hold in memory.
        """
        self._folder = folder
        self._room = room
        self._sorters: list[Sorter] = []
        self._held = 0

    def sorter(self) -> "Sorter":
        """A new sorter that shares the room."""
        self._sorters.append(Sorter(self))
        return self._sorters[-1]

    def more(self, many: int) -> None:
        """Told by a sorter that it holds more."""
        self._held += many
        if self._held >= self._room:
            for sorter in self._sorters:
                sorter.put_aside()
            self._held = 0

    def store(self, pieces: Iterable["array[float]"]) -> Hashes:
        """Sorted hashes, in pieces, in a file; it is gone when nobody uses it."""
        begins = array("I", bytes(4 * (PARTS + 1)))

        def content() -> Iterator[bytes]:
            for piece in pieces:
                for part, end in enumerate(bounds(piece)):
                    begins[part] += end
                yield piece.tobytes()
            yield b"\0"  # an empty file cannot be mapped

        memory = self.mapped(content())
        return Stored(memory, 0, begins)

    def mapped(self, pieces: Iterable[bytes]) -> mmap.mmap:
        """Content in such a file; there is some."""
        with TemporaryFile(dir=self._folder) as file:
            file.writelines(pieces)
            file.flush()
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Sorter:
    """Takes hashes in any order, then gives them in theirs, each once. again: those it knew before,
    as often as they came again.
    """

    def __init__(self, spill: Spill) -> None:
        self._spill = spill
        self._fresh = array("d")
        self._aside: list[Hashes] = []
        self._without: set[float] = set()
        self.again = array("d")

    def take(self, hashes: "array[float]") -> None:
        """Take more, in any order."""
        self._fresh += hashes
        self._spill.more(len(hashes))

    def leave_out(self, hashed: float) -> None:
        """Do not give this one."""
        self._without.add(hashed)

    def put_aside(self) -> None:
        """Hold nothing in memory."""
        if self._fresh:
            # What came twice is found when all is brought together.
            self._aside.append(self._spill.store([array("d", sorted(self._fresh))]))
            self._fresh = array("d")

    def sorted(self) -> Hashes:
        """All of them; the sorter is empty then."""
        if not self._aside:
            return Held(self._in_order(self._kept(self._fresh)))
        if self._fresh:
            self._aside.append(Held(array("d", sorted(self._fresh))))
        stored = self._spill.store(map(self._merged, range(PARTS)))
        self._aside.clear()
        return stored

    def _merged(self, number: int) -> "array[float]":
        return self._in_order(
            self._kept(chain.from_iterable(each.part(number) for each in self._aside))
        )

    def _kept(self, hashes: Iterable[float]) -> Iterable[float]:
        if not self._without:
            return hashes
        return (each for each in hashes if each not in self._without)

    def _in_order(self, hashes: Iterable[float]) -> "array[float]":
        ordered = sorted(hashes)
        again = repeats(ordered)
        self.again.extend(map(ordered.__getitem__, again))
        return array("d", without(ordered, again) if again else ordered)


def repeats(ordered: Sequence[float]) -> list[int]:
    """Places whose hash is that of the place before."""
    return list(compress(count(1), map(eq, ordered, islice(ordered, 1, None))))


def without(values: Sequence[_Each], places: Iterable[int]) -> Iterator[_Each]:
    """The values that are not at one of the places."""
    keep = bytearray(b"\1") * len(values)
    for place in places:
        keep[place] = 0
    return compress(values, keep)
