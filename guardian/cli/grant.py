"""guardian grant: extra time, past windows and budgets, or minutes on top of a budget."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TextIO

from guardian.cli import spells
from guardian.cli.elsewhere import elsewhere
from guardian.client.things import as_data
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
    """Give or end it; a running guardian has it in force at once. Raises GuardianError."""
    what = f" for {args.thing}" if args.thing else ""
    if args.end:
        person = spells.ended(Grant, args)
        said = f"{person}'s extra time{what} is over."
        spells.tell(args, out, said, person=person, thing=args.thing, until=None)
    elif args.earned:
        minutes = spells.length_of(args.how_long) // timedelta(minutes=1)
        person = _earned(args, minutes)
        said = f"{person} has {minutes} minutes more{what} today."
        spells.tell(args, out, said, person=person, thing=args.thing, minutes=minutes)
    else:
        held = spells.begun(Grant, args)
        said = f"{held.person} has extra time{what} until {held.until:%A %H:%M}."
        spells.tell(args, out, said, **as_data(held))
    return 0


def _earned(args: Namespace, minutes: int) -> str:
    """Add minutes to today's budget; gives the person's own name."""
    client = elsewhere(args)
    if client is not None:
        client.earn(args.person, minutes, args.thing)
        return str(args.person)
    settings, person, store = spells.prepared(args)
    try:
        profile = settings.household.called(person).profile
        budgets = profile.budgets if profile else ()
        if not any(each.category == args.thing for each in budgets):
            what = f" for {args.thing}" if args.thing else " for everything"
            raise NoBudget(f"{person} has no budget{what} to add to")
        today = datetime.now(UTC).astimezone(settings.household.zone).date()
        store.usage.earn(today, person, args.thing, minutes)
    finally:
        store.close()
    return person
