"""Edits of the configuration by the API: what they were made from, and whom they are about."""

from collections.abc import Callable
from typing import Any

from guardian.errors import GuardianError
from guardian.policy.people import Person, Profile
from guardian.settings import own_rules
from guardian.web.api.call import Call
from guardian.web.configuration import Conflict


class NoVersion(GuardianError):
    """A change of the configuration that does not say what it was made from."""


def fresh(call: Call) -> str:
    """The version that an edit was made from; "" where that does not matter.

    Raises NoVersion where it is not said, Conflict where it is not the present one.
    """
    wanted = call.request.headers.get("If-Match", "").strip()
    if not wanted:
        raise NoVersion("send the ETag that it had, as If-Match, or *")
    version = "" if wanted == "*" else wanted.removeprefix("W/").strip('"')
    if version and version != call.house.configuration.version():
        raise Conflict("somebody changed the household meanwhile; get it again and repeat")
    return version


def edit_person(call: Call, person: Person, change: Callable[[Any], None], deed: str) -> int:
    """Change the table of a person; gives the change's number. deed: for the journal.

    What others changed meanwhile is kept, where If-Match says what this was made from. Raises
    Conflict, ConfigError.
    """
    version = fresh(call) if "If-Match" in call.request.headers else ""

    def whole(data: Any) -> None:
        change(own_rules.table_of(data, person.name))

    return call.house.configuration.edit(whole, deed, call.who, version, person.name)


def base_of(call: Call, person: Person) -> Profile:
    """What somebody's own rules stand on."""
    return call.house.settings.bases.get(person.name, own_rules.NO_PROFILE)


def profile_of(person: Person) -> Profile:
    """What holds for somebody at the moment."""
    return person.profile or own_rules.NO_PROFILE
