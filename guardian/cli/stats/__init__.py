"""guardian stats: figures of many households that expose nobody. A module for each action."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.arguments import add_actions, do_action
from guardian.cli.stats import combine, contribute, show

ACTIONS: Final = {"contribute": contribute, "combine": combine, "show": show}


def add_arguments(parser: ArgumentParser) -> None:
    add_actions(parser, ACTIONS)


def run(args: Namespace, out: TextIO) -> int:
    """Do the action."""
    return do_action(args, ACTIONS, out)
