"""guardian lists convert: a list in another format."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final, TextIO

from guardian.cli.lists import report
from guardian.cli.lists.report import CannotConvert
from guardian.lists import convert
from guardian.lists.formats import WRITERS

HELP: Final = "a list in another format"


def add_arguments(parser: ArgumentParser) -> None:
    report.add_arguments(parser)
    parser.add_argument("--to", choices=list(WRITERS), required=True)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="- for the screen")
    parser.add_argument("--compact", action="store_true", help="leave out what a parent covers")


def run(args: Namespace, out: TextIO) -> int:
    """Write a list as another format, and say what became of it."""
    content = report.read(args)
    to_screen = args.output == "-"
    try:
        if to_screen:
            counts = convert.write(content, args.to, sys.stdout.buffer, compact=args.compact)
            sys.stdout.buffer.flush()
        else:
            counts = _write(content, args)
    except OSError as problem:
        said = f"{args.output}: it cannot be written ({problem.strerror})"
        raise CannotConvert(f"{said}; give another place with -o") from None
    # With the list itself on the screen, what is told about it goes elsewhere.
    report.tell(content.report() | counts, sys.stderr if to_screen else out, as_json=args.json)
    return 0


def _write(content: convert.Content, args: Namespace) -> dict[str, int]:
    """Whole or not at all."""
    path = Path(args.output)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            counts = convert.write(content, args.to, file, compact=args.compact)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return counts
