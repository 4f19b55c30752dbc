"""guardian lists hold: a list stays as it is."""

from argparse import Namespace
from typing import Final, TextIO

from guardian.cli.lists import deeds
from guardian.cli.lists.places import library_of

HELP: Final = "keep a list as it is, and read no newer content"

add_arguments = deeds.add_arguments


def run(args: Namespace, out: TextIO) -> int:
    """Put the list on hold in the configuration."""
    library_of(args).standing(args.source)
    deeds.set_hold(args, hold=True)
    deeds.tell(args, f"{args.source} stays as it is, until you release it", out)
    return 0
