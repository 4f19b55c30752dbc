"""guardian restore: the household as it was when a copy was made."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.lists.bundled import folder
from guardian.service import backups, history, lock
from guardian.settings.settings import parse
from guardian.store.household import Store


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="that guardian backup has made")


def run(args: Namespace, out: TextIO) -> int:
    """Put configuration and database back. Raises BadBackup, ConfigError, AlreadyRunning."""
    contents = backups.read(args.file)
    settings = parse(contents.config, args.config, folder())
    (args.state / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.hold(args.state):
        store = Store.open(args.state / "guardian.db")
        try:
            if args.config.exists():
                copies = backups.folder_of(settings, args.state)
                aside = copies / backups.name_at(datetime.now(UTC), copies)
                backups.make(aside, args.config.read_bytes(), store)
                print(f"What was there before is kept in {aside}.", file=out)
            backups.put_back(store, contents, args.state)
        finally:
            store.close()
        history.write(args.config, args.state, contents.config, "restore")
    print(f"The household of {args.file} is back; everybody logs in anew.", file=out)
    return 0
