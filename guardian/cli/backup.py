"""guardian backup: a copy of the whole household, in one file."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from guardian.cli import passphrases
from guardian.cli.places import add_place_arguments
from guardian.service import backups
from guardian.settings import load
from guardian.store.household import Store


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="default: by the date")
    parser.add_argument(
        "--encrypt", action="store_true", help="ask for a passphrase, without which nobody reads it"
    )
    passphrases.add_passphrase_argument(parser)
    parser.add_argument("--list", action="store_true", help="show the copies that are kept")


def run(args: Namespace, out: TextIO) -> int:
    """Make a copy, or list those there are. Raises ConfigError, CannotSeal, OSError."""
    settings = load(args.config)
    folder = backups.folder_of(settings, args.state)
    if args.list:
        for each in backups.kept(folder):
            at = each.at.astimezone(settings.household.zone)
            print(
                f"{at:%Y-%m-%d %H:%M}  {each.size // 1024 + 1:>7} kB  {folder / each.name}",
                file=out,
            )
        return 0
    asked = passphrases.new() if args.encrypt else passphrases.given(args)
    passphrase = asked or backups.passphrase_of(settings)
    name = backups.name_at(datetime.now(UTC), folder, is_sealed=bool(passphrase))
    path = args.file or folder / name
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        backups.make(path, args.config.read_bytes(), store, passphrase)
    finally:
        store.close()
    who = "nobody reads it without the passphrase" if passphrase else "nobody but you can read it"
    print(f"{path} holds the whole household; {who}.", file=out)
    return 0
