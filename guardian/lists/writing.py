"""An index onto the disk, part by part as it comes: never more than one of them is in memory."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from struct import Struct
from typing import Final

from guardian.lists import index
from guardian.lists.hashes import of_number

_COUNTS: Final = Struct(f"<{index.BUCKETS}I")


@dataclass(slots=True)
class Sections:
    """What is gathered of all parts while they are written. names: how many so far."""

    sieve_bits: int
    names: int = 0
    buckets: bytearray = field(default_factory=bytearray)
    sieve: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.sieve = bytearray(1 << self.sieve_bits >> 3)


def content(
    parts: Iterable[tuple["array[float]", "array[int]"]],
    most: int,
    header: Callable[[int], bytes],
) -> Iterator[bytes]:
    """The file's bytes. parts: hashes in order and the label set of each. most: names, at the
    most. header: the JSON object, asked for after the last part, given the sieve's bits.
    """
    sections = Sections(index.sieve_bits(most))
    total = blake2b(digest_size=16)

    def pieces() -> Iterator[bytes]:
        for number, (hashes, sets) in enumerate(parts):
            yield _part(number, hashes, sets, sections)
        yield bytes(sections.buckets)
        yield bytes(sections.sieve)

    for piece in pieces():
        total.update(piece)
        yield piece
    text = header(sections.names)
    total.update(text)
    yield text
    yield index.tail(total, len(text), sections.names, sections.sieve_bits)


def _part(number: int, hashes: "array[float]", sets: "array[int]", sections: Sections) -> bytes:
    many = len(hashes)
    sections.names += many
    raw = hashes.tobytes()
    sections.buckets += _bucket_counts(number, hashes)
    _sift(raw, sections)
    highs = bytearray(4 * many)
    for byte in range(4):
        highs[byte::4] = raw[1 + byte :: 8]
    padding = bytes(index.part_bytes(many) - many * index.NAME_BYTES)
    return b"".join((highs, sets.tobytes(), raw[::8], padding))


def _bucket_counts(part: int, hashes: "array[float]") -> bytes:
    """Where each bucket begins, and the number of hashes."""
    if not hashes:
        return bytes(_COUNTS.size)
    first = part << 48
    begins = [bisect_left(hashes, of_number(first | at << 40)) for at in range(256)]
    return _COUNTS.pack(*begins, len(hashes))


def _sift(raw: bytes, sections: Sections) -> None:
    """Set the sieve's bit of each hash."""
    sieve, shift = sections.sieve, 56 - sections.sieve_bits
    mask = (1 << sections.sieve_bits) - 1
    for value in array("Q", raw):
        place = value >> shift & mask
        sieve[place >> 3] |= 1 << (place & 7)
