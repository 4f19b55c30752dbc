"""guardian lists rollback: an earlier content of a list is put back, and stays."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.lists import deeds
from guardian.cli.lists.places import library_of

HELP: Final = "put an earlier content of a list back, and keep it as it is"


def add_arguments(parser: ArgumentParser) -> None:
    deeds.add_arguments(parser)
    parser.add_argument(
        "version", nargs="?", type=int, metavar="VERSION", help="default: the one before"
    )


def run(args: Namespace, out: TextIO) -> int:
    """Put it back, and the list on hold, or the next update would undo it."""
    library_of(args).version(args.source, args.version)
    deeds.set_hold(args, hold=True)  # first: nothing newer may come between
    library = library_of(args)
    version = library.put_back(args.source, args.version)
    deeds.compile_now(library)
    said = f"version {version.number} of {version.came:%Y-%m-%d %H:%M} UTC, {version.names} names"
    deeds.tell(args, f"{args.source} is as it was: {said}. It stays so until you release it", out)
    return 0
