"""guardian lists: how they stand, fetch and compile them, look a name up."""

import asyncio
import json
import secrets
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.lists.compile import Compiler
from guardian.lists.formats import FORMATS
from guardian.lists.index import NONE, Index
from guardian.lists.library import Library
from guardian.lists.source import Source
from guardian.names import InvalidName, normalise, to_wire, wire_suffixes
from guardian.service.inquiry import QTYPES
from guardian.service.plan import sources_of
from guardian.settings import load


class NoIndex(GuardianError):
    """Nothing was compiled yet."""


class BadName(GuardianError):
    """A text that is no domain name."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser("status", help="each list: names, age, problems")
    update = actions.add_parser("update", help="fetch all lists and compile them now")
    lookup = actions.add_parser("lookup", help="what the lists say of names; - reads them")
    compile_ = actions.add_parser("compile", help="compile list files into an index")
    for command in (status, update, lookup):
        add_place_arguments(command)
    for command in (status, lookup):
        command.add_argument("--json", action="store_true")
    lookup.add_argument("names", nargs="+", metavar="NAME")
    lookup.add_argument("--index", type=Path, metavar="FILE")
    compile_.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    compile_.add_argument("--format", choices=["auto", *FORMATS], default="auto")
    compile_.add_argument("--category", default="blocked")
    compile_.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def run(args: Namespace, out: TextIO) -> int:
    """Do the action."""
    match args.action:
        case "status":
            return _status(_library(args), out, as_json=args.json)
        case "update":
            return _update(_library(args), out)
        case "lookup":
            return _lookup(args, out)
    return _compile(args, out)


def _library(args: Namespace) -> Library:
    return Library(args.state / "lists", sources_of(load(args.config)), lambda: datetime.now(UTC))


def _status(library: Library, out: TextIO, *, as_json: bool) -> int:
    rows = library.status()
    if as_json:
        data = [
            {
                "list": each.source.id,
                "category": each.source.category,
                "names": each.names,
                "refused": each.refused,
                "fetched": each.fetched.isoformat() if each.fetched else None,
                "problem": each.problem or None,
            }
            for each in rows
        ]
        print(json.dumps(data, ensure_ascii=False), file=out)
        return 0
    for each in rows:
        age = f"{each.fetched:%Y-%m-%d %H:%M} UTC" if each.fetched else each.source.version
        line = f"{each.source.id:28} {each.source.category:14} {each.names:>9} names  {age}"
        print(line.rstrip(), file=out)
        if each.problem:
            print(f"    {each.problem}", file=out)
    return 0


def _update(library: Library, out: TextIO) -> int:
    async def work() -> Path:
        await library.fetch_due(everything=True)
        return await library.compile()

    path = asyncio.run(work())
    _status(library, out, as_json=False)
    print(f"{Index.open(path, library.key()).names} names are in {path}", file=out)
    return 1 if any(each.problem for each in library.status()) else 0


def _lookup(args: Namespace, out: TextIO) -> int:
    index = Index.open(args.index) if args.index else _current(args)
    from_input = args.names == ["-"]
    for name, qtype in _asked(sys.stdin) if from_input else [(each, "A") for each in args.names]:
        try:
            said = look_up(index, name, qtype)
        except (InvalidName, KeyError) as problem:
            if not from_input:
                raise BadName(f"{problem}") from None
            said = {"qname": name, "error": str(problem)}
        if from_input or args.json:
            print(json.dumps(said, ensure_ascii=False), file=out)
        else:
            print("\n".join(_words(said)), file=out)
    return 0


def _current(args: Namespace) -> Index:
    opened = _library(args).open_index(lambda problem: print(problem, file=sys.stderr))
    if opened is None:
        raise NoIndex(f"{args.state}: no lists are compiled yet; run: guardian lists update")
    return opened[1]


def _asked(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        words = line.split()
        if words:
            yield words[0], (words[1].upper() if len(words) > 1 else "A")


def look_up(index: Index, name: str, qtype: str) -> dict[str, Any]:
    """What an index says of a name; raises InvalidName, and KeyError for an unknown type."""
    qname = normalise(name)
    wire = to_wire(qname)
    match = index.match(wire, QTYPES[qtype])
    spoken = {*match.blocked, *match.allowed}
    entries = [
        entry
        for suffix in wire_suffixes(wire)
        if (number := index.label_set(suffix)) != NONE
        for entry in index.entries(number)
        if entry in spoken
    ]
    action = "block" if match.blocked else "allow" if match.allowed else "none"
    return {
        "qname": qname,
        "action": action,
        "entries": [
            {
                "list": entry.list.id,
                "category": entry.list.category,
                "kind": entry.kind.value,
                "scope": entry.scope.value,
            }
            for entry in entries
        ],
    }


def _words(said: dict[str, Any]) -> list[str]:
    if not said["entries"]:
        return [f"{said['qname']}: no list speaks of it"]
    return [
        f"{said['qname']}: {entry['kind']} by {entry['list']} ({entry['category']}, "
        f"{entry['scope']})"
        for entry in said["entries"]
    ]


def _compile(args: Namespace, out: TextIO) -> int:
    compiler = Compiler(secrets.token_bytes(32))
    for path in args.sources:
        source = Source(path.stem, args.category, str(path), format=args.format)
        compiler.add(source, path)
        report = compiler.reports[source.id]
        refused = sum(report["refused"].values())
        print(f"{path}: {report['taken']} names, {refused} lines refused "
              f"({report['format']})", file=out)  # fmt: skip
        for reason, count in report["refused"].items():
            print(f"    {count} × {reason}", file=out)
            for sample in report["samples"].get(reason, ())[:1]:
                print(f"        {sample}", file=out)
    compiled = compiler.write(args.output, carry_key=True)
    print(f"{args.output}: {compiled.names} names", file=out)
    return 0
