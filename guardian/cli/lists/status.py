"""guardian lists status: each list, its names, age and problems."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final, TextIO

from guardian.cli.lists.places import library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.standing import SourceStatus
from guardian.lists.trust.contents import Version, Waiting
from guardian.lists.trust.doubts import sentences

HELP: Final = "each list: names, age, problems"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", help="one list of your own, with its versions"
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Say how each list stands."""
    library = library_of(args)
    rows = [library.standing(args.source)] if args.source else library.status()
    tell(rows, out, as_json=args.json)
    if args.source and not args.json:
        for line in _versions(rows[0]):
            print(line, file=out)
    return 0


def tell(rows: Iterable[SourceStatus], out: TextIO, *, as_json: bool) -> None:
    """Say how lists stand."""
    if as_json:
        print(json.dumps(list(map(as_data, rows)), ensure_ascii=False), file=out)
        return
    for each in rows:
        source = each.source
        line = f"{source.id:28} {source.category:14} {each.names:>9} names  {_age(each)}"
        print(line.rstrip(), file=out)
        if each.problem:
            print(f"    {each.problem}", file=out)
        if each.source.hold:
            print("    on hold: it stays as it is", file=out)
        if each.waiting is not None:
            print(f"    new content waits for you: {sentences(each.waiting.doubts)}", file=out)
            if each.waiting.devices:
                print(f"    it is tried on: {', '.join(each.waiting.devices)}", file=out)
        if each.held:
            print(f"    waits for you (suffixes): {', '.join(each.held)}", file=out)


def _versions(status: SourceStatus) -> Iterator[str]:
    if status.duplicates:
        yield f"{status.duplicates} more entries were there twice"
    if status.waiting is not None:
        yield f"{_line(status.waiting.content)}  waits"
    if status.current is not None:
        yield f"{_line(status.current)}  in force"
    yield from map(_line, status.earlier)


def _line(version: Version) -> str:
    said = f"  version {version.version}" if version.version else ""
    return f"{version.number:4}  {version.came:%Y-%m-%d %H:%M} UTC  {version.names:>9} names{said}"


def _age(status: SourceStatus) -> str:
    words = [f"version {status.version}"] if status.version else []
    words += [f"fetched {status.fetched:%Y-%m-%d %H:%M} UTC"] if status.fetched else []
    return ", ".join(words)


def as_data(status: SourceStatus) -> dict[str, Any]:
    """How a list stands, as JSON has it."""
    return {
        "list": status.source.id,
        "category": status.source.category,
        "kind": status.source.kind.value,
        "names": status.names,
        "refused": status.refused,
        "duplicates": status.duplicates,
        "format": status.format or None,
        "version": status.version or None,
        "fetched": status.fetched.isoformat() if status.fetched else None,
        "licence": status.licence or None,
        "problem": status.problem or None,
        "held": list(status.held),
        "hold": status.source.hold,
        "waiting": _waiting(status.waiting) if status.waiting is not None else None,
        "current": _version(status.current) if status.current is not None else None,
        "earlier": list(map(_version, status.earlier)),
    }


def _waiting(waiting: Waiting) -> dict[str, Any]:
    return {
        **_version(waiting.content),
        "since": waiting.since.isoformat(),
        "tried_on": list(waiting.devices),
        "doubts": [{**asdict(each), "sentence": each.sentence} for each in waiting.doubts],
        "difference": asdict(waiting.difference),
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "came": version.came.isoformat(),
        "names": version.names,
        "version": version.version or None,
        "etag": version.etag or None,
        "sha256": version.sha256,
    }
