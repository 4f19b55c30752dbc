"""All that is kept about one person, for themselves: as data to take along, and to forget."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from guardian.policy.people import AgeBand, Person
from guardian.policy.privacy import TOLD_FROM
from guardian.store.household import Store

MAY_FORGET: Final[frozenset[AgeBand]] = TOLD_FROM
"""Those who forget it by themselves; for younger ones a parent chooses what is kept."""
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MOST: Final = 10_000


def kept(store: Store, person: Person) -> Mapping[str, Any]:
    """What is kept: settings, hours, names, requests, appeals, minutes, and what others did."""
    name = person.name
    used = store.usage.since(date(2000, 1, 1)).get(name)
    return {
        "person": {
            "name": name,
            "age_band": person.age_band,
            "born": f"{person.born:%Y-%m}" if person.born else None,
            "sex": person.sex,
            "privacy": person.privacy,
            "devices": [str(each) for each in person.devices],
        },
        "hours": [_plain(each) for each in store.activity.hours(_BEGINNING, name)],
        "names": [_plain(each) for each in store.activity.stopped(name, _BEGINNING, _MOST)],
        "requests": [_plain(each) for each in store.requests.since(_BEGINNING)
                     if each.person == name],
        "appeals": [_plain(each) for each in store.appeals.of(name, _BEGINNING)],
        "minutes": [
            {"day": str(day), "thing": thing or "", "used": minutes, "earned": earned}
            for day, thing, minutes, earned in (used.rows if used else ())
        ],
        "journal": [
            {"at": each.at.isoformat(), "who": each.who, "deed": each.deed}
            for each in store.accounts.journal(_MOST, about=name)
        ],
    }  # fmt: skip


def _plain(thing: Any) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(thing).items()
    }


def forget(store: Store, name: str) -> None:
    """Forget what was looked up and blocked, and what was asked and answered.

    What is in force stays: today's minutes, pauses, what waits for an answer.
    """
    with store.writing():
        store.activity.forget(name)
        store.requests.forget(name)
        store.appeals.forget(name)
