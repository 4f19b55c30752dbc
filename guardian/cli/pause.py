"""guardian pause: internet off for a person until a time, or on again."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.policy.timeline import Pause
from guardian.settings import load
from guardian.store.household import Store


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("person")
    parser.add_argument("--minutes", type=int, default=30, help="how long (default: 30)")
    parser.add_argument("--category", help="only this category")
    parser.add_argument("--end", action="store_true", help="end the pause now")


def run(args: Namespace, out: TextIO) -> int:
    """Write the pause; a running guardian follows within a second."""
    household = load(args.config).household
    person = household.called(args.person).name
    args.state.mkdir(parents=True, exist_ok=True)
    store, _ = Store.open(args.state / "guardian.db")
    now = datetime.now(UTC)
    if args.end:
        store.end_pauses(person, args.category)
        print(f"The pause for {person} is over.", file=out)
    else:
        until = now + timedelta(minutes=args.minutes)
        store.add_pause(Pause(person, args.category, now, until))
        local = until.astimezone(household.zone)
        print(f"Internet is paused for {person} until {local:%H:%M}.", file=out)
    store.close()
    return 0
