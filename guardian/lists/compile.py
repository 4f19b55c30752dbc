"""Sources in, one index file out.

Runs in a process of its own (`compile_process`): what it takes of memory is gone with it.
"""

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from guardian.lists import confidential, index
from guardian.lists.entry import ListInfo, Variety
from guardian.lists.gather import Gathered, Gatherer
from guardian.lists.keyed import key_check
from guardian.lists.networks import Ranges, ranges_of
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.source import HASHES, Source, SourceKind

MOST_LABEL_SETS: Final = 1 << 16
_PARTS: Final = 256  # into which hashes are dealt by their first byte; each is sorted by itself
_PART_SHIFT: Final = 56


@dataclass(slots=True)
class Compiled:
    """What came of a compilation. names: different ones. reports: by source id."""

    names: int
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)


class Compiler:
    """Gathers what sources say, then writes it."""

    def __init__(self, key: bytes, protected: Iterable[str] = ()) -> None:
        """key: the secret of the hashes. protected: names that a confidential list cannot block."""
        self._key = key
        self._gatherer = Gatherer(key, protected)
        self._lists: list[ListInfo] = []
        self._labels = _LabelSets()
        self._runs: list[tuple[int, array[int]]] = []  # label set, hashes
        self._networks: list[tuple[int, dict[str, Ranges]]] = []
        self.reports: dict[str, dict[str, Any]] = {}

    def add(self, source: Source, path: Path) -> Gathered:
        """Take a source's content from a file. Raises BadSource; then nothing of it is taken."""
        gathered = self.read(source, path)
        self.take(source, path, gathered)
        return gathered

    def read(self, source: Source, path: Path) -> Gathered:
        """What a source's content says, without taking it. Raises BadSource."""
        try:
            return self._read(source, path)
        except OSError as problem:
            raise BadSource(f"{path}: it cannot be read ({problem.strerror})") from None

    def take(self, source: Source, path: Path, gathered: Gathered) -> None:
        """Take what was read of a source. Raises BadSource; then nothing of it is taken."""
        if not self._labels.have_room(len(gathered.hashes)):
            raise BadSource(f"{path}: with it, the lists' rules differ too much; use fewer lists")
        number = len(self._lists)
        if gathered.parsed.networks:
            self._networks.append((number, ranges_of(gathered.parsed.networks)))
        for variety, hashes in gathered.hashes.items():
            self._runs.append((self._labels.single(number, variety), hashes))
        self._lists.append(
            ListInfo(
                source.id,
                source.category,
                source.version or gathered.version or _date_of(path),
                allows=source.kind is SourceKind.ALLOW,
                confidential=source.kind is SourceKind.IWF,
                names=gathered.taken,
                nearest=gathered.parsed.nearest,
            )
        )
        self.reports[source.id] = report_of(gathered)

    def _read(self, source: Source, path: Path) -> Gathered:
        if source.format == HASHES:
            return confidential.from_bytes(path.read_bytes(), self._key, str(path))
        if path.is_dir():
            return self._gatherer.gather(source, path, str(path))
        with path.open("rb") as file:
            return self._gatherer.gather(source, file, str(path))

    def write(
        self, path: Path, *, carry_key: bool = False, made_from: Iterable[str] = ()
    ) -> Compiled:
        """Write the index whole or not at all. Raises OSError.

        carry_key: put the key into the file, so that it can be used by itself; ValueError where it
        holds a confidential list. made_from: what is kept to tell whether it is current.
        """
        if carry_key and any(info.confidential for info in self._lists):
            raise ValueError("an index with a confidential list does not carry its key")
        hashes, sets = self._sorted()
        bits, sieve_bits = index.bucket_bits(len(hashes)), index.sieve_bits(len(hashes))
        text = self._header(made_from, sieve_bits, carry_key=carry_key)
        body: list[bytes | memoryview] = [
            *index.padded(text),
            *index.padded(_buckets(hashes, bits).tobytes()),
            memoryview(hashes).cast("B"),
            *index.padded(sets.tobytes()),
            _sieve(hashes, sieve_bits),
        ]
        head = index.head(len(text), len(hashes), bits, body)
        replace_file(path, [head, *body])
        return Compiled(len(hashes), self.reports)

    def _sorted(self) -> tuple["array[int]", "array[int]"]:
        """All hashes in order, and the label set of each."""
        dealt = [(label, _deal(hashes)) for label, hashes in self._runs]
        hashes, sets = array("Q"), array("H")
        for number in range(_PARTS):
            table: dict[int, int] = {}
            for label, parts in dealt:
                if table:
                    self._merge(table, parts[number], label)
                else:
                    table = dict.fromkeys(parts[number], label)
                parts[number] = array("Q")
            ordered = sorted(table)
            hashes.extend(ordered)
            sets.extend(map(table.__getitem__, ordered))
        return hashes, sets

    def _merge(self, table: dict[int, int], hashes: "array[int]", label: int) -> None:
        join = self._labels.join
        for value in hashes:
            known = table.setdefault(value, label)
            if known != label:
                table[value] = join(known, label)

    def _header(self, made_from: Iterable[str], sieve_bits: int, *, carry_key: bool) -> bytes:
        header = {
            "lists": [index.list_row(info) for info in self._lists],
            "categories": sorted({info.category for info in self._lists}),
            "label_sets": list(self._labels.rows()),
            "networks": self._networks,
            "made_from": sorted(made_from),
            "key_check": key_check(self._key),
            "sieve_bits": sieve_bits,
        }
        if carry_key:
            header["key"] = self._key.hex()
        return json.dumps(header, separators=(",", ":")).encode()


class _LabelSets:
    """The numbers of all that is said of some name: sets of entries."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, Variety]] = []
        self._members: list[frozenset[int]] = []
        self._numbers: dict[frozenset[int], int] = {}
        self._joined: dict[tuple[int, int], int] = {}

    def have_room(self, more: int) -> bool:
        """Whether so many entries fit; half the numbers are left for what they come to together."""
        return len(self._entries) + more <= MOST_LABEL_SETS // 2

    def single(self, list_number: int, variety: Variety) -> int:
        """The number of a new entry alone."""
        self._entries.append((list_number, variety))
        return self._number(frozenset({len(self._entries) - 1}))

    def join(self, one: int, other: int) -> int:
        """The number of two sets together. With all numbers in use, the first one stands."""
        pair = (one, other)
        if pair not in self._joined:
            members = self._members[one] | self._members[other]
            full = len(self._members) >= MOST_LABEL_SETS and members not in self._numbers
            self._joined[pair] = one if full else self._number(members)
        return self._joined[pair]

    def _number(self, members: frozenset[int]) -> int:
        if members not in self._numbers:
            self._numbers[members] = len(self._members)
            self._members.append(members)
        return self._numbers[members]

    def rows(self) -> Iterator[list[list[Any]]]:
        """Each set's entries as the header keeps them."""
        rows = [index.entry_row(number, *variety) for number, variety in self._entries]
        for members in self._members:
            yield [rows[entry] for entry in sorted(members)]


def report_of(gathered: Gathered) -> dict[str, Any]:
    """What became of a source, as JSON can hold it."""
    return {
        **gathered.parsed.as_data(),
        "taken": gathered.taken,
        "exceptions": gathered.exceptions,
        "format": gathered.format,
        "version": gathered.version,
        "licence": gathered.licence,
    }


def _date_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def _deal(hashes: "array[int]") -> list["array[int]"]:
    """The same hashes by their first byte: small parts sort faster and need less memory."""
    parts = [array("Q") for _ in range(_PARTS)]
    put = [part.append for part in parts]
    for value in hashes:
        put[value >> _PART_SHIFT](value)
    return parts


def _buckets(hashes: "array[int]", bits: int) -> "array[int]":
    """Where each bucket begins among the sorted hashes; one more, for the end of the last."""
    counts = array("I", bytes(4 * ((1 << bits) + 1)))
    shift = 64 - bits
    for value in hashes:
        counts[(value >> shift) + 1] += 1
    return array("I", accumulate(counts))


def _sieve(hashes: "array[int]", bits: int) -> bytes:
    """A bit for each value that hashes may begin with; it is set where one does."""
    sieve = bytearray(1 << (bits - 3))
    shift = 64 - bits
    for value in hashes:
        place = value >> shift
        sieve[place >> 3] |= 1 << (place & 7)
    return bytes(sieve)
