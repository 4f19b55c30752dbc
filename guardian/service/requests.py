"""A request and its answer put into effect."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

from guardian.errors import GuardianError
from guardian.lists.suffixes import icann_suffixes
from guardian.policy import requests
from guardian.policy.requests import Answer, Kind, Request
from guardian.policy.timeline import Grant, Opened, Spell
from guardian.policy.windows import midnight
from guardian.service import history
from guardian.settings import Settings
from guardian.settings.edit import edited, listed
from guardian.store.household import Store

_REMEMBERED: Final = timedelta(days=30)


class NoSuchRequest(GuardianError):
    """A request that is not there, or has its answer already."""

    exit_code: ClassVar[int] = 2


class CannotBe(GuardianError):
    """An answer that does not fit the request."""

    exit_code: ClassVar[int] = 2


def ask(store: Store, person: str, kind: Kind, what: str, minutes: int, now: datetime) -> int:
    """Take a child's request; gives its number. Raises NotNow."""
    if kind is Kind.NAME and ("." not in what or what.encode() in icann_suffixes()):
        raise CannotBe(f"{what} is no single site; ask for a whole name")
    earlier = [each for each in store.requests(now - _REMEMBERED) if each.person == person]
    requests.check(earlier, kind, what, now)
    return store.ask(person, kind, what, minutes, now)


def answer(
    store: Store,
    settings: Settings,
    state: Path,
    number: int,
    chosen: Answer,
    because: str,
    now: datetime,
) -> Request:
    """Put a parent's answer into force. Raises NoSuchRequest, CannotBe, ConfigError."""
    found = next(
        (
            each
            for each in store.requests(now)
            if each.number == number and each.answer is Answer.OPEN
        ),
        None,
    )
    if found is None:
        raise NoSuchRequest(f"there is no open request {number}; see: guardian requests")
    if chosen is Answer.ALWAYS:
        if found.kind is Kind.TIME:
            raise CannotBe("time is not given for always; change the profile, or answer tonight")
        _allow_always(store, settings, state, found)
    elif chosen is not Answer.NO:
        until = _until(found, chosen, now, settings)
        kind = Opened if found.kind is Kind.NAME else Grant
        spell = kind(found.person, found.what or None, now, until)
        if not any(_outlasts(each, spell) for each in store.spells(now)):
            store.add(spell)
    if not store.answer(number, chosen, because, now):
        raise NoSuchRequest(f"request {number} has its answer already")
    return found


def _until(found: Request, chosen: Answer, now: datetime, settings: Settings) -> datetime:
    if chosen is Answer.TONIGHT:
        return midnight(now, settings.household.zone)
    return now + (requests.ONCE if found.kind is Kind.NAME else timedelta(minutes=found.minutes))


def _outlasts(one: Spell, other: Spell) -> bool:
    same = (type(one), one.person, one.thing) == (type(other), other.person, other.thing)
    return same and one.until >= other.until


def _allow_always(store: Store, settings: Settings, state: Path, found: Request) -> None:
    """Add the name to what the person's own rules allow, in the configuration."""

    def allow(data: Any) -> None:
        people = listed(data.get("people"))
        person = next((each for each in people if str(each["name"]) == found.person), None)
        if person is None:
            raise CannotBe(f"nobody is called {found.person} any more; answer no")
        rules = person.setdefault("rules", {})
        rules["allow_names"] = [*listed(rules.get("allow_names")), found.what]
        if "deny_names" in rules:
            denied = listed(rules["deny_names"])
            rules["deny_names"] = [each for each in denied if each != found.what]

    history.keep_unseen(store, settings.path, state)
    content = edited(settings.path.read_bytes(), allow)
    history.write(settings.path, state, content, f"request of {found.person} answered")
