"""guardian lists status: each list, its names, age and problems."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any, Final, TextIO

from guardian.cli.lists.places import library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.library import SourceStatus

HELP: Final = "each list: names, age, problems"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Say how each list stands."""
    tell(library_of(args).status(), out, as_json=args.json)
    return 0


def tell(rows: Iterable[SourceStatus], out: TextIO, *, as_json: bool) -> None:
    """Say how lists stand."""
    if as_json:
        print(json.dumps(list(map(_data, rows)), ensure_ascii=False), file=out)
        return
    for each in rows:
        source = each.source
        line = f"{source.id:28} {source.category:14} {each.names:>9} names  {_age(each)}"
        print(line.rstrip(), file=out)
        if each.problem:
            print(f"    {each.problem}", file=out)
        if each.held:
            print(f"    waits for you (suffixes): {', '.join(each.held)}", file=out)


def _age(status: SourceStatus) -> str:
    words = [f"version {status.version}"] if status.version else []
    words += [f"fetched {status.fetched:%Y-%m-%d %H:%M} UTC"] if status.fetched else []
    return ", ".join(words)


def _data(status: SourceStatus) -> dict[str, Any]:
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
