"""guardian grant: extra time, past windows and budgets, or minutes on top of a budget."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TextIO

from guardian.cli import spells
from guardian.errors import GuardianError
from guardian.policy.timeline import Grant


class NoBudget(GuardianError):
    """Minutes for what is not counted."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    spells.add_arguments(parser)
    parser.add_argument(
        "--earned",
        action="store_true",
        help="add the minutes to today's budget and open no window",
    )


def run(args: Namespace, out: TextIO) -> int:
    """Write the grant; a running guardian follows within a second."""
    settings, person, store = spells.prepared(args)
    zone = settings.household.zone
    profile = settings.household.called(person).profile
    budgets = profile.budgets if profile else ()
    what = f" for {args.thing}" if args.thing else ""
    try:
        if args.end:
            store.end(Grant, person, args.thing)
            print(f"{person}'s extra time{what} is over.", file=out)
        elif args.earned:
            if not any(each.category == args.thing for each in budgets):
                raise NoBudget(f"{person} has no budget{what or ' for everything'} to add to")
            minutes = spells.length_of(args.how_long) // timedelta(minutes=1)
            store.earn(datetime.now(UTC).astimezone(zone).date(), person, args.thing, minutes)
            print(f"{person} has {minutes} minutes more{what} today.", file=out)
        else:
            grant = spells.spell(Grant, args, settings, person)
            store.add(grant)
            until = grant.until.astimezone(zone)
            print(f"{person} has extra time{what} until {until:%A %H:%M}.", file=out)
    finally:
        store.close()
    return 0
