"""guardian devices: which devices asked lately, and whose they are."""

import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli.elsewhere import add_elsewhere_arguments, running
from guardian.cli.places import add_place_arguments
from guardian.client.things import Device, as_data

_ASKS = {
    "asks": "asks", "silent": "silent", "elsewhere": "ELSEWHERE", "hidden": "HIDDEN",
}  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    add_elsewhere_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each device, the one that asked last first. Raises GuardianError."""
    devices = running(args).devices()
    if not devices and not args.json:
        print("No device has asked yet.", file=out)
    for each in devices:
        if args.json:
            print(json.dumps(as_data(each), ensure_ascii=False), file=out)
        else:
            print(_line(each), file=out)
    return 0


def _line(each: Device) -> str:
    last = f"{each.last.astimezone():%a %H:%M}" if each.last else ""
    words = (
        f"{each.address:<24}", f"{each.mac:<17}", f"{last:<9}", f"{_ASKS.get(each.asks, ''):<9}",
        each.owner or "nobody's",
    )  # fmt: skip
    return "  ".join((*words, each.name)).rstrip()
