"""guardian services: the apps and sites that a profile can name."""

import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.safety import services


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("group", nargs="?", choices=services.GROUPS, help="only these")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each service: id, group, age, title."""
    known = [services.service(each) for each in sorted(services.ids())]
    for each in sorted(known, key=lambda found: services.GROUPS.index(found.group)):
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
