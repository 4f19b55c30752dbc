"""The compiled lists as one memory-mapped file; docs/index-format.md describes it byte by byte.

A name is a 64-bit keyed hash: nobody can read names back from the file, and all processes share its
pages. Each hash has the number of a *label set*: all that the lists say of that name.
"""

import json
import mmap
import os
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import accumulate, pairwise
from pathlib import Path
from struct import Struct
from sys import byteorder
from typing import Any, Final

from guardian.errors import GuardianError, Said
from guardian.lists.entry import Entry, Kind, ListInfo, Modifiers, Scope, Variety
from guardian.lists.expressions import Automaton, BadExpression, read
from guardian.lists.hashing import Hashing, stands_for
from guardian.lists.keyed import key_check, keyed
from guardian.lists.match import NOTHING, Match, weigh
from guardian.lists.networks import Networks
from guardian.names import from_wire, wire_suffixes

NONE: Final = -1
PARTS: Final = 256  # by a hash's first byte; in each, 256 buckets by its second
BUCKETS: Final = 257  # where each begins among the names of its part, and how many these are
NAME_BYTES: Final = 7  # of one in its part: four and one of its hash, two of its label set
_MAGIC: Final = b"GDX2"
_TAIL: Final = Struct("<4sIQI16s")  # magic, header bytes, names, sieve bits, checksum
_STEP: Final = 1 << 20
_MOST_TOPS: Final = 2048  # top-level domains that are kept with what is said of them


class BadIndex(GuardianError):
    """An index file that cannot be used; the message says why."""


class Index:
    """A compiled index, open. lists, categories: in the file's order. names: how many of
    lists. file: what it is made of. everything: the lists, with new contents that are tried.
    """

    label_set: Callable[[bytes], int]
    """The number of what lists say of this very name (lower-case wire); NONE for nothing."""

    def __init__(
        self, memory: mmap.mmap, key: bytes | None, where: str, *, whole: bool = False
    ) -> None:
        """key: the secret it was compiled with; None takes the one it carries. Raises BadIndex.

        whole: its checksum has been looked at before.
        """
        file = _read_file(memory, where, whole=whole)
        header = file.header
        carried = header.get("key")
        own_key = bytes.fromhex(carried) if carried else key
        if own_key is None or key_check(own_key) != header["key_check"]:
            raise BadIndex(
                Said("%(file)s: it was compiled with another key; compile it again", file=where)
            )
        self.file = file
        self.names = file.names - header.get("self_test", 0)
        self._plain, self._plainly_listed = _look_ups(file, own_key)
        self._digests = [Hashing.read(each).digests() for each in header.get("hashings", ())]
        self.label_set = self._any_label_set if self._digests else self._plain
        self.everything = tuple(ListInfo(**each) for each in header["lists"])
        self.lists = tuple(each for each in self.everything if not each.trial_of)
        self.categories: tuple[str, ...] = tuple(header["categories"])
        self.networks = Networks(
            (self.everything[number], ranges) for number, ranges in header.get("networks", ())
        )
        self.made_from: tuple[str, ...] = tuple(header["made_from"])
        try:
            self._label_sets = tuple(
                tuple(_entry(raw, self.everything) for raw in row) for row in header["label_sets"]
            )
            patterns = header.get("patterns", ())
            self._patterns = tuple(_entry(raw, self.everything) for raw, _ in patterns)
            self._automaton = Automaton(read(text) for _, text in patterns)
        except (ValueError, BadExpression):  # a kind, scope or expression unknown to this version
            raise BadIndex(
                Said("%(file)s: another version made it; compile it again", file=where)
            ) from None

    @classmethod
    def open(cls, path: Path, key: bytes | None = None) -> "Index":
        """The index in a file. Raises BadIndex where it is missing, cut short or changed."""
        try:
            with path.open("rb") as file:
                return cls.from_fd(file.fileno(), key, str(path))
        except OSError as problem:
            said = problem.strerror or problem
            raise BadIndex(
                Said(
                    "%(file)s: it cannot be read (%(problem)s); compile it again",
                    file=path,
                    problem=said,
                )
            ) from None

    @classmethod
    def from_fd(
        cls, fd: int, key: bytes | None, where: str = "index", *, whole: bool = False
    ) -> "Index":
        """The index in an open file, which may be closed afterwards. Raises BadIndex."""
        if os.fstat(fd).st_size < _TAIL.size:
            raise BadIndex(Said("%(file)s: it is cut short; compile it again", file=where))
        return cls(mmap.mmap(fd, 0, access=mmap.ACCESS_READ), key, where, whole=whole)

    def named(self, wire: bytes) -> tuple[Entry, ...]:
        """What lists say of this very name, those that tell nothing but digests included."""
        if not self._digests:
            number = self._plain(wire)
            return self._label_sets[number] if number != NONE else ()
        return tuple(entry for each in self._numbers(wire) for entry in self._label_sets[each])

    def _numbers(self, wire: bytes) -> Iterator[int]:
        if (number := self._plain(wire)) != NONE:
            yield number
        qname = from_wire(wire).encode("ascii")
        for digest in self._digests:
            if (number := self._plain(stands_for(digest(qname)))) != NONE:
                yield number

    def _any_label_set(self, wire: bytes) -> int:
        """`label_set` where some list tells digests: dearer by these for each name not seen."""
        return next(self._numbers(wire), NONE)

    @property
    def trials(self) -> frozenset[str]:
        """The lists of which it has new content for who tries it."""
        return frozenset(each.trial_of for each in self.everything if each.trial_of)

    def match(self, wire: bytes, qtype: int, tried: Collection[str] = ()) -> Match:
        """What the lists say of a name, its parents' entries included.

        tried: those of `trials` whose new content counts in place of the old one.
        """
        listed = self._any_listed(wire) if self._digests else self._plainly_listed(wire)
        matched = self.by_pattern(wire) if self._patterns else ()
        if not listed and not matched:
            return NOTHING
        qname = from_wire(wire)
        found = [(qname, entry) for entry in matched]
        found += [(from_wire(at), entry) for at, each in listed for entry in self._label_sets[each]]
        if len(self.lists) < len(self.everything):
            found = [row for row in found if row[1].list.counts(tried)]
        return weigh(found, qname, qtype)

    @property
    def has_patterns(self) -> bool:
        """Whether a name may be meant by a list that names neither it nor a parent of it."""
        return bool(self._patterns)

    def by_pattern(self, wire: bytes) -> tuple[Entry, ...]:
        """What lists say of a name by an expression that is found in it."""
        found = self._automaton.found(from_wire(wire))
        return tuple(self._patterns[number] for number in sorted(found))

    def _any_listed(self, wire: bytes) -> list[tuple[bytes, int]]:
        return [(suffix, each) for suffix in wire_suffixes(wire) for each in self._numbers(suffix)]


@dataclass(frozen=True, slots=True)
class IndexFile:
    """The pieces of an index. buckets: of all parts. starts: where each part is in the file."""

    memory: mmap.mmap
    header: dict[str, Any]
    names: int
    buckets: memoryview
    sieve: memoryview
    sieve_bits: int
    starts: tuple[int, ...]

    def part(self, number: int) -> tuple[memoryview, memoryview, memoryview]:
        """Of the names in a part: the third to sixth byte of their hashes, as numbers; the numbers
        of their label sets; the seventh byte.
        """
        many, start = self.buckets[number * BUCKETS + PARTS], self.starts[number]
        view = memoryview(self.memory)
        sets, last = start + 4 * many, start + 6 * many
        return (
            view[start:sets].cast("I"),
            view[sets:last].cast("H"),
            view[last : last + many],
        )

    def second_bytes(self, number: int) -> bytes:
        """The second byte of each hash of a part."""
        begins = self.buckets[number * BUCKETS : (number + 1) * BUCKETS].tolist()
        pairs = enumerate(pairwise(begins))
        return b"".join([bytes([byte]) * (end - start) for byte, (start, end) in pairs])


def _look_ups(
    file: IndexFile, key: bytes
) -> tuple[Callable[[bytes], int], Callable[[bytes], list[tuple[bytes, int]]]]:
    """The functions from a wire name to its label set, and to those of it and its parents, the
    longest name first.
    """
    # Flat, and its values in a closure: this is paid for each suffix of each name that a
    # resolver has not seen; docs/index-format.md has the price.
    parts = [file.part(number) for number in range(PARTS)]
    buckets, sieve, shift = file.buckets, file.sieve, 56 - file.sieve_bits
    mask = (1 << file.sieve_bits) - 1
    fresh, number_of = keyed(key), int.from_bytes
    tops: dict[bytes, int] = {}  # top-level domains are few, and every name ends with one

    def search(number: int) -> int:
        bucket = number >> 40 & 0xFFFF
        part = bucket >> 8
        bucket += part  # each part has one more: its end
        high = number >> 8 & 0xFFFFFFFF
        highs, sets, lows = parts[part]
        end = buckets[bucket + 1]
        place = bisect_left(highs, high, buckets[bucket], end)
        while place < end and highs[place] == high:
            if lows[place] == number & 0xFF:
                return sets[place]
            place += 1
        return NONE

    def label_set(wire: bytes) -> int:
        state = fresh()
        state.update(wire)
        number = number_of(state.digest(), "little")
        place = number >> shift & mask
        return search(number) if sieve[place >> 3] >> (place & 7) & 1 else NONE

    def top(wire: bytes) -> int:
        if len(tops) >= _MOST_TOPS:
            tops.clear()
        found = tops[wire] = label_set(wire)
        return found

    def listed(wire: bytes) -> list[tuple[bytes, int]]:
        found: list[tuple[bytes, int]] = []
        if not wire[0]:
            return found
        while (rest := wire[wire[0] + 1 :])[0]:
            state = fresh()
            state.update(wire)
            number = number_of(state.digest(), "little")
            place = number >> shift & mask
            if sieve[place >> 3] >> (place & 7) & 1 and (label := search(number)) != NONE:
                found.append((wire, label))
            wire = rest
        label = tops[wire] if wire in tops else top(wire)
        if label != NONE:
            found.append((wire, label))
        return found

    return label_set, listed


def _read_file(memory: mmap.mmap, where: str, *, whole: bool) -> IndexFile:
    if byteorder != "little":
        raise BadIndex(Said("%(file)s: an index needs a little-endian machine", file=where))
    end = len(memory) - _TAIL.size
    if end < 0:
        raise BadIndex(Said("%(file)s: it is cut short; compile it again", file=where))
    magic, header_bytes, names, bits, checksum = _TAIL.unpack_from(memory, end)
    if magic != _MAGIC:
        raise BadIndex(
            Said(
                "%(file)s: it is not an index of this version, or cut short; compile it again",
                file=where,
            )
        )
    if not whole and tail(summed(memory, end), header_bytes, names, bits)[-16:] != checksum:
        raise BadIndex(
            Said("%(file)s: it is damaged (its checksum is wrong); compile it again", file=where)
        )
    view = memoryview(memory)
    header_at = end - header_bytes
    sieve_at = header_at - (1 << bits >> 3)
    buckets = view[sieve_at - 4 * BUCKETS * PARTS : sieve_at].cast("I")
    counts = buckets[PARTS::BUCKETS]
    return IndexFile(
        memory,
        json.loads(memory[header_at:end]),
        names,
        buckets,
        view[sieve_at:header_at],
        bits,
        tuple(accumulate(map(part_bytes, counts), initial=0))[:-1],
    )


def summed(memory: mmap.mmap, end: int) -> blake2b:
    """The checksum of what is in a file before a place."""
    total = blake2b(digest_size=16)
    for start in range(0, end, _STEP):
        total.update(memory[start : min(start + _STEP, end)])
        # It need not stay in this process's memory: most of it is never looked at.
        memory.madvise(mmap.MADV_DONTNEED, start, min(_STEP, end - start))
    return total


def part_bytes(names: int) -> int:
    """The size of a part with so many names."""
    return names * NAME_BYTES + -names * NAME_BYTES % 8


def tail(total: blake2b, header_bytes: int, names: int, sieve_bits: int) -> bytes:
    """The end of a file. total: of all before it; it takes the tail in."""
    total.update(_TAIL.pack(_MAGIC, header_bytes, names, sieve_bits, bytes(16)))
    return _TAIL.pack(_MAGIC, header_bytes, names, sieve_bits, total.digest())


def sieve_bits(names: int) -> int:
    """Bits of a hash that choose its place in the sieve, which has four to eight for each name.

    The first byte is among them: what is in one part has no place in common with another's.
    """
    return max(8, (4 * names).bit_length())


def _entry(raw: list[Any], lists: tuple[ListInfo, ...]) -> Entry:
    return Entry(lists[raw[0]], *variety_of(raw))


def variety_of(raw: list[Any]) -> Variety:
    """What an entry of the header says, whoever says it."""
    _, kind, scope, important, only, not_types, denyallow = raw
    modifiers = Modifiers(important, frozenset(only), frozenset(not_types), tuple(denyallow))
    return Variety(Kind(kind), Scope(scope), modifiers)


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
