"""guardian lists remove: a list is given up."""

import json
from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli import editing
from guardian.cli.lists.places import BadWord
from guardian.cli.places import add_place_arguments
from guardian.lists import catalogue
from guardian.settings import load, own_lists
from guardian.settings.sections.lists import Lists, ListSource

HELP: Final = "use a list no longer"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("name", metavar="LIST", help="as guardian lists status calls it")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Take it out of the configuration. Raises BadWord, ConfigError."""
    gone = _wanted(args.name, load(args.config).lists)
    editing.change(
        args, lambda data: own_lists.remove(data, gone.id), f"gave up the list {gone.title}"
    )
    if args.json:
        print(json.dumps({"id": gone.id, "name": gone.title}, ensure_ascii=False), file=out)
    else:
        print(f"{gone.title} is no longer used.", file=out)
    return 0


def _wanted(word: str, lists: Lists) -> ListSource:
    """A list by its id, its name, or its name in the catalogue."""
    for each in lists.sources:
        known = catalogue.at(each.location)
        if word in (each.id, each.title, known.id if known else each.id):
            return each
    if word in lists.bundled or any(word == f"{each}-starter" for each in lists.bundled):
        raise BadWord(
            f'"{word}" came with guardian; take it out of lists.bundled of the configuration'
        )
    ours = ", ".join(each.id for each in lists.sources) or "none"
    raise BadWord(f'no list of yours is called "{word}"; yours are: {ours}')
