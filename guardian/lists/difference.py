"""What one content of a list says and another does not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from guardian.lists.hashes import PARTS, of_number
from guardian.lists.keyed import hash_of
from guardian.lists.parsing import parse_source
from guardian.lists.report import Parsed
from guardian.lists.runs import Run
from guardian.lists.source import HASHES, Source, SourceKind
from guardian.names import InvalidName, to_wire

SHOWN: Final = 20  # names of each side


@dataclass(frozen=True, slots=True)
class Difference:
    """Between an old and a new content. gone: how many names are in the old alone; come: in the new
    alone. gone_names, come_names: some of these, without an order; none of a confidential list.
    """

    gone: int = 0
    come: int = 0
    gone_names: tuple[str, ...] = ()
    come_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Difference":
        """The one that was written as JSON. Raises ValueError, TypeError, KeyError."""
        return cls(
            int(data["gone"]),
            int(data["come"]),
            tuple(map(str, data["gone_names"])),
            tuple(map(str, data["come_names"])),
        )


class Side(NamedTuple):
    """One content to compare. source: with the format that the file has."""

    source: Source
    path: Path


Read = Callable[[Source, Path], Run]
"""Reads a content: `Compiler.read`. Raises BadSource."""


def difference(read: Read, key: bytes, old: Side, new: Side) -> Difference:
    """What changed from one content to another. Raises BadSource.

    No names are in memory meanwhile but those that are shown.
    """
    before, after = read(*old), read(*new)
    gone, come = 0, 0
    some_gone, some_come = set[float](), set[float]()
    for number in range(PARTS):
        old_ones, new_ones = _part(before, number), _part(after, number)
        gone += len(only_old := old_ones - new_ones)
        come += len(only_new := new_ones - old_ones)
        # The order of hashes is that of a lottery: the first are as good as any.
        some_gone.update(sorted(only_old)[: SHOWN - len(some_gone)])
        some_come.update(sorted(only_new)[: SHOWN - len(some_come)])
    return Difference(gone, come, _names(old, some_gone, key), _names(new, some_come, key))


def _part(run: Run, number: int) -> set[float]:
    """All hashes that begin with a byte, whatever is said of them."""
    return set(chain.from_iterable(hashes.part(number) for hashes in run.hashes.values()))


def _names(side: Side, wanted: set[float], key: bytes) -> tuple[str, ...]:
    """The names with these hashes."""
    if not wanted or side.source.kind is SourceKind.IWF or side.source.format == HASHES:
        return ()
    parsed, found = Parsed(), set[str]()

    def look(names: Iterable[bytes]) -> None:
        for name in names:
            try:
                qname = name.decode("ascii")
                if of_number(hash_of(to_wire(qname), key)) in wanted:
                    found.add(qname)
            except (UnicodeDecodeError, InvalidName):
                continue

    def drain() -> None:
        for names in (parsed.names, parsed.exact, parsed.below):
            look(names)
            names.clear()

    if side.path.is_dir():
        parse_source(side.source, side.path, str(side.path), parsed, drain)
    else:
        with side.path.open("rb") as file:
            parse_source(side.source, file, str(side.path), parsed, drain)
    look(name for name, _ in parsed.special)
    return tuple(sorted(found))
