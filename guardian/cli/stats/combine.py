"""guardian stats combine: figures of many households, from their contributions."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from secrets import randbelow
from typing import Final, TextIO

from guardian.lists.replace import replace_file
from guardian.service.statistics import known_lists
from guardian.stats import sdmx
from guardian.stats.contribution import MOST_BYTES, BadContribution, Contribution, read, written
from guardian.stats.ledger import Ledger
from guardian.stats.release import Ages, month_of, release

HELP: Final = "figures of many households for a month, with noise; each month can be told once"
_MOST_TOLD: Final = 5  # files that cannot be used, by name


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="contributions, or folders of them"
    )
    parser.add_argument(
        "--ledger", type=Path, required=True, metavar="FILE", help="what was told so far; keep it"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="where the figures are written"
    )
    parser.add_argument(
        "--ages", type=Ages, choices=list(Ages), default=Ages.GUARDIAN,
        help="guardian: 0-8, 9-12, 13-15, 16-17 (default); un: five years, as surveys have them",
    )  # fmt: skip
    parser.add_argument(
        "--epsilon", type=_epsilon, default=Fraction(1), metavar="NUMBER",
        help="how much of a month's privacy budget (1) is spent; less is more noise; default: 1",
    )  # fmt: skip


def run(args: Namespace, out: TextIO) -> int:
    """Write SDMX-CSV, SDMX-JSON and notes. Raises CannotCombine, BudgetSpent, OSError."""
    found = {each.once: each for each in _readable(_files(args.paths))}
    period, now = month_of(found.values()), datetime.now(UTC)
    args.out.mkdir(parents=True, exist_ok=True)
    # Written down first: a release that comes to nothing costs budget, one that is given out and
    # not written down costs privacy.
    digest = sha256("".join(written(found[each]) for each in sorted(found)).encode()).hexdigest()
    Ledger(args.ledger).spend(period, args.epsilon, digest, now)
    made = release(found.values(), known_lists(), args.ages, args.epsilon, randbelow)
    stem = args.out / f"{period}-{args.ages}"
    for suffix, text in (
        (".csv", sdmx.as_csv(made)),
        (".json", sdmx.as_json(made, now)),
        (".txt", "\n\n".join(sdmx.notes(made)) + "\n"),
    ):
        replace_file(stem.with_suffix(suffix), [text.encode()])
    told = sum(each.value is not None for each in made.observations)
    withheld = len(made.observations) - told
    print(f"{stem}.csv, .json, .txt: {told} figures, {withheld} withheld", file=out)
    return 0


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix == ".json")
        else:
            yield path


def _readable(files: Iterable[Path]) -> Iterator[Contribution]:
    """The contributions; a file that is none is said and left out."""
    refused = 0
    for path in files:
        try:
            with path.open("rb") as file:
                yield read(file.read(MOST_BYTES + 1))
        except BadContribution as problem:
            refused += 1
            if refused <= _MOST_TOLD:
                print(f"guardian: {path}: {problem}; it is left out", file=sys.stderr)
    if refused > _MOST_TOLD:
        print(f"guardian: {refused} files are left out in all", file=sys.stderr)


def _epsilon(text: str) -> Fraction:
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not Fraction(1, 100) <= found <= 1 or found.denominator > 1000:
        raise ArgumentTypeError(f'"{text}" is no epsilon; write a number from 0.01 to 1')
    return found
