"""A list in another format, and what it is made of: duplicates, and names that a parent covers.

All names are in memory meanwhile: this is for a person's command, not for a running guardian.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, Kind, Scope, Variety
from guardian.lists.formats import WRITERS, adblock
from guardian.lists.parsing import Seen, parse_source
from guardian.lists.report import Parsed
from guardian.lists.source import Source
from guardian.lists.suffixes import icann_suffixes
from guardian.lists.whole import may_block
from guardian.names import suffixes


@dataclass(slots=True)
class Content:
    """What a list says, each thing once and in its order.

    duplicates: entries that were there before.
    """

    parsed: Parsed
    seen: Seen
    entries: dict[Variety, dict[bytes, None]] = field(default_factory=dict)
    duplicates: int = 0

    def all(self) -> Iterator[tuple[bytes, Variety]]:
        """Each name with what is said of it."""
        for variety, names in self.entries.items():
            for name in names:
                yield name, variety

    def covered(self) -> set[tuple[bytes, Variety]]:
        """Block entries without which nothing would change: a parent of theirs blocks all below it.

        Such a parent is plain: no exact one, none with `$dnstype`, `$denyallow` or the like, and
        none that `$badfilter` took back. An important entry, and one with an exception above it or
        at it, is never covered.
        """
        parents = self.entries.get(BLOCKS_ALL, {})
        below = self.entries.get(BLOCKS_BELOW, {})
        allowed = {name for name, variety in self.all() if variety.kind is Kind.ALLOW}
        return {
            (name, variety)
            for name, variety in self.all()
            if variety.kind is Kind.BLOCK
            and not variety.modifiers.important
            and not any(each in allowed for each in _above(name))
            and self._is_covered(name, variety, parents, below)
        }

    @staticmethod
    def _is_covered(
        name: bytes, variety: Variety, parents: dict[bytes, None], below: dict[bytes, None]
    ) -> bool:
        own, *above = _above(name)
        if own in parents and variety != BLOCKS_ALL:
            return True
        return any(each in parents or each in below for each in above)

    def report(self) -> dict[str, Any]:
        """What became of all lines, as JSON can hold it."""
        exceptions = sum(
            len(names) for variety, names in self.entries.items() if variety.kind is Kind.ALLOW
        )
        return {
            **self.parsed.as_data(),
            "format": self.seen.format,
            "version": self.seen.version,
            "taken": sum(map(len, self.entries.values())) + len(self.parsed.patterns),
            "exceptions": exceptions,
            "duplicates": self.duplicates,
            "covered": len(self.covered()),
        }


def _above(name: bytes) -> Iterator[bytes]:
    """The name itself and all its parents."""
    return (each.encode("ascii") for each in suffixes(name.decode("ascii")))


def read(
    source: Source, path: Path, watch: Callable[[BinaryIO], BinaryIO] = lambda file: file
) -> Content:
    """All that a source says. Raises BadSource, OSError.

    watch: gives a file back, or one that tells how far it was read.
    """
    content = Content(Parsed(), Seen("", ""))
    parsed, known = content.parsed, icann_suffixes()
    free = may_block(source.category, source.suffixes)

    def take(names: Iterable[bytes], variety: Variety) -> None:
        into = content.entries.setdefault(variety, {})
        for name in names:
            if name in known and name not in free:
                parsed.hold(name)
            elif name in into:
                content.duplicates += 1
            else:
                into[name] = None

    def drain() -> None:
        plain = (parsed.names, BLOCKS_ALL), (parsed.exact, BLOCKS_ONE), (parsed.below, BLOCKS_BELOW)
        for names, variety in plain:
            take(names, variety)
            names.clear()

    if path.is_dir():
        content.seen = parse_source(source, path, str(path), parsed, drain)
    else:
        with path.open("rb") as file:
            content.seen = parse_source(source, watch(file), str(path), parsed, drain)
    for name, variety in parsed.special:
        take([name], variety)
    parsed.take_patterns_back()
    for name, variety in parsed.taken_back:
        content.entries.get(variety, {}).pop(name, None)
    return content


def write(content: Content, form: str, out: BinaryIO, *, compact: bool = False) -> dict[str, int]:
    """Write a list as a format. Raises OSError.

    compact: leave out what a parent covers. Gives how many entries were written, how many this
    format cannot say, and how many it says more narrowly (a host alone for a name with all below).
    """
    writer = WRITERS[form]
    covered = content.covered() if compact else set()
    counts = {"written": 0, "left_out": 0, "narrowed": 0, "covered": len(covered)}
    out.writelines(line + b"\n" for line in writer.header)
    for name, variety in content.all():
        if (name, variety) in covered:
            continue
        lines = list(writer.written(name, variety))
        if not lines and variety == BLOCKS_ALL:
            lines = list(writer.written(name, Variety(Kind.BLOCK, Scope.EXACT)))
            counts["narrowed"] += bool(lines)
        counts["written" if lines else "left_out"] += 1
        out.writelines(line + b"\n" for line in lines)
    patterns = content.parsed.patterns
    if form == "adblock":
        out.writelines(adblock.written_pattern(e.text, said) + b"\n" for e, said in patterns)
    counts["written" if form == "adblock" else "left_out"] += len(patterns)
    return counts
