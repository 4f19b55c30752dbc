"""guardian people: who is in the house, and what is in force for them."""

import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli.elsewhere import add_elsewhere_arguments, running
from guardian.cli.places import add_place_arguments
from guardian.client.things import as_data


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    add_elsewhere_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each person. Raises GuardianError."""
    people = running(args).people()
    width = max((len(each.name) for each in people), default=0)
    for each in people:
        if args.json:
            print(json.dumps(as_data(each), ensure_ascii=False), file=out)
        else:
            devices = ", ".join(each.devices) or "no device"
            stands = f"{each.title}, {each.detail}" if each.detail else each.title
            print(f"{each.name:<{width}}  {each.age_band:<6}  {stands}  ({devices})", file=out)
    return 0
