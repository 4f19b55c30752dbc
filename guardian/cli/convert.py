"""guardian lists convert, and report: a list in another format, and what is in it."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, TextIO

from guardian.errors import GuardianError
from guardian.lists import convert
from guardian.lists.formats import FORMATS, WRITERS
from guardian.lists.source import Source


class CannotConvert(GuardianError):
    """A file on the command line that cannot be read or written."""

    exit_code: ClassVar[int] = 2


def add_source_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a file, a folder, or a part of an archive: ut1.tar.gz#adult",
    )
    parser.add_argument("--format", choices=["auto", *FORMATS], default="auto")
    parser.add_argument("--category", default="blocked", help="what the names are")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def add_output_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", choices=list(WRITERS), required=True)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="- for the screen")
    parser.add_argument("--compact", action="store_true", help="leave out what a parent covers")


def run_report(args: Namespace, out: TextIO) -> int:
    """Say what is in a list."""
    _tell(_read(args).report(), out, as_json=args.json)
    return 0


def run_convert(args: Namespace, out: TextIO) -> int:
    """Write a list as another format, and say what became of it."""
    content = _read(args)
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
    _tell(content.report() | counts, sys.stderr if to_screen else out, as_json=args.json)
    return 0


def _read(args: Namespace) -> convert.Content:
    source = Source("list", args.category, args.source, format=args.format)
    try:
        return convert.read(source, source.path)
    except OSError as problem:
        said = f"{source.path}: it cannot be read ({problem.strerror})"
        raise CannotConvert(f"{said}; name a file or a folder") from None


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


def _tell(report: dict[str, Any], out: TextIO, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False), file=out)
        return
    for line in _words(report):
        print(line, file=out)


def _words(report: dict[str, Any]) -> Iterator[str]:
    yield f"{report['format']}; {report['lines']} lines"
    yield (
        f"{report['taken']} entries, {report['exceptions']} of them exceptions; "
        f"{report['duplicates']} more were there twice; {report['covered']} are covered by a parent"
    )
    if report["networks"]:
        yield f"{report['networks']} IP addresses and ranges"
    if report["held"]:
        yield f"public suffixes that wait for you: {', '.join(report['held'])}"
    for reason, count in report["refused"].items():
        yield f"{count} × {reason}"
        yield from (f"    {sample}" for sample in report["samples"].get(reason, ())[:1])
    for kind, count in report["unsupported"].items():
        yield f"    {count} × {kind}"
    if "written" in report:
        yield f"{report['written']} entries written"
        if report["left_out"]:
            yield f"{report['left_out']} left out: the format cannot say them"
        if report["narrowed"]:
            yield f"{report['narrowed']} written for the host alone: the format knows no more"
