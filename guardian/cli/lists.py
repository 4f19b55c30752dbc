"""guardian lists: how they stand, fetch and compile them, look a name up."""

import asyncio
import json
import secrets
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TextIO

from guardian.cli import convert
from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.lists.compile import Compiler
from guardian.lists.formats import FORMATS
from guardian.lists.index import NONE, Index
from guardian.lists.keyed import KEY_BYTES
from guardian.lists.library import Library, SourceStatus
from guardian.lists.match import ILLEGAL
from guardian.lists.source import Source
from guardian.names import InvalidName, normalise, to_wire, wire_suffixes
from guardian.qtypes import QTYPES
from guardian.safety import helplines
from guardian.service.plan import sources_of
from guardian.settings import load


class NoIndex(GuardianError):
    """Nothing was compiled yet."""


class BadWord(GuardianError):
    """A name, a type or a file on the command line that is none."""

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
        command.add_argument("--json", action="store_true", help="JSON instead of words")
    lookup.add_argument("names", nargs="+", metavar="NAME", help="- for lines of NAME [TYPE]")
    lookup.add_argument("--index", type=Path, metavar="FILE", help="this index, not the one in use")
    compile_.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a list's file")
    compile_.add_argument("--format", choices=["auto", *FORMATS], default="auto")
    compile_.add_argument("--category", default="blocked", help="what the names are")
    compile_.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    report = actions.add_parser("report", help="what is in a list")
    convert_ = actions.add_parser("convert", help="a list in another format")
    for command in (report, convert_):
        convert.add_source_arguments(command)
    convert.add_output_arguments(convert_)


def run(args: Namespace, out: TextIO) -> int:
    """Do the action."""
    match args.action:
        case "status":
            return _status(_library(args), out, as_json=args.json)
        case "update":
            return _update(_library(args), out)
        case "lookup":
            return _lookup(args, out)
        case "report":
            return convert.run_report(args, out)
        case "convert":
            return convert.run_convert(args, out)
    return _compile(args, out)


def _library(args: Namespace) -> Library:
    sources = sources_of(load(args.config))
    return Library(args.state / "lists", sources, _now, helplines.protected_names())


def _now() -> datetime:
    return datetime.now(UTC)


def _status(library: Library, out: TextIO, *, as_json: bool) -> int:
    rows = library.status()
    if as_json:
        print(json.dumps(list(map(_status_data, rows)), ensure_ascii=False), file=out)
        return 0
    for each in rows:
        source = each.source
        line = f"{source.id:28} {source.category:14} {each.names:>9} names  {_age(each)}"
        print(line.rstrip(), file=out)
        if each.problem:
            print(f"    {each.problem}", file=out)
        if each.held:
            print(f"    waits for you (suffixes): {', '.join(each.held)}", file=out)
    return 0


def _age(status: SourceStatus) -> str:
    words = [f"version {status.version}"] if status.version else []
    words += [f"fetched {status.fetched:%Y-%m-%d %H:%M} UTC"] if status.fetched else []
    return ", ".join(words)


def _status_data(status: SourceStatus) -> dict[str, Any]:
    return {
        "list": status.source.id,
        "category": status.source.category,
        "kind": status.source.kind.value,
        "names": status.names,
        "refused": status.refused,
        "format": status.format or None,
        "version": status.version or None,
        "fetched": status.fetched.isoformat() if status.fetched else None,
        "problem": status.problem or None,
        "held": list(status.held),
    }


def _update(library: Library, out: TextIO) -> int:
    async def work() -> tuple[Path, Index]:
        await library.fetch_due(everything=True)
        opened = library.open_index(_complain)
        if opened is not None and library.is_current(opened[1]):
            return opened  # a running guardian may hold it: no new one without need
        path = await library.compile()
        return path, Index.open(path, library.key())

    path, index = asyncio.run(work())
    _status(library, out, as_json=False)
    print(f"{index.names} names are in {path}", file=out)
    return 1 if any(each.problem for each in library.status()) else 0


def _complain(problem: str) -> None:
    print(problem, file=sys.stderr)


def _lookup(args: Namespace, out: TextIO) -> int:
    index = Index.open(args.index, _key(args)) if args.index else _current(args)
    if args.names == ["-"]:
        return _look_up_lines(index, sys.stdin.buffer, out)
    for name in args.names:
        said = look_up(index, name, "A")
        print(json.dumps(said, ensure_ascii=False) if args.json else _words(said), file=out)
    return 0


def _look_up_lines(index: Index, lines: Iterable[bytes], out: TextIO) -> int:
    """Answer a line with a line; one that cannot be answered costs no other."""
    code = 0
    for name, qtype in _asked(lines):
        try:
            said = look_up(index, name, qtype)
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
    opened = _library(args).open_index(_complain)
    if opened is None:
        raise NoIndex(f"{args.state}: no lists are compiled yet; run: guardian lists update")
    return opened[1]


def look_up(index: Index, name: str, qtype: str) -> dict[str, Any]:
    """What an index says of a name. Raises BadWord for what is no name, or an unknown type."""
    try:
        qname, number = normalise(name), QTYPES[qtype.upper()]
    except InvalidName as problem:
        raise BadWord(str(problem)) from None
    except KeyError:
        raise BadWord(f'"{qtype}" is no record type; use {", ".join(QTYPES)}') from None
    wire = to_wire(qname)
    match = index.match(wire, number)
    spoken = {*match.blocked, *match.allowed}
    entries = [
        {
            "list": entry.list.id,
            "category": entry.list.category,
            "kind": "allow" if entry.list.allows else entry.kind.value,
            "scope": entry.scope.value,
        }
        for suffix in wire_suffixes(wire)
        if (labels := index.label_set(suffix)) != NONE
        for entry in index.entries(labels)
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
        f"{entry['scope']})"
        for entry in said["entries"]
    )


def _compile(args: Namespace, out: TextIO) -> int:
    compiler = Compiler(secrets.token_bytes(KEY_BYTES))
    for list_id, path in _named(args.sources):
        if not path.is_file():
            raise BadWord(f"{path}: there is no such file")
        compiler.add(Source(list_id, args.category, str(path), format=args.format), path)
        for line in _report_lines(path, compiler.reports[list_id]):
            print(line, file=out)
    try:
        compiled = compiler.write(args.output, carry_key=True)
    except OSError as problem:
        raise BadWord(f"{args.output}: it cannot be written ({problem.strerror})") from None
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
