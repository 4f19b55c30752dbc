"""guardian requests: what children ask for, and a parent's answers."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import TextIO

from guardian.cli import spells
from guardian.cli.places import add_place_arguments
from guardian.names import InvalidName, normalise
from guardian.policy.requests import Answer, Kind, said
from guardian.service import requests
from guardian.settings import load
from guardian.store.household import Store

_SHOWN = timedelta(days=7)


def add_arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="request_command", metavar="COMMAND")
    shown = commands.add_parser("list", help="the last week's, and all that are open (default)")
    ask = commands.add_parser("ask", help="ask for a person")
    ask.add_argument("person")
    ask.add_argument("name", nargs="?", help="the name to be opened")
    ask.add_argument("--more", metavar="TIME", help='more time, such as "30m"')
    ask.add_argument("--for", dest="thing", help="time for this category or service only")
    answer = commands.add_parser("answer", help="answer a request")
    answer.add_argument("number", type=int)
    answer.add_argument("answer", choices=[each for each in Answer if each is not Answer.OPEN])
    answer.add_argument("--because", default="", help="a reason, for the child to read")
    for each in (parser, shown, ask, answer):
        add_place_arguments(each)


def run(args: Namespace, out: TextIO) -> int:
    """0 when listed, asked or answered. Raises GuardianError."""
    now = datetime.now(UTC)
    if args.request_command == "ask":
        return _ask(args, now, out)
    settings = load(args.config)
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        if args.request_command == "answer":
            chosen = Answer(args.answer)
            found = requests.answer(
                store, settings, args.state, args.number, chosen, args.because, now
            )
            print(f"{said(found)}: {chosen}.", file=out)
        else:
            for each in store.requests(now - _SHOWN):
                at = each.asked.astimezone(settings.household.zone)
                because = f" ({each.because})" if each.because else ""
                print(
                    f"{each.number}  {at:%a %H:%M}  {said(each)}: {each.answer}{because}", file=out
                )
    finally:
        store.close()
    return 0


def _ask(args: Namespace, now: datetime, out: TextIO) -> int:
    if bool(args.name) == bool(args.more):
        raise spells.NoSuchThing("ask for a name or for --more time, such as --more 30m")
    _, person, store = spells.prepared(args)
    try:
        if args.more:
            minutes = spells.length_of(args.more) // timedelta(minutes=1)
            number = requests.ask(store, person, Kind.TIME, args.thing or "", minutes, now)
        else:
            try:
                qname = normalise(args.name)
            except InvalidName as problem:
                raise spells.NoSuchThing(str(problem)) from None
            number = requests.ask(store, person, Kind.NAME, qname, 0, now)
        print(f"Request {number} waits for an answer.", file=out)
    finally:
        store.close()
    return 0
