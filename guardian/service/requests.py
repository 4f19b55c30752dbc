"""A request and its answer put into effect."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from guardian.errors import GuardianError, Said
from guardian.lists.suffixes import icann_suffixes
from guardian.policy import requests
from guardian.policy.requests import Answer, Kind, NoSuchRequest, Request
from guardian.policy.timeline import Grant, Opened, Spell
from guardian.policy.windows import midnight
from guardian.service import own_names
from guardian.settings import Settings
from guardian.store.household import Store

_REMEMBERED: Final = timedelta(days=30)


class CannotBe(GuardianError):
    """An answer that does not fit the request."""

    exit_code: ClassVar[int] = 2


def ask(store: Store, person: str, kind: Kind, what: str, minutes: int, now: datetime) -> int:
    """Take a child's request; gives its number. Raises NotNow."""
    if kind is Kind.NAME and ("." not in what or what.encode() in icann_suffixes()):
        raise CannotBe(Said("%(name)s is no single site; ask for a whole name", name=what))
    earlier = [each for each in store.requests.since(now - _REMEMBERED) if each.person == person]
    requests.check(earlier, kind, what, now)
    return store.requests.ask(person, kind, what, minutes, now)


def answer(
    store: Store,
    settings: Settings,
    state: Path,
    number: int,
    chosen: Answer,
    because: str,
    now: datetime,
) -> Request:
    """Put a parent's answer into force.

    Raises NoSuchRequest, CannotBe, NobodyThere, ConfigError.
    """
    found = next(
        (
            each
            for each in store.requests.since(now)
            if each.number == number and each.answer is Answer.OPEN
        ),
        None,
    )
    if found is None:
        raise NoSuchRequest(
            Said("there is no open request %(number)s; see: guardian requests", number=number)
        )
    if chosen is Answer.ALWAYS:
        if found.kind is Kind.TIME:
            raise CannotBe(
                Said("time is not given for always; change the profile, or answer tonight")
            )
        deed = f"request of {found.person} answered"
        own_names.allow(store, settings, state, found.person, [found.what], deed)
    elif chosen is not Answer.NO:
        until = _until(found, chosen, now, settings)
        kind = Opened if found.kind is Kind.NAME else Grant
        spell = kind(found.person, found.what or None, now, until)
        if not any(_outlasts(each, spell) for each in store.spells.running(now)):
            store.spells.add(spell)
    if not store.requests.answer(number, chosen, because, now):
        raise NoSuchRequest(Said("request %(number)s has its answer already", number=number))
    return found


def take_back(store: Store, settings: Settings, state: Path, number: int, now: datetime) -> Request:
    """Take an answer back while it may be: what it opened ends, and the request is open again.

    Raises NoSuchRequest, ConfigError, CannotEdit.
    """
    found = next(
        (each for each in store.requests.since(now - _REMEMBERED) if each.number == number), None
    )
    if found is None or not requests.may_be_taken_back(found, now, settings.household.zone):
        raise NoSuchRequest(
            Said("the answer to request %(number)s cannot be taken back any more", number=number)
        )
    if found.answer is Answer.ALWAYS:
        deed = f"answer to a request of {found.person} taken back"
        own_names.forget(store, settings, state, found.person, found.what, deed)
    elif found.answer is not Answer.NO:
        # A longer one that a parent gave by hand stays.
        until = _until(found, found.answer, found.answered or now, settings)
        kind = Opened if found.kind is Kind.NAME else Grant
        for spell in store.spells.running(now):
            same = (type(spell), spell.person, spell.thing) == (
                kind, found.person, found.what or None,
            )  # fmt: skip
            if same and spell.until <= until:
                store.spells.end(kind, found.person, found.what or None)
    store.requests.reopen(number)
    return found


def _until(found: Request, chosen: Answer, now: datetime, settings: Settings) -> datetime:
    if chosen is Answer.TONIGHT:
        return midnight(now, settings.household.zone)
    return now + (requests.ONCE if found.kind is Kind.NAME else timedelta(minutes=found.minutes))


def _outlasts(one: Spell, other: Spell) -> bool:
    same = (type(one), one.person, one.thing) == (type(other), other.person, other.thing)
    return same and one.until >= other.until
