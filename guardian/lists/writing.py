"""An index onto the disk, part by part as it comes: never more than one of them is in memory."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate
from struct import Struct
from typing import Final

from guardian.lists import index

_COUNTS: Final = Struct(f"<{index.BUCKETS}I")
_FEW: Final = 1000  # hashes that are counted sooner than searched


@dataclass(frozen=True, slots=True)
class Part:
    """Hashes in order and the label set of each.

    fresh: those that the sieve does not know yet. gone: those that it knows and that are no more.
    """

    hashes: "array[float]"
    sets: "array[int]"
    fresh: "array[float]"
    gone: "array[float]" = field(default_factory=lambda: array("d"))


class Sections:
    """What is gathered of all parts while they are written. names: how many so far."""

    def __init__(self, sieve_bits: int, sieve: bytes | memoryview = b"") -> None:
        """sieve: the one to begin with; b"" for an empty one."""
        self.sieve_bits = sieve_bits
        self.sieve = bytearray(sieve or 1 << sieve_bits >> 3)
        self.buckets = bytearray()
        self.names = 0

    def sift(self, part: Part) -> None:
        """Put into the sieve what is new of a part, and take out what is no more."""
        sieve, shift, mask = self.sieve, 56 - self.sieve_bits, (1 << self.sieve_bits) - 1
        fresh = part.fresh
        for value in array("Q", part.gone.tobytes()):
            place = value >> shift & mask
            sieve[place >> 3] &= ~(1 << (place & 7))
        for gone in part.gone:  # its bit may have been a neighbour's as well
            at = bisect_left(part.hashes, gone)
            fresh = fresh + part.hashes[max(0, at - 1) : at + 1]
        for value in array("Q", fresh.tobytes()):
            place = value >> shift & mask
            sieve[place >> 3] |= 1 << (place & 7)


def content(
    parts: Iterable[Part], sections: Sections, header: Callable[[int], bytes]
) -> Iterator[bytes]:
    """The file's bytes. header: the JSON object, asked for after the last part with the number of
    names.
    """
    total = blake2b(digest_size=16)

    def pieces() -> Iterator[bytes]:
        for part in parts:
            sections.sift(part)
            yield _written(part, sections)
        yield bytes(sections.buckets)
        yield bytes(sections.sieve)

    for piece in pieces():
        total.update(piece)
        yield piece
    text = header(sections.names)
    total.update(text)
    yield text
    yield index.tail(total, len(text), sections.names, sections.sieve_bits)


def _written(part: Part, sections: Sections) -> bytes:
    many = len(part.hashes)
    sections.names += many
    raw = part.hashes.tobytes()
    sections.buckets += _bucket_counts(raw[5::8])
    highs = bytearray(4 * many)
    for byte in range(4):
        highs[byte::4] = raw[1 + byte :: 8]
    padding = bytes(index.part_bytes(many) - many * index.NAME_BYTES)
    return b"".join((highs, part.sets.tobytes(), raw[::8], padding))


def _bucket_counts(seconds: bytes) -> bytes:
    """Where each bucket begins, and the number of hashes. seconds: their second bytes."""
    if len(seconds) > _FEW:
        begins = [bisect_left(seconds, byte) for byte in range(256)]
        return _COUNTS.pack(*begins, len(seconds))
    counts = [0] * index.BUCKETS
    for byte in seconds:
        counts[byte + 1] += 1
    return _COUNTS.pack(*accumulate(counts))
