"""guardian firewall plan: what would be put into the kernel, and nothing is."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.firewall.wanted import wanted
from guardian.cli.places import add_place_arguments
from guardian.network.firewall.rules import commands
from guardian.network.firewall.shown import shown
from guardian.service.firewall import doubts

HELP: Final = "show the rules, as nft shows them; nothing is changed"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--json", action="store_true", help="as nft -j reads it")


def run(args: Namespace, out: TextIO) -> int:
    """Print the rules; what to know about them goes to standard error."""
    settings, wish = wanted(args)
    rules = commands(wish)
    if args.json:
        print(json.dumps({"nftables": rules}, indent=1), file=out)
    else:
        print("\n".join(shown(rules)), file=out)
    for each in doubts(settings, wish):
        print(f"guardian: {each}", file=sys.stderr)
    return 0
