"""guardian services: the apps and sites that a profile can name."""

import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.safety import services
from guardian.safety.services import Catalogue
from guardian.settings import load

_GROUPS = (*services.GROUPS, services.OWN)


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("group", nargs="?", choices=_GROUPS, help="only these")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each service: id, group, age, title; the household's own at the end."""
    catalogue = load(args.config).services if args.config.exists() else Catalogue()
    known = [catalogue.service(each) for each in sorted(catalogue.ids())]
    for each in sorted(known, key=lambda found: _GROUPS.index(found.group)):
        if args.group and each.group != args.group:
            continue
        if args.json:
            data = {
                "id": each.id,
                "group": each.group,
                "age": each.age,
                "title": dict(each.title),
                "names": each.names,
            }
            print(json.dumps(data, ensure_ascii=False), file=out)
        else:
            print(f"{each.id:20} {each.group:14} {each.age:>3}  {each.title['en']}", file=out)
    return 0
