"""Sources in, one index file out.

Runs in a process of its own (`compile_process`): what it takes of memory is gone with it. Of all
that was read before and has not changed, the runs are taken as they are.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from guardian.errors import Said
from guardian.lists import confidential, index, runs, writing
from guardian.lists.entry import ListInfo
from guardian.lists.gather import Gathered, Gatherer
from guardian.lists.hashes import PARTS, ROOM, Spill
from guardian.lists.index import Index
from guardian.lists.keyed import key_check
from guardian.lists.label_sets import LabelSets
from guardian.lists.made_of import made_of, name_of
from guardian.lists.merging import Word, merge
from guardian.lists.networks import Ranges
from guardian.lists.patching import Patch
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.runs import Run
from guardian.lists.source import HASHES, ZONE, Source, SourceKind
from guardian.lists.transfer import zone
from guardian.lists.urls.compiling import joined
from guardian.lists.urls.keys import Pages
from guardian.lists.writing import Part, Sections


@dataclass(slots=True)
class Compiled:
    """What came of a compilation.

    names: different ones, without the self-test's. reports: by source id.
    """

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
        watch: Callable[[BinaryIO], BinaryIO] = lambda file: file,
    ) -> None:
        """key: the secret of the hashes. protected: names that a confidential list cannot block.
        folder: where runs are kept, for the next time; None keeps none. room: as for `Spill`.
        watch: gives a list's file back, or one that tells how far it was read.
        """
        self._key = key
        self._protected = tuple(protected)
        self._folder = folder
        self._room = room
        self._watch = watch
        self._gatherer = Gatherer(key, self._protected, self._spill)
        self._lists: list[ListInfo] = []
        self._labels = LabelSets()
        self._words: list[Word] = []
        self._run_ids: dict[str, str] = {}  # of each list, in their order
        self._networks: list[tuple[int, dict[str, Ranges]]] = []
        self._patterns: list[tuple[list[Any], str]] = []
        self._urls: list[Pages] = []
        self._self_test = 0  # a name of ours is in it
        self._hashings: set[str] = set()
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
        except MemoryError:
            raise BadSource(
                Said(
                    "%(file)s: reading it takes more memory than lists may have; give them more "
                    "(lists: memory), or use a smaller list",
                    file=path,
                )
            ) from None
        except OSError as problem:
            raise BadSource(
                Said(
                    "%(file)s: it cannot be read (%(problem)s)", file=path, problem=problem.strerror
                )
            ) from None

    def take(self, source: Source, path: Path, run: Run) -> None:
        """Take what was read of a source. Raises BadSource; then nothing of it is taken."""
        self._take(_info(source, path, run), path, run)
        self._urls.append(run.pages)
        self._self_test |= run.self_test
        self.reports[source.id] = run.report

    def take_for_trial(self, source: Source, path: Path, run: Run) -> None:
        """Take new content of a source beside the old one, for who tries it. Raises BadSource."""
        info = _info(source, path, run)
        self._take(replace(info, id=trial_id(source.id), trial_of=source.id), path, run)

    def date(self, list_id: str, came: datetime) -> None:
        """Say of what was taken of a list when it came. came: UTC."""
        said = came.isoformat(timespec="seconds")
        self._lists = [
            replace(each, came=said) if list_id == each.id else each for each in self._lists
        ]

    def _take(self, info: ListInfo, path: Path, run: Run) -> None:
        if not self._labels.have_room(len(run.hashes)):
            raise BadSource(
                Said(
                    "%(file)s: with it, the lists' rules differ too much; use fewer lists",
                    file=path,
                )
            )
        number = len(self._lists)
        if run.networks:
            self._networks.append((number, run.networks))
        for variety, hashes in run.hashes.items():
            label = self._labels.single(number, variety)
            self._words.append(Word(number, label, hashes))
        self._patterns += [
            (index.entry_row(number, *variety), text) for variety, text in run.patterns
        ]
        self._run_ids[info.id] = run.id
        self._hashings |= {run.hashing} - {""}
        self._lists.append(info)

    def _run(self, source: Source, path: Path) -> Run:
        if source.format == ZONE:
            return zone.run_in(path, self._key)
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
            raise BadSource(
                Said(
                    "%(file)s: what was written there cannot be read; look after the disk",
                    file=kept,
                )
            )
        return run

    def _spill(self) -> Spill:
        return Spill(self._folder, self._room)

    def _gathered(self, source: Source, path: Path) -> Gathered:
        if source.format == HASHES:
            return confidential.from_bytes(path.read_bytes(), self._key, str(path))
        if path.is_dir():
            return self._gatherer.gather(source, path, str(path))
        with path.open("rb") as file:
            return self._gatherer.gather(source, self._watch(file), str(path))

    def write(
        self,
        path: Path,
        *,
        carry_key: bool = False,
        made_from: Iterable[str] = (),
        before: Index | None = None,
    ) -> Compiled:
        """Write the index whole or not at all. Raises OSError.

        carry_key: put the key into the file, so that it can be used by itself; ValueError where it
        holds a confidential list. made_from: what is kept to tell whether it is current. before:
        an index of which most may still hold; it is changed rather than made anew.
        """
        if carry_key and any(info.confidential for info in self._lists):
            raise ValueError("an index with a confidential list does not carry its key")
        compiled = Compiled(0, self.reports)

        def header(names: int) -> bytes:
            compiled.names = names - self._self_test
            return self._header(made_from, carry_key=carry_key)

        sections, parts = self._patched(before) or self._merged()
        replace_file(path, writing.content(parts, sections, header))
        return compiled

    def urls(self) -> bytes:
        """What `urls.UrlList` matches against: the pages and sites of the confidential lists."""
        return joined(self._urls, self._key)

    def _merged(self) -> tuple[Sections, Iterator[Part]]:
        most = sum(len(each.hashes) for each in self._words)
        merged = (merge(self._words, number, self._labels) for number in range(PARTS))
        parts = (Part(hashes, sets, fresh=hashes) for hashes, sets in merged)
        return Sections(index.sieve_bits(most)), parts

    def _patched(self, before: Index | None) -> tuple[Sections, Iterator[Part]] | None:
        if before is None:
            return None
        patch = Patch.of(before, self._run_ids, self._words, self._labels)
        return (patch.sections(), patch.parts()) if patch is not None else None

    def _header(self, made_from: Iterable[str], *, carry_key: bool) -> bytes:
        header = {
            "lists": [index.list_row(info) for info in self._lists],
            "categories": sorted({info.category for info in self._lists}),
            "label_sets": list(self._labels.rows()),
            "networks": self._networks,
            "patterns": self._patterns,
            "made_from": sorted(made_from),
            "runs": self._run_ids,
            "key_check": key_check(self._key),
            "self_test": self._self_test,
            "hashings": sorted(self._hashings),
        }
        if carry_key:
            header["key"] = self._key.hex()
        return json.dumps(header, separators=(",", ":")).encode()


def trial_id(list_id: str) -> str:
    """What the new content of a list is called while it is tried; no list is called so."""
    return f"{list_id}.new"


def _info(source: Source, path: Path, run: Run) -> ListInfo:
    return ListInfo(
        source.id,
        source.category,
        source.version or run.version or _date_of(path),
        allows=source.kind is SourceKind.ALLOW,
        confidential=source.kind is SourceKind.IWF,
        names=run.taken,
        nearest=run.nearest,
    )


def _date_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
