"""guardian lists: choosing them, their state, updates, look-ups. A module for each action."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.arguments import add_actions, do_action
from guardian.cli.lists import (
    add,
    catalogue,
    convert,
    diff,
    hits,
    hold,
    lookup,
    reject,
    release,
    remove,
    report,
    rollback,
    status,
    try_,
    update,
    wrong,
)
from guardian.cli.lists import compile as compile_

ACTIONS: Final = {
    "catalogue": catalogue,
    "add": add,
    "remove": remove,
    "status": status,
    "update": update,
    "lookup": lookup,
    "compile": compile_,
    "report": report,
    "convert": convert,
    "diff": diff,
    "try": try_,
    "release": release,
    "reject": reject,
    "rollback": rollback,
    "hold": hold,
    "wrong": wrong,
    "hits": hits,
}


def add_arguments(parser: ArgumentParser) -> None:
    add_actions(parser, ACTIONS)


def run(args: Namespace, out: TextIO) -> int:
    """Do the action."""
    return do_action(args, ACTIONS, out)
