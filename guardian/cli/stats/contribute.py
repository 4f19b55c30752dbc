"""guardian stats contribute: what this household gives for a month, as a file."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.lists.replace import replace_file
from guardian.service import statistics
from guardian.settings import load
from guardian.stats.contribution import MONTH, written
from guardian.store.household import Store

HELP: Final = "what this household gives for a month, as a file; nothing is sent"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "--month", type=_month, help="such as 2026-10; without it, the last one that is over"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it; without it, it is printed"
    )


def run(args: Namespace, out: TextIO) -> int:
    """Print or write the contribution. Raises NoContribution, StoreError, ConfigError, OSError."""
    household, now = load(args.config).household, datetime.now(UTC)
    month = args.month or statistics.last_month(now, household)
    args.state.mkdir(parents=True, exist_ok=True)
    with closing(Store.open(args.state / "guardian.db")) as store:
        given = statistics.contribution(store, household, args.state, month, now)
    text = written(given)
    if args.out is None:
        out.write(text)
        return 0
    replace_file(args.out, [text.encode()], mode=0o600)
    profiles = sum(each.active for each in given.cells)
    print(
        f"{args.out}: {given.period}, {profiles} profiles; guardian stats show reads it", file=out
    )
    return 0


def _month(text: str) -> date:
    if not MONTH.fullmatch(text):
        raise ArgumentTypeError(f'"{text}" is no month; write it as 2026-10')
    return date.fromisoformat(f"{text}-01")
