"""guardian firewall confirm: what was applied stays."""

from argparse import Namespace
from typing import Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.network.firewall import trial

HELP: Final = "let the rules that were applied stay"

add_arguments = add_place_arguments


def run(_: Namespace, out: TextIO) -> int:
    """0 where there was something to confirm, else 1."""
    where = trial.folder()
    if trial.taken_back(where) is not None:
        print("It was taken back already, because nobody confirmed it; apply it again.", file=out)
        return 1
    if not trial.confirm(where):
        print("There is nothing to confirm.", file=out)
        return 1
    print("The firewall stays.", file=out)
    return 0
