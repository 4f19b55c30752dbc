"""What several commands take in the same way: actions of their own, and whole numbers."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TextIO

Actions = Mapping[str, ModuleType]
"""A module for each action, by its name: with HELP, add_arguments and run."""


def add_actions(parser: ArgumentParser, actions: Actions) -> None:
    """Let a command have actions."""
    parsers = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, module in actions.items():
        module.add_arguments(parsers.add_parser(name, help=module.HELP))


def do_action(args: Namespace, actions: Actions, out: TextIO) -> int:
    """Do the one that was asked for."""
    code: int = actions[args.action].run(args, out)
    return code


def whole(least: int, most: int, of_what: str) -> Callable[[str], int]:
    """What reads a number of minutes or such, within bounds."""

    def read(text: str) -> int:
        if not (
            text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most
        ):
            raise ArgumentTypeError(
                f'"{text}" is out of range; write {of_what} from {least} to {most}'
            )
        return int(text)

    return read
