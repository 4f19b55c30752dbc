"""guardian firewall apply: put the rules into force, on trial."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.arguments import whole
from guardian.cli.firewall.wanted import wanted
from guardian.cli.places import add_place_arguments
from guardian.network.firewall import trial
from guardian.network.firewall.rules import commands
from guardian.service.firewall import doubts

HELP: Final = "put the rules into force; without confirm they are taken back after a minute"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--yes", action="store_true", help="for good, without a trial")
    parser.add_argument(
        "--seconds",
        type=whole(5, 3600, "seconds"),
        default=trial.SECONDS,
        help="length of the trial, 5 to 3600",
    )


def run(args: Namespace, out: TextIO) -> int:
    """Apply; 0 where it is in force."""
    settings, wish = wanted(args)
    trial.apply(commands(wish), trial.folder(), 0 if args.yes else args.seconds)
    print(f"The firewall is in force for {', '.join(wish.interfaces)}.", file=out)
    for each in doubts(settings, wish):
        print(f"Note: {each}.", file=out)
    if not args.yes:
        print(
            f"It is taken back in {args.seconds} seconds unless you say: guardian firewall confirm",
            file=out,
        )
    return 0
