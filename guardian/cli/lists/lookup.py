"""guardian lists lookup: what the lists say of names."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from guardian.cli.lists.places import BadWord, complain, library_of, now
from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.lists.discretion import MOST, Discretion, without_secrets
from guardian.lists.index import Index
from guardian.lists.match import ILLEGAL, Match
from guardian.lists.sayings import Saying, sayings
from guardian.names import InvalidName, normalise, to_wire
from guardian.qtypes import QTYPES

Heard = Callable[[str, Match], Match]
"""What may be told of what lists say of a qname: see `Discretion`."""

SPENT: Final = (
    f"lists of illegal content are left out: {MOST} names were told to be on them within an hour"
)
HELP: Final = "what the lists say of names; - reads them"


class NoIndex(GuardianError):
    """Nothing was compiled yet."""


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--json", action="store_true", help="JSON instead of words")
    parser.add_argument("names", nargs="+", metavar="NAME", help="- for lines of NAME [TYPE]")
    parser.add_argument("--index", type=Path, metavar="FILE", help="this index, not the one in use")


def run(args: Namespace, out: TextIO) -> int:
    """Say what the lists in force, or an index, know of each name."""
    index = Index.open(args.index, _key(args)) if args.index else _current(args)
    discretion = Discretion(args.state / "lists", now)
    heard = _without_secrets if discretion.is_spent else discretion.heard
    if heard is _without_secrets and any(each.confidential for each in index.lists):
        complain(SPENT)
    if args.names == ["-"]:
        return _look_up_lines(index, sys.stdin.buffer, out, heard)
    for name in args.names:
        found = look_up(index, name, "A", heard)
        said = json.dumps(found.as_data(), ensure_ascii=False) if args.json else found.words
        print(said, file=out)
    return 0


def _without_secrets(_qname: str, found: Match) -> Match:
    return without_secrets(found)


def _look_up_lines(index: Index, lines: Iterable[bytes], out: TextIO, heard: Heard) -> int:
    """Answer a line with a line; one that cannot be answered costs no other."""
    code = 0
    for name, qtype in _asked(lines):
        try:
            said = look_up(index, name, qtype, heard).as_data()
        except BadWord as problem:
            said, code = {"qname": name, "error": str(problem)}, problem.exit_code
        print(json.dumps(said, ensure_ascii=False), file=out, flush=True)
    return code


def _asked(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        words = line.decode("utf-8", "replace").split()
        if words:
            yield words[0], words[1] if len(words) > 1 else "A"


def _key(args: Namespace) -> bytes | None:
    """The installation's key, for an index that does not carry its own."""
    path: Path = args.state / "lists" / "key"
    try:
        return path.read_bytes()
    except OSError:
        return None


def _current(args: Namespace) -> Index:
    opened = library_of(args).open_index(complain)
    if opened is None:
        raise NoIndex(f"{args.state}: no lists are compiled yet; run: guardian lists update")
    return opened[1]


@dataclass(frozen=True, slots=True)
class Found:
    """What an index says of a name, as far as it may be told. action: block, allow or none."""

    qname: str
    action: str
    entries: tuple[Saying, ...]

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        entries = [each.as_data() for each in self.entries]
        return {"qname": self.qname, "action": self.action, "entries": entries}

    @property
    def words(self) -> str:
        """For people."""
        if not self.entries:
            return f"{self.qname}: no list speaks of it"
        if any(each.category == ILLEGAL for each in self.entries):
            return "illegal content: blocked for everybody"
        return "\n".join(f"{self.qname}: {each.sentence}" for each in self.entries)


def look_up(index: Index, name: str, qtype: str, heard: Heard) -> Found:
    """What an index says of a name. Raises BadWord for what is no name, or an unknown type."""
    try:
        qname, number = normalise(name), QTYPES[qtype.upper()]
    except InvalidName as problem:
        raise BadWord(str(problem)) from None
    except KeyError:
        raise BadWord(f'"{qtype}" is no record type; use {", ".join(QTYPES)}') from None
    match = heard(qname, index.match(to_wire(qname), number))
    action = "block" if match.blocked else "allow" if match.allowed else "none"
    return Found(qname, action, sayings(index, qname, match))
