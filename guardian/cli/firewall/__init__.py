"""guardian firewall: a router keeps DNS from being side-stepped. A module for each action."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.arguments import add_actions, do_action
from guardian.cli.firewall import apply, confirm, exempt, keep, plan, remove, status

ACTIONS: Final = {
    "plan": plan,
    "apply": apply,
    "confirm": confirm,
    "remove": remove,
    "status": status,
    "exempt": exempt,
    "keep": keep,
}


def add_arguments(parser: ArgumentParser) -> None:
    add_actions(parser, ACTIONS)


def run(args: Namespace, out: TextIO) -> int:
    """Do the action."""
    return do_action(args, ACTIONS, out)
