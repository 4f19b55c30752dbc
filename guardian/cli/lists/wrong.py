"""guardian lists wrong: names that a list should not name, for its makers."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any, Final, TextIO
from urllib.parse import urlsplit

from guardian.cli import editing
from guardian.cli.lists.places import BadWord, complain, library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.entry import Entry, Kind
from guardian.lists.index import Index
from guardian.lists.match import ILLEGAL
from guardian.lists.source import Source
from guardian.names import InvalidName, from_wire, normalise, to_wire, wire_suffixes
from guardian.service.plan import sources_of
from guardian.settings import load, own_lists

HELP: Final = "names that a list should not name: keep them, and write them down for its makers"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("names", nargs="*", metavar="NAME", help="keep this one, too")
    parser.add_argument("--drop", action="store_true", help="keep these names no more")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Keep names in the configuration or drop them; say of all that are kept who names them."""
    names = [_name(each) for each in args.names]
    if names:
        editing.change(
            args,
            lambda data: own_lists.set_wrong(data, names, is_wrong=not args.drop),
            "names that lists name wrongly",
        )
    settings = load(args.config)
    opened = library_of(args).open_index(complain)
    rows = [
        row
        for name in settings.lists.wrong
        for row in _who_names(name, opened[1] if opened else None, sources_of(settings))
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False), file=out)
        return 0
    for row in rows:
        by = f"{row['list']}, version {row['version']}" if row["list"] else "no list names it now"
        said = f"{row['entry']} in {row['category']}, {row['scope']}" if row["list"] else ""
        print("  ".join(filter(None, (row["name"], by, said, row["address"]))), file=out)
    return 0


def _name(text: str) -> str:
    try:
        return normalise(text)
    except InvalidName as problem:
        raise BadWord(str(problem)) from None


def _who_names(name: str, index: Index | None, sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Each list's word on a name; of illegal content nothing is told."""
    addresses = {each.id: _public(each) for each in sources}
    wire = to_wire(name)
    said: list[tuple[Entry, str, str]] = []
    if index is not None:
        said = [(entry, name, "pattern") for entry in index.by_pattern(wire)]
        said += [
            (entry, from_wire(suffix), entry.scope.value)
            for suffix in wire_suffixes(wire)
            for entry in index.named(suffix)
        ]
    rows = [
        {
            "name": name,
            "list": entry.list.id,
            "version": entry.list.version,
            "category": entry.list.category,
            "entry": at,
            "scope": scope,
            "address": addresses.get(entry.list.id, ""),
        }
        for entry, at, scope in said
        if entry.kind is Kind.BLOCK and not entry.list.allows and entry.list.category != ILLEGAL
    ]
    empty = ("list", "version", "category", "entry", "scope", "address")
    return rows or [{"name": name, **dict.fromkeys(empty, "")}]


def _public(source: Source) -> str:
    """A list's address without what may be secret: name, password, query."""
    if not source.is_remote:
        return ""
    parts = urlsplit(source.location)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
