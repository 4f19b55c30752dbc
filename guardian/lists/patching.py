"""A new index from the one before it, where most of the lists say what they said.

The words of lists that changed or are gone are taken off the names that have them, and those of new
content are put on: the cost is that of the change, and of copying the rest.
"""

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from guardian.lists.hashes import PARTS, array_of
from guardian.lists.index import Index, IndexFile, sieve_bits, variety_of
from guardian.lists.label_sets import MOST_LABEL_SETS, LabelSets
from guardian.lists.merging import Word, merge
from guardian.lists.writing import Part, Sections

_MOST_CHANGED: Final = 0.25  # of the names; beyond it all is merged anew

Edits = dict[float, int | None]
"""Hash → its new label set; None where nothing is said of it any more."""


class Patch:
    """What has to change in an index."""

    def __init__(self, before: IndexFile, words: Sequence[Word], labels: LabelSets) -> None:
        """words: those that are not in it yet."""
        self._before = before
        self._words = words
        self._labels = labels
        self._renumbered = array("H")  # its label sets → ours
        self._touched: dict[int, int | None] = {}  # its label sets → what stays of them
        self._most = before.names + sum(len(word.hashes) for word in words)
        self._has_room = sieve_bits(self._most) <= before.sieve_bits

    @classmethod
    def of(
        cls, before: Index, runs: Mapping[str, str], words: Sequence[Word], labels: LabelSets
    ) -> "Patch | None":
        """The patch that leads from an index to what the lists say now; None where too much of it
        changed. runs: of each list, in their order, the id of what it says. words: of all of them.
        """
        header = before.file.header
        old = {
            list_id: run
            for list_id, run in header.get("runs", {}).items()
            if runs.get(list_id) == run
        }
        numbers = {list_id: number for number, list_id in enumerate(runs)}
        kept = {
            number: numbers[each.id]
            for number, each in enumerate(before.everything)
            if each.id in old
        }
        new = [word for word in words if word.list not in kept.values()]
        changed = sum(len(word.hashes) for word in new)
        changed += sum(
            each.names for number, each in enumerate(before.everything) if number not in kept
        )
        if changed > _MOST_CHANGED * before.names:
            return None
        if len(header["label_sets"]) > MOST_LABEL_SETS // 8:
            return None
        patch = cls(before.file, new, labels)
        patch._renumber(kept, numbers, before)
        return patch

    def _renumber(self, kept: Mapping[int, int], numbers: Mapping[str, int], before: Index) -> None:
        """Give the label sets of the old index numbers here: the same ones, where it can be."""
        for number, rows in enumerate(self._before.header["label_sets"]):
            entries = [
                (numbers.get(before.everything[row[0]].id, -1), variety_of(row)) for row in rows
            ]
            stays = [said for said, row in zip(entries, rows, strict=True) if row[0] in kept]
            if all(self._labels.knows(*said) for said in entries):
                self._renumbered.append(self._labels.row(entries) or 0)
            else:
                self._renumbered.append(self._labels.row(stays) or 0)
            if len(stays) < len(rows):
                self._touched[number] = self._labels.row(stays)

    def sections(self) -> Sections:
        """Begin with the sieve as it was, while it has room."""
        if self._has_room:
            return Sections(self._before.sieve_bits, self._before.sieve)
        return Sections(sieve_bits(self._most))

    def parts(self) -> Iterator[Part]:
        """All parts, changed."""
        same = self._renumbered == array("H", range(len(self._renumbered)))
        for number in range(PARTS):
            hashes, old_sets = _read(self._before, number)
            sets = old_sets
            if not same:
                sets = array("H", map(self._renumbered.__getitem__, old_sets))
            edits = self._taken_off(hashes, old_sets)
            self._put_on(number, hashes, sets, edits)
            part = _edited(hashes, sets, edits)
            yield part if self._has_room else Part(part.hashes, part.sets, part.hashes)

    def _taken_off(self, hashes: "array[float]", sets: "array[int]") -> Edits:
        touched = self._touched
        if not touched:
            return {}
        places = [place for place, label in enumerate(sets) if label in touched]
        return {hashes[place]: touched[sets[place]] for place in places}

    def _put_on(
        self, number: int, hashes: "array[float]", sets: "array[int]", edits: Edits
    ) -> None:
        new, labels = merge(self._words, number, self._labels)
        for value, label in zip(new, labels, strict=True):
            said = edits[value] if value in edits else _said(hashes, sets, value)
            edits[value] = label if said is None else self._labels.join(said, label)


def _said(hashes: "array[float]", sets: "array[int]", value: float) -> int | None:
    place = bisect_left(hashes, value)
    return sets[place] if place < len(hashes) and hashes[place] == value else None


def _read(file: IndexFile, number: int) -> tuple["array[float]", "array[int]"]:
    """The hashes of a part, and their label sets."""
    highs, sets, lows = file.part(number)
    raw = bytearray(8 * len(highs))
    four = bytes(highs)
    raw[::8] = bytes(lows)
    for byte in range(4):
        raw[1 + byte :: 8] = four[byte::4]
    raw[5::8] = file.second_bytes(number)
    raw[6::8] = bytes([number]) * len(highs)
    read = array_of(raw), array("H", bytes(sets))
    start = file.starts[number]
    page = start - start % mmap.PAGESIZE
    file.memory.madvise(mmap.MADV_DONTNEED, page, start - page + 7 * len(highs) + 1)
    return read


def _edited(hashes: "array[float]", sets: "array[int]", edits: Edits) -> Part:
    new_hashes, new_sets, at = array("d"), array("H"), 0
    fresh, gone = array("d"), array("d")
    for value in sorted(edits):
        place = bisect_left(hashes, value, at)
        new_hashes += hashes[at:place]
        new_sets += sets[at:place]
        was = place < len(hashes) and hashes[place] == value
        label = edits[value]
        if label is not None:
            new_hashes.append(value)
            new_sets.append(label)
        if was != (label is not None):
            (gone if was else fresh).append(value)
        at = place + was
    new_hashes += hashes[at:]
    new_sets += sets[at:]
    return Part(new_hashes, new_sets, fresh, gone)
