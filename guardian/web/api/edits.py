"""Edits of the configuration by the API: what they were made from, and whom they are about."""

from collections.abc import Callable
from typing import Any

from guardian.errors import GuardianError
from guardian.policy.people import Person
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


def edit(call: Call, change: Callable[[Any], None], deed: str, about: str = "") -> int:
    """Change the configuration; gives the change's number. deed: for the journal.

    Where If-Match says what this was made from, it has to be the present one. Raises Conflict,
    ConfigError.
    """
    version = fresh(call) if "If-Match" in call.request.headers else ""
    return call.house.configuration.edit(change, deed, call.who, version, about)


def edit_person(call: Call, person: Person, change: Callable[[Any], None], deed: str) -> int:
    """The same with the table of a person."""
    return edit(call, lambda data: change(own_rules.table_of(data, person.name)), deed, person.name)
