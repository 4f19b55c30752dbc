"""The people of a household, edited in its configuration, as `edit` reads it, in place."""

from typing import Any

from guardian.settings.edit import listed
from guardian.settings.own_rules import table_of


def add(data: Any, person: dict[str, Any]) -> None:
    """Add somebody, as the table that they are to be."""
    people = data.get("people")
    if isinstance(people, list):
        people.append(person)
    else:
        data["people"] = [*listed(people), person]


def remove(data: Any, name: str) -> None:
    """Take somebody out."""
    table, people = table_of(data, name), data["people"]
    if isinstance(people, list):
        people.remove(table)
    else:
        del data["people"]
