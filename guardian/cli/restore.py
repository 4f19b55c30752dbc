"""guardian restore: the household as it was when a copy was made."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from guardian.cli import passphrases
from guardian.cli.places import add_place_arguments
from guardian.lists.bundled import folder
from guardian.service import backups, history, lock
from guardian.settings import ConfigError, load
from guardian.settings.settings import parse
from guardian.store.household import Store


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="that guardian backup has made")
    passphrases.add_passphrase_argument(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Put configuration and database back. Raises BadBackup, ConfigError, AlreadyRunning."""
    contents = backups.read(args.file, _passphrase(args))
    settings = parse(contents.config, args.config, folder())
    (args.state / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.hold(args.state):
        store = Store.open(args.state / "guardian.db")
        try:
            if args.config.exists():
                copies = backups.folder_of(settings, args.state)
                now = datetime.now(UTC)
                aside = copies / backups.name_at(now, copies, is_sealed=bool(_here(args)))
                config = args.config.read_bytes()
                backups.make(aside, config, store, _here(args))
                print(f"What was there before is kept in {aside}.", file=out)
            backups.put_back(store, contents, args.state)
        finally:
            store.close()
        history.write(args.config, args.state, contents.config, "restore")
    print(f"The household of {args.file} is back; everybody logs in anew.", file=out)
    return 0


def _passphrase(args: Namespace) -> str:
    """Of the file that is to be put back; asked for where no file has it. Raises CannotSeal."""
    if not backups.is_sealed(args.file):
        return ""
    return passphrases.given(args) or _here(args) or passphrases.known()


def _here(args: Namespace) -> str:
    """With what this household has its copies sealed; "" where it has none, or is not there yet."""
    try:
        return backups.passphrase_of(load(args.config))
    except ConfigError:
        return ""
