"""guardian requests: what children ask for, and a parent's answers."""

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import TextIO

from guardian.cli import spells
from guardian.cli.elsewhere import add_elsewhere_arguments, elsewhere
from guardian.cli.places import add_place_arguments
from guardian.cli.spells import tell
from guardian.client.things import Request as Asked
from guardian.client.things import as_data
from guardian.names import InvalidName, normalise
from guardian.policy.requests import Answer, Kind, Request, said
from guardian.service import requests
from guardian.settings import Settings, load
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
        add_elsewhere_arguments(each)
        each.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """0 when listed, asked or answered. Raises GuardianError."""
    now = datetime.now(UTC)
    if args.request_command == "ask":
        number = _ask(args, now)
        tell(args, out, f"Request {number} waits for an answer.", number=number)
    elif args.request_command == "answer":
        said = _answer(args, now)
        tell(args, out, f"{said}: {args.answer}.", number=args.number, answer=args.answer)
    else:
        _list(args, now, out)
    return 0


def _list(args: Namespace, now: datetime, out: TextIO) -> None:
    for each, at in _all(args, now):
        if args.json:
            print(json.dumps(as_data(each), ensure_ascii=False), file=out)
        else:
            because = f" ({each.because})" if each.because else ""
            print(f"{each.number}  {at:%a %H:%M}  {_said(each)}: {each.answer}{because}", file=out)


def _all(args: Namespace, now: datetime) -> list[tuple[Asked, datetime]]:
    """Requests, and when each was asked on the clock of whoever reads it."""
    client = elsewhere(args)
    if client is not None:
        found = [each for each in client.requests() if each.asked >= now - _SHOWN or _waits(each)]
        return [(each, each.asked.astimezone()) for each in found]
    settings, store = _opened(args)
    try:
        known = [_plain(each) for each in store.requests.since(now - _SHOWN)]
    finally:
        store.close()
    return [(each, each.asked.astimezone(settings.household.zone)) for each in known]


def _waits(each: Asked) -> bool:
    return each.answer == Answer.OPEN


def _plain(each: Request) -> Asked:
    return Asked(
        each.number, each.person, str(each.kind), each.what, each.minutes, each.asked,
        str(each.answer), each.because,
    )  # fmt: skip


def _said(each: Asked) -> str:
    """A request in words."""
    kind = Kind(each.kind)
    return said(Request(each.number, each.person, kind, each.what, each.minutes, each.asked))


def _opened(args: Namespace) -> tuple[Settings, Store]:
    settings = load(args.config)
    args.state.mkdir(parents=True, exist_ok=True)
    return settings, Store.open(args.state / "guardian.db")


def _answer(args: Namespace, now: datetime) -> str:
    """Answer it; gives the request in words."""
    client = elsewhere(args)
    if client is not None:
        found = next((each for each in client.requests() if each.number == args.number), None)
        client.answer(args.number, args.answer, args.because)
        return _said(found) if found else f"Request {args.number}"
    settings, store = _opened(args)
    try:
        chosen = Answer(args.answer)
        return said(
            requests.answer(store, settings, args.state, args.number, chosen, args.because, now)
        )
    finally:
        store.close()


def _ask(args: Namespace, now: datetime) -> int:
    """Ask; gives the request's number."""
    if bool(args.name) == bool(args.more):
        raise spells.NoSuchThing("ask for a name or for --more time, such as --more 30m")
    minutes = spells.length_of(args.more) // timedelta(minutes=1) if args.more else None
    client = elsewhere(args)
    if client is not None:
        return client.ask(args.person, args.name or args.thing or "", minutes)
    _, person, store = spells.prepared(args)
    try:
        if minutes is not None:
            return requests.ask(store, person, Kind.TIME, args.thing or "", minutes, now)
        try:
            qname = normalise(args.name)
        except InvalidName as problem:
            raise spells.NoSuchThing(str(problem)) from None
        return requests.ask(store, person, Kind.NAME, qname, 0, now)
    finally:
        store.close()
