"""guardian lists compile: list files as an index that can be used anywhere."""

import json
import secrets
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from guardian.cli.lists import progress
from guardian.cli.lists.places import BadWord
from guardian.lists.compile import Compiler
from guardian.lists.formats import FORMATS
from guardian.lists.keyed import KEY_BYTES
from guardian.lists.source import Source

HELP: Final = "compile list files into an index"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a list's file")
    parser.add_argument("--format", choices=["auto", *FORMATS], default="auto")
    parser.add_argument("--category", default="blocked", help="what the names are")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Compile, and say what became of each file."""
    for path in args.sources:
        if not path.is_file():
            raise BadWord(f"{path}: there is no such file")
    with progress.reading(args.sources, "compiling") as watch:
        compiler = Compiler(secrets.token_bytes(KEY_BYTES), watch=watch)
        named = list(_named(args.sources))
        for list_id, path in named:
            compiler.add(Source(list_id, args.category, str(path), format=args.format), path)
    try:
        compiled = compiler.write(args.output, carry_key=True)
    except OSError as problem:
        raise BadWord(f"{args.output}: it cannot be written ({problem.strerror})") from None
    if args.json:
        said = {"index": str(args.output), "names": compiled.names, "lists": compiler.reports}
        print(json.dumps(said, ensure_ascii=False), file=out)
        return 0
    for list_id, path in named:
        for line in _report_lines(path, compiler.reports[list_id]):
            print(line, file=out)
    print(f"{args.output}: {compiled.names} names", file=out)
    return 0


def _named(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Each file with an id of its own: its name, and a number where that is taken."""
    seen: set[str] = set()
    for number, path in enumerate(paths, start=1):
        name = path.name.partition(".")[0] or "list"
        name = f"{name}-{number}" if name in seen else name
        seen.add(name)
        yield name, path


def _report_lines(path: Path, report: dict[str, Any]) -> Iterator[str]:
    refused = sum(report["refused"].values())
    yield f"{path}: {report['taken']} names, {refused} lines refused ({report['format']})"
    for reason, count in report["refused"].items():
        yield f"    {count} × {reason}"
        for sample in report["samples"].get(reason, ())[:1]:
            yield f"        {sample}"
