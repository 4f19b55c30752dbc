"""guardian lists add: one more list for the household."""

import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final, TextIO
from urllib.parse import urlsplit

from guardian.cli import editing
from guardian.cli.lists.catalogue import as_data
from guardian.cli.lists.places import BadWord
from guardian.cli.places import add_place_arguments
from guardian.lists import catalogue
from guardian.lists.catalogue import PublicList
from guardian.lists.foreign import proposed
from guardian.lists.source import Source, SourceKind
from guardian.settings import load, own_lists
from guardian.settings.sections.lists import ListFormat, identifier

HELP: Final = "use one more list"
_ID: Final = re.compile(r"[a-z0-9-]+")


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "what",
        metavar="LIST",
        help="its name in the catalogue, an HTTPS address, or a file or folder (ut1.tar.gz#adult)",
    )
    parser.add_argument("--name", help="what to call it")
    parser.add_argument("--category", help="what its names are, such as adult")
    parser.add_argument("--kind", choices=list(SourceKind), help="block, allow or iwf")
    parser.add_argument("--format", choices=list(ListFormat), help="how its lines are written")
    parser.add_argument("--update", metavar="TIME", help="how often to read it again, such as 12h")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Write it into the configuration, and say under which licence it comes.

    Raises BadWord, NotListed, ConfigError.
    """
    lists = load(args.config).lists
    key, location = _place(args.what, args.config.parent)
    known = catalogue.at(location)
    used = own_lists.using(lists, location)
    if used is not None:
        raise BadWord(f'{args.what}: it is used already, as "{used.title}"')
    source = _source(args, key, location, known)
    editing.change(
        args, lambda data: own_lists.add(data, source), f"added the list {source['name']}"
    )
    if args.json:
        about = as_data(known, load(args.config).lists) if known else None
        said = {**source, "id": identifier(source["name"]), "catalogue": about}
        print(json.dumps(said, ensure_ascii=False), file=out)
        return 0
    for line in _words(source, known):
        print(line, file=out)
    return 0


def _place(what: str, home: Path) -> tuple[str, str]:
    """By which key the configuration names a list, and where it is. home: the file's folder."""
    if "://" in what:
        return "url", what
    path = Source("", "", what).path
    if path.exists():
        whole = path.resolve()
        near = whole.relative_to(home.resolve()) if whole.is_relative_to(home.resolve()) else whole
        return "path", f"{near}{what.removeprefix(str(path))}"
    if _ID.fullmatch(what):
        return "url", catalogue.called(what).location
    raise BadWord(
        f"{path}: there is no such file; name a file, an HTTPS address or a list of the catalogue"
    )


def _source(args: Namespace, key: str, location: str, known: PublicList | None) -> dict[str, str]:
    """The table for the configuration: what was asked for, else what is known, else likely."""
    if known is not None:
        source = own_lists.of_catalogue(known)
    else:
        likely = proposed(location)
        source = {"name": _name_of(location), key: location}
        if likely is not None and args.kind != SourceKind.IWF:
            source["category"] = likely.category
            if likely.kind is not SourceKind.BLOCK:
                source["kind"] = likely.kind.value
    asked = {word: getattr(args, word) for word in ("name", "category", "kind", "format", "update")}
    source |= {word: str(value) for word, value in asked.items() if value is not None}
    if "category" not in source and source.get("kind") != SourceKind.IWF:
        raise BadWord(
            f"{args.what}: nothing tells what its names are; say it, such as --category adult"
        )
    return source


def _name_of(location: str) -> str:
    """A name for a list that nobody named: the beginning of its file's name, and its part."""
    place = urlsplit(location)
    file = PurePosixPath(place.path).name.partition(".")[0] or place.hostname or "list"
    part = PurePosixPath(Source("", "", location).part).name
    return f"{file} {part}".strip()


def _words(source: dict[str, str], known: PublicList | None) -> Iterator[str]:
    kind = source.get("kind", SourceKind.BLOCK)
    said = {
        SourceKind.ALLOW: f"It takes its names out of {source.get('category')}.",
        SourceKind.IWF: "It is confidential: its names are blocked for everybody.",
    }.get(SourceKind(kind), f"Its names are of {source.get('category')}.")
    yield f"{source['name']} is added. {said}"
    if known is None:
        yield "guardian does not know its licence: ask its makers what you may do with it."
        return
    if known.caveats:
        yield known.caveats
    yield f"It is by {known.maker.title}: {known.maker.home}"
    if known.licence.url:
        yield f"Licence: {known.licence.title}, {known.licence.url}"
    yield from known.licence.in_words
