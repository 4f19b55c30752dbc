"""guardian config: check, show, replace and take back a configuration."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.service import history
from guardian.settings import Settings, load
from guardian.settings.canonical import Difference, canonical
from guardian.settings.notes import notes
from guardian.store.household import Store


def add_arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="config_command", required=True, metavar="COMMAND")
    validate = commands.add_parser("validate", help="check a configuration file")
    validate.add_argument("file", type=Path, metavar="FILE", help="such as config/home.yaml")
    export = commands.add_parser("export", help="print the household in its canonical form")
    importing = commands.add_parser("import", help="put a file in place of the configuration")
    importing.add_argument("file", type=Path, metavar="FILE")
    past = commands.add_parser("history", help="who changed what, and when")
    undo = commands.add_parser("undo", help="put back what was before a change")
    undo.add_argument("number", type=int, nargs="?", help="of the change (default: the last)")
    for each in (export, importing, past, undo):
        add_place_arguments(each)


def run(args: Namespace, out: TextIO) -> int:
    """0 when done. Raises ConfigError, whose exit code is 2, for a file that cannot be used."""
    match args.config_command:
        case "validate":
            _validate(args.file, out)
        case "export":
            load(args.config)
            out.write(canonical(args.config.read_bytes()).decode())
        case "import":
            load(args.file)
            store = _store(args)
            history.keep_unseen(store, args.config, args.state)
            store.close()
            history.write(args.config, args.state, args.file.read_bytes(), "import")
            print(f"{args.config} is replaced.", file=out)
        case "history":
            _history(args, out)
        case _:
            _undo(args, out)
    return 0


def _validate(file: Path, out: TextIO) -> None:
    settings = load(file)
    print(f"{file} is fine: {_summary(settings)}", file=out)
    for note in notes(settings):
        print(f"Note: {note}.", file=out)


def _history(args: Namespace, out: TextIO) -> None:
    zone = load(args.config).household.zone
    store = _store(args)
    for change in store.changes.listed():
        print(
            f"{change.number}  {change.at.astimezone(zone):%Y-%m-%d %H:%M}  {change.who}", file=out
        )
        for each in change.places:
            print(f"   {Difference(*each)}", file=out)
    store.close()


def _undo(args: Namespace, out: TextIO) -> None:
    """Put the file back as it was before a change: that one and all later ones are undone.

    Without a number: an edit that was never in force, else the last change.
    """
    store = _store(args)
    try:
        unseen = history.keep_unseen(store, args.config, args.state)
        if unseen is not None and args.number is None:
            history.write(args.config, args.state, unseen, "undo of an edit")
            print(f"{args.config} is as it was when it was last in force.", file=out)
            return
        change = history.change(store, args.number)
    finally:
        store.close()
    history.write(args.config, args.state, change.before, f"undo of change {change.number}")
    print(f"{args.config} is as it was before change {change.number}.", file=out)


def _store(args: Namespace) -> Store:
    args.state.mkdir(parents=True, exist_ok=True)
    return Store.open(args.state / "guardian.db")


def _summary(settings: Settings) -> str:
    people = settings.household.people
    counts = (
        _several(len(people), "person", "people"),
        _several(
            sum(len(holder.devices) for holder in settings.household.holders), "device", "devices"
        ),
        _several(len(settings.household.profiles), "profile", "profiles"),
        _several(len(settings.lists.bundled) + len(settings.lists.sources), "list", "lists"),
    )
    return ", ".join(counts) + f"; clock of {settings.household.zone.key}."


def _several(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
