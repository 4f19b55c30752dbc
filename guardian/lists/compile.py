"""Sources in, one index file out.

Runs in a process of its own (`compile_process`): what it takes of memory is gone with it.
"""

import gzip
import json
import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from sys import byteorder
from typing import Any, BinaryIO, Final

from guardian.errors import GuardianError
from guardian.lists.entry import PLAIN, Kind, ListInfo, Modifiers, Scope
from guardian.lists.formats import FORMATS, detect
from guardian.lists.index import (
    HEAD,
    MAGIC,
    bucket_bits,
    checksum,
    entry_row,
    key_check,
    list_row,
)
from guardian.lists.report import Parsed, Reason
from guardian.lists.source import Source, SourceKind
from guardian.lists.suffixes import PublicSuffixes, public_suffixes

MOST_BYTES: Final = 512 << 20  # of one source, unpacked
LONGEST_LINE: Final = 4096
HASHES: Final = "hashes"  # the format in which a confidential source is kept
_SAMPLE_LINES: Final = 1000
_LENGTH: Final = tuple(bytes((n,)) for n in range(64))


class BadSource(GuardianError):
    """A source whose content cannot be read."""


@dataclass(slots=True)
class Compiled:
    """What came of a compilation: a report for each source, by id."""

    names: int
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)


class Compiler:
    """Gathers what sources say, then writes it."""

    def __init__(self, key: bytes) -> None:
        """key: the secret of the hashes, at most 64 bytes."""
        self._key = key
        self._keyed = blake2b(digest_size=8, key=key).copy
        self._suffixes: PublicSuffixes = public_suffixes()
        self._lists: list[ListInfo] = []
        self._rows: dict[str, int] = {}  # an entry's row as JSON → its number
        self._sets: dict[frozenset[int], int] = {}  # entries' numbers → number of the label set
        self._members: list[frozenset[int]] = []
        self._joined: dict[tuple[int, int], int] = {}
        self._table: dict[int, int] = {}  # hash → number of a label set
        self.reports: dict[str, dict[str, Any]] = {}

    def add(self, source: Source, path: Path) -> None:
        """Take a source's content from a file. Raises BadSource where it cannot be read."""
        info = ListInfo(
            source.id,
            source.category,
            source.version,
            allows=source.kind is SourceKind.ALLOW,
            confidential=source.kind is SourceKind.IWF,
        )
        number = len(self._lists)
        if source.format == HASHES:
            taken = self._add_hashes(path, number)
            self.reports[source.id] = {"taken": taken}
        else:
            parsed, why = read_source(source, path)
            taken = self._add_parsed(parsed, number)
            self.reports[source.id] = {**parsed.as_data(), "taken": taken, "format": why}
        self._lists.append(replace(info, names=taken))

    def _add_hashes(self, path: Path, number: int) -> int:
        hashes = array("Q", path.read_bytes())
        if byteorder == "big":
            hashes.byteswap()
        label = self._label(number, Kind.BLOCK, Scope.SUBDOMAINS, PLAIN)
        for value in hashes:
            self._put(value, label)
        return len(hashes)

    def _add_parsed(self, parsed: Parsed, number: int) -> int:
        taken = self._put_names(
            parsed, parsed.names, self._label(number, Kind.BLOCK, Scope.SUBDOMAINS, PLAIN)
        )
        taken += self._put_names(
            parsed, parsed.exact, self._label(number, Kind.BLOCK, Scope.EXACT, PLAIN)
        )
        for name, kind, scope, modifiers in parsed.special:
            taken += self._put_names(parsed, [name], self._label(number, kind, scope, modifiers))
        return taken

    def _put_names(self, parsed: Parsed, names: Iterable[bytes], label: int) -> int:
        # Flat on purpose: this loop runs for each of millions of names.
        keyed, table, suffixes, length = self._keyed, self._table, self._suffixes, _LENGTH
        taken = 0
        for name in names:
            if name in suffixes:
                parsed.refuse(Reason.PUBLIC_SUFFIX, name, 0)
                continue
            wire = b"".join([length[len(part)] + part for part in name.split(b".")]) + b"\0"
            state = keyed()
            state.update(wire)
            number = int.from_bytes(state.digest(), "little")
            known = table.get(number)
            if known is None:
                table[number] = label
            elif known != label:
                table[number] = self._join(known, label)
            taken += 1
        return taken

    def _put(self, number: int, label: int) -> None:
        known = self._table.get(number)
        self._table[number] = label if known is None else self._join(known, label)

    def _label(self, number: int, kind: Kind, scope: Scope, modifiers: Modifiers) -> int:
        row = json.dumps(entry_row(number, kind, scope, modifiers))
        return self._set(frozenset({self._rows.setdefault(row, len(self._rows))}))

    def _join(self, one: int, other: int) -> int:
        pair = (one, other)
        if pair not in self._joined:
            self._joined[pair] = self._set(self._members[one] | self._members[other])
        return self._joined[pair]

    def _set(self, members: frozenset[int]) -> int:
        if members not in self._sets:
            if len(self._members) >= 1 << 16:
                raise BadSource("the lists say too many different things; use fewer options")
            self._sets[members] = len(self._members)
            self._members.append(members)
        return self._sets[members]

    def write(self, path: Path, *, carry_key: bool = False) -> Compiled:
        """Write the index: aside first, then in place of the old one.

        carry_key: put the key into the file, for an index of no secrets that is used by itself.
        """
        numbers = array("Q", sorted(self._table))
        sets = array("H", map(self._table.__getitem__, numbers))
        bits = bucket_bits(len(numbers))
        body = [*self._header(carry_key=carry_key)]
        body.append(_buckets(numbers, bits).tobytes())
        body.append(bytes(-sum(map(len, body)) % 8))
        if byteorder == "big":
            numbers.byteswap()
            sets.byteswap()
        body += [numbers.tobytes(), sets.tobytes()]
        header_bytes = len(body[0])
        head = HEAD.pack(MAGIC, header_bytes, len(numbers), bits, 0, _checked(body))
        replace_file(path, [head, *body])
        return Compiled(len(numbers), self.reports)

    def _header(self, *, carry_key: bool) -> Iterator[bytes]:
        rows = [json.loads(row) for row in self._rows]
        header = {
            "lists": [list_row(info) for info in self._lists],
            "categories": sorted({info.category for info in self._lists}),
            "label_sets": [[rows[n] for n in sorted(members)] for members in self._members],
            "key_check": key_check(self._key),
        }
        if carry_key:
            header["key"] = self._key.hex()
        text = json.dumps(header, separators=(",", ":")).encode()
        yield text
        yield bytes(-(HEAD.size + len(text)) % 8)


def _checked(body: list[bytes]) -> bytes:
    return checksum([b"".join(body)])


def _buckets(numbers: "array[int]", bits: int) -> "array[int]":
    """Where each bucket begins among the sorted hashes; one more, for the end of the last."""
    counts = array("I", bytes(4 * ((1 << bits) + 1)))
    shift = 64 - bits
    for number in numbers:
        counts[(number >> shift) + 1] += 1
    total = 0
    for at, count in enumerate(counts):
        total += count
        counts[at] = total
    return counts


def read_source(source: Source, path: Path) -> tuple[Parsed, str]:
    """What a source's file says, and by which format it was read. Raises BadSource."""
    parsed = Parsed(confidential=source.kind is SourceKind.IWF)
    try:
        with path.open("rb") as file:
            lines = _lines(file, path, parsed)
            sample = list(islice(lines, _SAMPLE_LINES))
            name, why = source.format, source.format
            if name == "auto":
                name, why = ("urls", "urls") if parsed.confidential else detect(sample)
            FORMATS[name](_chain(sample, lines), parsed)
    except (OSError, EOFError) as problem:
        raise BadSource(f"{path}: cannot be read ({problem}); the last good one stays") from None
    return parsed, why


def _chain(sample: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from sample
    yield from rest


def _lines(file: BinaryIO, path: Path, parsed: Parsed) -> Iterator[bytes]:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream = gzip.open(file) if packed else file  # noqa: SIM115 (the caller closes the file)
    left = MOST_BYTES
    first = True
    while line := stream.readline(LONGEST_LINE):
        left -= len(line)
        if left < 0:
            raise OSError(f"it is larger than {MOST_BYTES >> 20} MiB")
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            parsed.refuse(Reason.TOO_LONG, line, 0)
            continue
        yield line.removeprefix(b"\xef\xbb\xbf") if first else line
        first = False


def hashed(parsed: Parsed, key: bytes) -> bytes:
    """A confidential source's names as the `hashes` format keeps them: sorted, little-endian."""
    numbers = array("Q")
    suffixes = public_suffixes()
    for name in {*parsed.names, *parsed.exact}:
        if name not in suffixes:
            wire = b"".join([_LENGTH[len(part)] + part for part in name.split(b".")]) + b"\0"
            numbers.append(int.from_bytes(blake2b(wire, digest_size=8, key=key).digest(), "little"))
    numbers = array("Q", sorted(numbers))
    if byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def replace_file(path: Path, parts: Iterable[bytes], mode: int = 0o644) -> None:
    """Write a file whole or not at all: aside, flushed to disk, renamed."""
    aside = path.with_name(path.name + ".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
