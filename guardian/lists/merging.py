"""What several lists say, brought into one order."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from guardian.lists.hashes import Hashes, repeats, without
from guardian.lists.label_sets import LabelSets


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that a list says. list: its number. label: of the set of this alone. hashes: of
    whom.
    """

    list: int
    label: int
    hashes: Hashes


def merge(
    words: Iterable[Word], number: int, labels: LabelSets
) -> tuple["array[float]", "array[int]"]:
    """The hashes of a part, in order, and the label set of each."""
    hashes, sets, runs = array("d"), array("H"), 0
    for word in words:
        if part := word.hashes.part(number):
            runs += 1
            hashes += part
            sets.extend(array("H", [word.label]) * len(part))
    if runs < 2:
        return hashes, sets
    order = sorted(range(len(hashes)), key=hashes.tolist().__getitem__)
    hashes = array("d", map(hashes.__getitem__, order))
    sets = array("H", map(sets.__getitem__, order))
    again = repeats(hashes)
    if not again:
        return hashes, sets
    for place in reversed(again):  # the first of those alike gathers what all of them say
        sets[place - 1] = labels.join(sets[place - 1], sets[place])
    return array("d", without(hashes, again)), array("H", without(sets, again))
