"""guardian config validate: is this file fine, and if not, what is to mend."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TextIO

from guardian.settings import Settings, load
from guardian.settings.notes import notes


def add_arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="config_command", required=True, metavar="COMMAND")
    validate = commands.add_parser("validate", help="check a configuration file")
    validate.add_argument("file", type=Path, metavar="FILE", help="such as config/home.yaml")


def run(args: Namespace, out: TextIO) -> int:
    """0 for a file that can be used. Raises ConfigError, whose exit code is 2, for any other."""
    settings = load(args.file)
    print(f"{args.file} is fine: {_summary(settings)}", file=out)
    for note in notes(settings):
        print(f"Note: {note}.", file=out)
    return 0


def _summary(settings: Settings) -> str:
    people = settings.household.people
    counts = (
        _several(len(people), "person", "people"),
        _several(sum(len(person.devices) for person in people), "device", "devices"),
        _several(len(settings.household.profiles), "profile", "profiles"),
        _several(len(settings.lists.bundled) + len(settings.lists.sources), "list", "lists"),
    )
    return ", ".join(counts) + f"; clock of {settings.household.zone.key}."


def _several(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
