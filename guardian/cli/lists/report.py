"""guardian lists report: what is in a list."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any, ClassVar, Final, TextIO

from guardian.cli.lists import progress
from guardian.errors import GuardianError
from guardian.lists import convert
from guardian.lists.formats import FORMATS
from guardian.lists.source import Source

HELP: Final = "what is in a list"


class CannotConvert(GuardianError):
    """A file on the command line that cannot be read or written."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a file, a folder, or a part of an archive: ut1.tar.gz#adult",
    )
    parser.add_argument("--format", choices=["auto", *FORMATS], default="auto")
    parser.add_argument("--category", default="blocked", help="what the names are")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Say what is in a list."""
    tell(read(args).report(), out, as_json=args.json)
    return 0


def read(args: Namespace) -> convert.Content:
    """The list that the arguments name. Raises CannotConvert."""
    source = Source("list", args.category, args.source, format=args.format)
    try:
        with progress.reading([source.path], "reading") as watch:
            return convert.read(source, source.path, watch)
    except OSError as problem:
        said = f"{source.path}: it cannot be read ({problem.strerror})"
        raise CannotConvert(f"{said}; name a file or a folder") from None


def tell(report: dict[str, Any], out: TextIO, *, as_json: bool) -> None:
    """Say a report in words, or as JSON."""
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
    if report["patterns"]:
        yield f"{report['patterns']} patterns, which mean all names in which they are found"
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
