"""guardian firewall: a router keeps DNS from being side-stepped. A module for each action."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

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
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, module in ACTIONS.items():
        module.add_arguments(actions.add_parser(name, help=module.HELP))


def run(args: Namespace, out: TextIO) -> int:
    """Do the action."""
    code: int = ACTIONS[args.action].run(args, out)
    return code
