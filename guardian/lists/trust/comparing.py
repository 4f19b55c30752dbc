"""Find what one content of a list says and another does not: a part of the hashes at a time."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from guardian.lists.hashes import PARTS, of_number
from guardian.lists.keyed import hash_of
from guardian.lists.parsing import parse_source
from guardian.lists.report import Parsed
from guardian.lists.runs import Run
from guardian.lists.source import HASHES, ZONE, Source, SourceKind
from guardian.lists.trust.difference import Difference, Recent, Side, Touched
from guardian.names import InvalidName, to_wire

SHOWN: Final = 20  # names of each side

Read = Callable[[Source, Path], Run]
"""Reads a content: `Compiler.read`. Raises BadSource."""


def difference(
    read: Read, key: bytes, old: Side | None, new: Side, recent: Recent = MappingProxyType({})
) -> Difference:
    """What changed from one content to another. old: None for nothing. Raises BadSource.

    A pattern counts as a name does; whether one means a name of `recent` cannot be told. One part
    of them is in memory at a time, and no names but those that are shown.
    """
    before, after = read(*old) if old is not None else None, read(*new)
    asked = {of_number(each) for names in recent.values() for name in names for each in name}
    asked_gone, asked_come = set[float](), set[float]()
    gone, come = 0, 0
    some_gone, some_come = set[float](), set[float]()
    for number in range(PARTS):
        old_ones = _part(before, number) if before is not None else set[float]()
        new_ones = _part(after, number)
        gone += len(only_old := old_ones - new_ones)
        come += len(only_new := new_ones - old_ones)
        asked_gone |= only_old & asked
        asked_come |= only_new & asked
        # The order of hashes is that of a lottery: the first are as good as any.
        some_gone.update(sorted(only_old)[: SHOWN - len(some_gone)])
        some_come.update(sorted(only_new)[: SHOWN - len(some_come)])
    old_patterns, new_patterns = _patterns(before), _patterns(after)
    gone_patterns, come_patterns = old_patterns - new_patterns, new_patterns - old_patterns
    return Difference(
        gone + len(gone_patterns),
        come + len(come_patterns),
        _shown(old, gone_patterns, some_gone, key) if old is not None else (),
        _shown(new, come_patterns, some_come, key),
        tuple(
            Touched(who, _among(names, asked_gone), _among(names, asked_come))
            for who, names in recent.items()
        ),
    )


def _among(names: Sequence[Sequence[int]], found: set[float]) -> int:
    """How many names an entry means."""
    return sum(not found.isdisjoint(map(of_number, each)) for each in names)


def _part(run: Run, number: int) -> set[float]:
    """The hashes that begin with a byte, whatever is said of them."""
    return set().union(*(each.part(number) for each in run.hashes.values()))


def _patterns(run: Run | None) -> set[str]:
    """The expressions as lists write them, whatever is said of names in which they are found."""
    return {f"/{text}/" for _, text in run.patterns} if run is not None else set()


def _shown(side: Side, patterns: set[str], wanted: set[float], key: bytes) -> tuple[str, ...]:
    """Some of these patterns, and the names with these hashes; nothing of a confidential list."""
    if side.source.kind is SourceKind.IWF or side.source.format in (HASHES, ZONE):
        return ()
    return (*sorted(patterns)[:SHOWN], *(_names(side, wanted, key) if wanted else ()))


def _names(side: Side, wanted: set[float], key: bytes) -> tuple[str, ...]:
    """The names with these hashes."""
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
