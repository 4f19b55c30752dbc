"""guardian firewall remove: nothing of it stays in the kernel."""

from argparse import Namespace
from typing import Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.network.firewall import trial

HELP: Final = "take all rules out of the kernel"

add_arguments = add_place_arguments


def run(_: Namespace, out: TextIO) -> int:
    """Remove it, whether it is there or not."""
    had = trial.remove(trial.folder())
    print("The firewall is gone." if had else "There was no firewall of guardian's.", file=out)
    return 0
