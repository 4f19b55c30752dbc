"""A request and its answer put into effect."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

from guardian.errors import GuardianError
from guardian.lists.suffixes import icann_suffixes
from guardian.policy import requests
from guardian.policy.requests import Answer, Kind, Request
from guardian.policy.timeline import Grant, Opened, Spell
from guardian.policy.windows import DAY, instant
from guardian.service import history
from guardian.settings import Settings
from guardian.settings.canonical import plain
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


def _listed(value: Any) -> list[Any]:
    if not value:
        return []
    return value if isinstance(value, list) else [value]


def _until(found: Request, chosen: Answer, now: datetime, settings: Settings) -> datetime:
    if chosen is Answer.TONIGHT:
        zone = settings.household.zone
        return instant(now.astimezone(zone).date() + DAY, time(0), zone).astimezone(UTC)
    return now + (requests.ONCE if found.kind is Kind.NAME else timedelta(minutes=found.minutes))


def _outlasts(one: Spell, other: Spell) -> bool:
    same = (type(one), one.person, one.thing) == (type(other), other.person, other.thing)
    return same and one.until >= other.until


def _allow_always(store: Store, settings: Settings, state: Path, found: Request) -> None:
    """Add the name to what the person's own rules allow, in the configuration."""
    import yaml

    history.keep_unseen(store, settings.path, state)
    data: dict[str, Any] = plain(settings.path.read_bytes())
    people = data.get("people") or []
    people = people if isinstance(people, list) else [people]
    person = next((each for each in people if each["name"] == found.person), None)
    if person is None:
        raise CannotBe(f"nobody is called {found.person} any more; answer no")
    rules = person.get("rules") or {}
    person["rules"] = rules
    rules["allow_names"] = [*_listed(rules.get("allow_names")), found.what]
    if denied := [each for each in _listed(rules.get("deny_names")) if each != found.what]:
        rules["deny_names"] = denied
    else:
        rules.pop("deny_names", None)
    content: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    history.write(settings.path, state, content.encode(), f"request of {found.person} answered")
