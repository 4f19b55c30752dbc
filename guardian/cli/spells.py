"""What `guardian pause` and `guardian grant` share: a person, a thing, and a time until which."""

import json
import re
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar, Final, TextIO

from guardian.cli.elsewhere import add_elsewhere_arguments, elsewhere
from guardian.cli.places import add_place_arguments
from guardian.client import Client, Held
from guardian.errors import GuardianError
from guardian.policy.timeline import Pause, Spell
from guardian.policy.windows import next_at
from guardian.safety.tombstones import tombstones
from guardian.settings import Settings, load
from guardian.store.household import Store

MOST: Final = timedelta(days=31)
_LENGTH: Final = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m?)?")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class BadTime(GuardianError):
    """A time that cannot be used."""

    exit_code: ClassVar[int] = 2


class NoSuchThing(GuardianError):
    """A word that is neither a category nor a service."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    """PERSON, HOW_LONG, --for, --end and the places."""
    add_place_arguments(parser)
    add_elsewhere_arguments(parser)
    parser.add_argument("--json", action="store_true", help="what holds, as one JSON object")
    parser.add_argument("person")
    parser.add_argument(
        "how_long",
        nargs="?",
        default="30m",
        help='such as "45m", "1h30m", or the time of day at which it ends, "20:30" (default: 30m)',
    )
    parser.add_argument("--for", dest="thing", help="only this category or service")
    parser.add_argument("--end", action="store_true", help="end it now")


def prepared(args: Namespace) -> tuple[Settings, str, Store]:
    """The settings, the person's own name, and the store. Raises GuardianError."""
    settings = load(args.config)
    person = settings.household.called(args.person).name
    known = settings.categories | settings.services.known()
    if args.thing not in known:
        args.thing = tombstones().renamed.get(args.thing, args.thing)
    if args.thing is not None and args.thing not in known:
        raise NoSuchThing(f'"{args.thing}" is no category and no service; see: guardian services')
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    return settings, person, store


def begun(kind: type[Spell], args: Namespace) -> Held:
    """Begin what was asked for, here or elsewhere. Raises GuardianError."""
    client = elsewhere(args)
    if client is not None:
        return _begun_there(client, kind, args)
    settings, person, store = prepared(args)
    now = datetime.now(UTC)
    try:
        spell = kind(person, args.thing, now, end_of(args.how_long, now, settings))
        store.spells.add(spell)
    finally:
        store.close()
    return Held(person, args.thing, spell.until.astimezone(settings.household.zone))


def _begun_there(client: Client, kind: type[Spell], args: Namespace) -> Held:
    begin = client.pause if kind is Pause else client.grant
    if _CLOCK.fullmatch(args.how_long):
        return begin(args.person, clock=args.how_long, thing=args.thing)
    minutes = length_of(args.how_long) // timedelta(minutes=1)
    return begin(args.person, minutes, thing=args.thing)


def ended(kind: type[Spell], args: Namespace) -> str:
    """End it; gives the person's own name. Raises GuardianError."""
    client = elsewhere(args)
    if client is not None:
        end = client.end_pause if kind is Pause else client.end_grant
        end(args.person, args.thing)
        return str(args.person)
    _, person, store = prepared(args)
    try:
        store.spells.end(kind, person, args.thing)
    finally:
        store.close()
    return person


def tell(args: Namespace, out: TextIO, sentence: str, **data: object) -> None:
    """Say what was done: a sentence, or with --json its facts."""
    print(json.dumps(data, ensure_ascii=False) if args.json else sentence, file=out)


def end_of(text: str, now: datetime, settings: Settings) -> datetime:
    """When something ends that lasts as long as a text says. Raises BadTime."""
    if match := _CLOCK.fullmatch(text):
        clock = time(int(match[1]), int(match[2]))
        return next_at(clock, now, settings.household.zone)
    return now + length_of(text)


def length_of(text: str) -> timedelta:
    """How long "45m", "45" or "1h30m" is. Raises BadTime."""
    match = _LENGTH.fullmatch(text)
    length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)) if match else MOST * 2
    if not timedelta(0) < length <= MOST:
        raise BadTime(f'"{text}" is no length of time; write 45m, 1h30m, or a time such as 20:30')
    return length
