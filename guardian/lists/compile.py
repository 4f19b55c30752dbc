"""Sources in, one index file out.

Runs in a process of its own (`compile_process`): what it takes of memory is gone with it. Of all
that was read before and has not changed, the runs are taken as they are.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from guardian.lists import confidential, index, runs, writing
from guardian.lists.entry import ListInfo, Variety
from guardian.lists.gather import Gathered, Gatherer
from guardian.lists.hashes import PARTS, ROOM, Hashes, Spill, repeats, without
from guardian.lists.keyed import key_check
from guardian.lists.made_of import made_of, name_of
from guardian.lists.networks import Ranges
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.runs import Run
from guardian.lists.source import HASHES, Source, SourceKind

MOST_LABEL_SETS: Final = 1 << 16


@dataclass(slots=True)
class Compiled:
    """What came of a compilation. names: different ones. reports: by source id."""

    names: int
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)


class Compiler:
    """Gathers what sources say, then writes it."""

    def __init__(
        self,
        key: bytes,
        protected: Iterable[str] = (),
        folder: Path | None = None,
        room: int = ROOM,
    ) -> None:
        """key: the secret of the hashes. protected: names that a confidential list cannot block.
        folder: where runs are kept, for the next time; None keeps none. room: as for `Spill`.
        """
        self._key = key
        self._protected = tuple(protected)
        self._folder = folder
        self._room = room
        self._gatherer = Gatherer(key, self._protected, self._spill)
        self._lists: list[ListInfo] = []
        self._labels = _LabelSets()
        self._said: list[tuple[int, Hashes]] = []  # label set, hashes
        self._networks: list[tuple[int, dict[str, Ranges]]] = []
        self.reports: dict[str, dict[str, Any]] = {}
        self.used: set[Path] = set()  # files of runs

    def add(self, source: Source, path: Path) -> Run:
        """Take a source's content from a file. Raises BadSource; then nothing of it is taken."""
        run = self.read(source, path)
        self.take(source, path, run)
        return run

    def read(self, source: Source, path: Path) -> Run:
        """What a source's content says, without taking it. Raises BadSource."""
        try:
            return self._run(source, path)
        except OSError as problem:
            raise BadSource(f"{path}: it cannot be read ({problem.strerror})") from None

    def take(self, source: Source, path: Path, run: Run) -> None:
        """Take what was read of a source. Raises BadSource; then nothing of it is taken."""
        if not self._labels.have_room(len(run.hashes)):
            raise BadSource(f"{path}: with it, the lists' rules differ too much; use fewer lists")
        number = len(self._lists)
        if run.networks:
            self._networks.append((number, run.networks))
        for variety, hashes in run.hashes.items():
            self._said.append((self._labels.single(number, variety), hashes))
        self._lists.append(
            ListInfo(
                source.id,
                source.category,
                source.version or run.version or _date_of(path),
                allows=source.kind is SourceKind.ALLOW,
                confidential=source.kind is SourceKind.IWF,
                names=run.taken,
                nearest=run.nearest,
            )
        )
        self.reports[source.id] = run.report

    def _run(self, source: Source, path: Path) -> Run:
        if self._folder is None:
            return runs.unsaved(self._spill(), self._gathered(source, path), self._key)
        said = made_of(source, path, self._protected)
        kept = self._folder / f"{source.id}.{name_of(said)}.run"
        self.used.add(kept)
        run = runs.load(kept, self._key, said)
        if run is None:
            runs.save(kept, self._gathered(source, path), self._key, said)
            run = runs.load(kept, self._key, said)
        if run is None:
            raise BadSource(f"{kept}: what was written there cannot be read; look after the disk")
        return run

    def _spill(self) -> Spill:
        return Spill(self._folder, self._room)

    def _gathered(self, source: Source, path: Path) -> Gathered:
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
        compiled = Compiled(0, self.reports)

        def header(names: int) -> bytes:
            compiled.names = names
            return self._header(made_from, carry_key=carry_key)

        most = sum(len(hashes) for _, hashes in self._said)
        replace_file(path, writing.content(self._parts(), most, header))
        return compiled

    def _parts(self) -> Iterator[tuple["array[float]", "array[int]"]]:
        """Of each part all hashes in order, and the label set of each."""
        for number in range(PARTS):
            said = ((label, hashes.part(number)) for label, hashes in self._said)
            yield self._merged([(label, part) for label, part in said if part])

    def _merged(
        self, said: Sequence[tuple[int, "array[float]"]]
    ) -> tuple["array[float]", "array[int]"]:
        hashes, sets = array("d"), array("H")
        for label, part in said:
            hashes += part
            sets.extend(array("H", [label]) * len(part))
        if len(said) < 2:
            return hashes, sets
        order = sorted(range(len(hashes)), key=hashes.tolist().__getitem__)
        ordered = array("d", map(hashes.__getitem__, order))
        labels = array("H", map(sets.__getitem__, order))
        again = repeats(ordered)
        if not again:
            return ordered, labels
        join = self._labels.join
        for place in reversed(again):  # the first of those alike gathers what all of them say
            labels[place - 1] = join(labels[place - 1], labels[place])
        return array("d", without(ordered, again)), array("H", without(labels, again))

    def _header(self, made_from: Iterable[str], *, carry_key: bool) -> bytes:
        header = {
            "lists": [index.list_row(info) for info in self._lists],
            "categories": sorted({info.category for info in self._lists}),
            "label_sets": list(self._labels.rows()),
            "networks": self._networks,
            "made_from": sorted(made_from),
            "key_check": key_check(self._key),
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


def _date_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
