"""guardian lists diff: what changed between two contents of a list."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any, Final, TextIO

from guardian.cli.lists.places import library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.library import Library, NothingWaits
from guardian.lists.trust.difference import Difference

HELP: Final = "what changed in a list: what waits for you, or between versions"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("source", metavar="SOURCE", help="a list of your own, by its id")
    parser.add_argument("old", nargs="?", type=int, metavar="V1", help="a version's number")
    parser.add_argument("new", nargs="?", type=int, metavar="V2", help="default: the one in force")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Say what changed; without versions in what waits, or else since the version before."""
    library = library_of(args)
    said, found = _found(library, args)
    if args.json:
        print(json.dumps({**said, **asdict(found)}, ensure_ascii=False), file=out)
        return 0
    for sign, count, names in (
        ("-", found.gone, found.gone_names),
        ("+", found.come, found.come_names),
    ):
        print(f"{sign} {count} names", file=out)
        for name in names:
            print(f"    {sign} {name}", file=out)
        if len(names) < count:
            print(f"    {sign} …", file=out)
    for each in found.touched:
        counts = f"{each.gone} of those gone and {each.come} of those that come"
        print(f"looked up or stopped lately ({each.who or 'the house'}): {counts}", file=out)
    return 0


def _found(library: Library, args: Namespace) -> tuple[dict[str, Any], Difference]:
    if args.old is None:
        try:
            return {"old": "in force", "new": "waiting"}, library.waiting(args.source).difference
        except NothingWaits:
            args.old = library.version(args.source).number
    said = {"old": args.old, "new": "in force" if args.new is None else args.new}
    return said, library.difference(args.source, args.old, args.new)
