"""A household's own services, edited in its configuration.

Functions take the configuration as `edit` reads it, and change it in place.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any, Final

from guardian.settings.edit import listed

_WORDS_ABOUT: Final = ("block", "unblock", "allow")
_LONGEST: Final = 30


def word_for(title: str, taken: Collection[str]) -> str:
    """A word by which the configuration calls a new service: "Block World" → "block-world"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "app"
    numbered = (f"{word}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (word, *numbered) if each not in taken)


def add(data: Any, service_id: str, title: str, names: Iterable[str]) -> None:
    """Add names to a service, which is made where there is none."""
    services = data.get("services")
    if not services:
        services = data["services"] = {}
    service = services.setdefault(service_id, {"title": title, "names": []})
    there = listed(service.get("names"))
    service["names"] = [*there, *(each for each in names if each not in map(str, there))]


def take_name(data: Any, service_id: str, name: str) -> None:
    """Take a name out of a service."""
    service = (data.get("services") or {}).get(service_id)
    if service is not None:
        service["names"] = [each for each in listed(service.get("names")) if str(each) != name]


def remove(data: Any, service_id: str) -> None:
    """Take a service out, and out of what is blocked and open for everybody.

    Windows and budgets that name it stay: without it they would stop something else.
    """
    (data.get("services") or {}).pop(service_id, None)
    if not data.get("services"):
        data.pop("services", None)
    for person in listed(data.get("people")):
        rules = person.get("rules")
        if rules:
            _forget(rules, service_id)
            if not rules:
                person.pop("rules")
    for profile in (data.get("profiles") or {}).values():
        _forget(profile, service_id)


def _forget(rules: Any, service_id: str) -> None:
    for key in _WORDS_ABOUT:
        if key in rules:
            kept = [each for each in listed(rules[key]) if str(each) != service_id]
            if len(kept) == len(listed(rules[key])):
                continue
            if kept:
                rules[key] = kept
            else:
                rules.pop(key)
