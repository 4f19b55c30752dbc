"""guardian lists lookup: what the lists say of names."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from guardian.cli.lists.places import BadWord, complain, library_of, now
from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.lists.discretion import MOST, Discretion, without_secrets
from guardian.lists.index import Index
from guardian.lists.match import ILLEGAL, Match
from guardian.names import InvalidName, normalise, to_wire, wire_suffixes
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
        said = look_up(index, name, "A", heard)
        print(json.dumps(said, ensure_ascii=False) if args.json else _words(said), file=out)
    return 0


def _without_secrets(_qname: str, found: Match) -> Match:
    return without_secrets(found)


def _look_up_lines(index: Index, lines: Iterable[bytes], out: TextIO, heard: Heard) -> int:
    """Answer a line with a line; one that cannot be answered costs no other."""
    code = 0
    for name, qtype in _asked(lines):
        try:
            said = look_up(index, name, qtype, heard)
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


def look_up(index: Index, name: str, qtype: str, heard: Heard) -> dict[str, Any]:
    """What an index says of a name, as far as it may be told.

    Raises BadWord for what is no name, or an unknown type.
    """
    try:
        qname, number = normalise(name), QTYPES[qtype.upper()]
    except InvalidName as problem:
        raise BadWord(str(problem)) from None
    except KeyError:
        raise BadWord(f'"{qtype}" is no record type; use {", ".join(QTYPES)}') from None
    wire = to_wire(qname)
    match = heard(qname, index.match(wire, number))
    spoken = {*match.blocked, *match.allowed}
    said = [(entry, "pattern") for entry in index.by_pattern(wire)]
    said += [
        (entry, entry.scope.value)
        for suffix in wire_suffixes(wire)
        for entry in index.named(suffix)
    ]
    entries = [
        {
            "list": entry.list.id,
            "category": entry.list.category,
            "kind": "allow" if entry.list.allows else entry.kind.value,
            "scope": scope,
            "version": entry.list.version,
        }
        for entry, scope in said
        if entry in spoken
    ]
    action = "block" if match.blocked else "allow" if match.allowed else "none"
    return {"qname": qname, "action": action, "entries": entries}


def _words(said: dict[str, Any]) -> str:
    if not said["entries"]:
        return f"{said['qname']}: no list speaks of it"
    if any(entry["category"] == ILLEGAL for entry in said["entries"]):
        return "illegal content: blocked for everybody"
    return "\n".join(
        f"{said['qname']}: {entry['kind']} by {entry['list']} ({entry['category']}, "
        f"{entry['scope']}; version {entry['version'] or 'unknown'})"
        for entry in said["entries"]
    )
