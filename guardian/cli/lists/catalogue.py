"""guardian lists catalogue: well-known public lists, and what one may do with them."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import Any, Final, TextIO

from guardian.cli.lists.places import BadWord
from guardian.cli.places import add_place_arguments
from guardian.lists.catalogue import PublicList, catalogue, chosen
from guardian.settings import load, own_lists
from guardian.settings.sections.lists import Lists

HELP: Final = "well-known public lists, to choose from"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--category", metavar="CATEGORY", help="such as adult")
    parser.add_argument("--language", metavar="CODE", help="made for a language, such as pl")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Say which lists there are. Raises BadWord where a word fits none."""
    lists = load(args.config).lists if args.config.exists() else Lists((), ())
    found = _chosen(args)
    if args.json:
        print(json.dumps([as_data(each, lists) for each in found], ensure_ascii=False), file=out)
        return 0
    for line in _words(found, lists):
        print(line, file=out)
    return 0


def _chosen(args: Namespace) -> Sequence[PublicList]:
    every = catalogue()
    for word, known in (
        (args.category, {each.category for each in every}),
        (args.language, {code for each in every for code in each.languages}),
    ):
        if word is not None and word not in known:
            raise BadWord(f'no list is for "{word}"; there are some for {", ".join(sorted(known))}')
    return list(chosen(args.category or "", args.language or ""))


def as_data(known: PublicList, lists: Lists) -> dict[str, Any]:
    """A list as JSON has it. lists: the household's, to say whether it is used."""
    source = own_lists.using(lists, known.location)
    return {
        "id": known.id,
        "title": known.title,
        "maker": known.maker.title,
        "home": known.maker.home,
        "url": known.location,
        "format": known.format,
        "kind": known.kind.value,
        "category": known.category,
        "licence": known.licence.id,
        "licence_url": known.licence.url or None,
        "allows": sorted(known.licence.allows),
        "asks": sorted(known.licence.asks),
        "entries": known.entries,
        "counted": known.counted or None,
        "update": known.update,
        "languages": list(known.languages),
        "families": known.families,
        "about": known.about,
        "caveats": known.caveats or None,
        "used_as": source.id if source else None,
    }


def _words(found: Sequence[PublicList], lists: Lists) -> Iterator[str]:
    category = ""
    for each in found:
        if each.category != category:
            if category:
                yield ""
            category = each.category
            yield category
        size = f"{each.entries:,} names" if each.entries else "size not known"
        marks = ["good to begin with"] if each.families else []
        marks += ["in use"] if own_lists.using(lists, each.location) else []
        marks += [f"for {', '.join(each.languages)}"] if each.languages else []
        yield f"  {each.id:27} {size:>16}  {each.licence.id:15}  {', '.join(marks)}".rstrip()
        yield f"      {each.about}"
        if each.caveats:
            yield f"      {each.caveats}"
