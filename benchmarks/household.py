"""A large household with a long memory: a hundred people, a million rows of what they did.

All is written through the store itself, before guardian starts. Names are below `.example`.
"""

import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import yaml

from guardian.policy.events import Event, EventKind, Occasion
from guardian.policy.people import AgeBand
from guardian.policy.requests import Answer, Kind
from guardian.safety import services
from guardian.service import history
from guardian.store.accounts import Account, Role, Session, key_of
from guardian.store.activity import ALL
from guardian.store.household import Store
from guardian.store.links import Link, LinkDeed
from guardian.web.passwords import hashed

PEOPLE: Final = 100
ROWS: Final = 1_000_000
OWNER: Final = "Mara"
_DAYS: Final = 89  # that rows of hours are kept, less the one that is not over
_THINGS: Final = ("ads", "games", "social-media", "video")
_NAMES_EACH: Final = 200
_CHANGES: Final = 300
_JOURNAL: Final = 20_000
_REQUESTS: Final = 2_000
_EVENTS: Final = 5_000


def person(number: int) -> str:
    """A name that only one of them has."""
    return f"Person {number}"


def device(number: int) -> str:
    """The address from which a person's device asks; all of 127/8 is ours."""
    return f"127.1.0.{number + 1}"


def configuration(dns: int, web: int, upstream: int) -> bytes:
    """The file: everybody has an age and a device, every third has rules of their own."""
    bands = [str(band) for band in AgeBand if band is not AgeBand.ADULT]
    own = {"block": ["games"], "deny_names": ["never.example"], "allow_names": ["school.example"]}
    people = [
        {
            "name": person(number),
            "age_band": bands[number % len(bands)],
            "devices": [device(number)],
            **({"rules": own} if number % 3 == 0 else {}),
        }
        for number in range(PEOPLE)
    ]
    document = {
        "household": {"time_zone": "Europe/Berlin", "country": "DE", "language": "en"},
        "listen": {"dns": [f"127.0.0.1:{dns}"], "web": f"127.0.0.1:{web}"},
        "upstreams": [{"address": "127.0.0.1", "port": upstream}],
        "lists": {"bundled": "all"},
        "people": people,
        "unknown_devices": {"profile": "6-8"},
    }
    return yaml.safe_dump(document, sort_keys=False).encode()


def fill(path: Path, content: bytes, now: datetime) -> str:
    """Write the store; gives the token of a session of the owner's."""
    store, chance = Store.open(path), random.Random(5)
    token = secrets.token_urlsafe(32)
    store.accounts.put(Account(OWNER, Role.OWNER, hashed("horse battery staple")))
    store.accounts.open_session(
        Session(key_of(token), OWNER, secrets.token_urlsafe(24), now, now, "a browser", "127.0.0.1")
    )
    for hour, counted in _hours(now, chance):
        store.activity.add(counted, (), hour)
    _names(store, now)
    _told(store, content, now, chance)
    store.close()
    return token


def _hours(
    now: datetime, chance: random.Random
) -> Iterator[tuple[datetime, dict[tuple[str, str], tuple[int, int]]]]:
    """A million rows, spread over everybody's hours."""
    hours = _DAYS * 24
    each = ROWS // hours + 1
    keys = [(person(number), thing) for number in range(PEOPLE) for thing in (ALL, *_THINGS)]
    for back in range(hours):
        rows = {key: (chance.randrange(1, 400), chance.randrange(40)) for key in keys[:each]}
        yield now - timedelta(hours=back), rows


def _names(store: Store, now: datetime) -> None:
    for number in range(PEOPLE):
        names = [(person(number), f"n{each}.example", "ads") for each in range(_NAMES_EACH)]
        store.activity.add({}, names, now - timedelta(hours=number))


def _told(store: Store, content: bytes, now: datetime, chance: random.Random) -> None:
    """The journal, changes, requests, events and links of some months."""
    ids = sorted(services.ids())
    for number in range(_CHANGES):
        at, who = now - timedelta(hours=_CHANGES - number), person(number % PEOPLE)
        after = content + f"# {number}\n".encode()
        if number % 2:
            after = content.replace(b"[games]", f"[{ids[number % len(ids)]}]".encode())
        history.keep(store, f"changed what is filtered by {OWNER}", content, after, at)
        store.accounts.note(OWNER, "changed what is filtered", who, at)
    with store.writing():
        for number in range(_JOURNAL):
            at = now - timedelta(minutes=10 * (_JOURNAL - number))
            store.accounts.note(OWNER, "paused", person(chance.randrange(PEOPLE - 1)), at)
        for number in range(_REQUESTS):
            at = now - timedelta(hours=_REQUESTS - number)
            asked = store.requests.ask(person(number % PEOPLE), Kind.TIME, "", 30, at)
            if number < _REQUESTS - 5:
                store.requests.answer(asked, Answer.ONCE, "", at)
    store.events.keep(
        (
            Occasion(
                ("bench", str(number)),
                now + timedelta(hours=1),
                Event(now, EventKind.PAUSE, person(number % PEOPLE), "A pause.", 30),
            )
            for number in range(_EVENTS)
        ),
        now,
    )
    for number in range(20):
        title, key = f"link {number}", key_of(f"token {number}")
        store.links.make(Link(0, key, title, LinkDeed.PAUSE, person(number), 30, 3, OWNER, now))
