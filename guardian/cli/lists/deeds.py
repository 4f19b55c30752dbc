"""What somebody does with the contents of a list of their own: said, compiled and told."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli import editing
from guardian.cli.lists.places import complain, library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.library import Library
from guardian.settings import load, own_lists


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("source", metavar="SOURCE", help="a list of your own, by its id")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def is_held(args: Namespace) -> bool:
    """Whether the configuration says `hold`."""
    return any(each.hold for each in load(args.config).lists.sources if each.id == args.source)


def set_hold(args: Namespace, *, hold: bool) -> None:
    """Put a list on hold in the configuration, or take it off. Raises ConfigError, CannotEdit."""
    if is_held(args) == hold:
        return
    deed = f"{'hold' if hold else 'release'} the list {args.source}"
    editing.change(args, lambda data: own_lists.set_hold(data, args.source, hold=hold), deed)


def compile_now(library: Library) -> None:
    """Put into force what a deed changed; a running guardian takes it over. Raises CompileError."""
    opened = library.open_index(complain)
    if opened is None or not library.is_current(opened[1]):
        asyncio.run(library.compile())


def tell(args: Namespace, sentence: str, out: TextIO) -> None:
    """Say how the list stands now."""
    if not args.json:
        print(sentence, file=out)
        return
    status = library_of(args).standing(args.source)
    said = {
        "list": args.source,
        "names": status.names,
        "number": status.current.number if status.current is not None else None,
        "hold": status.source.hold,
        "waits": status.waiting is not None,
        "tried_on": list(status.waiting.devices) if status.waiting is not None else [],
    }
    print(json.dumps(said, ensure_ascii=False), file=out)
