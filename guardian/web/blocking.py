"""What is blocked for somebody, and how a switch changes it: for pages and the API alike."""

from collections.abc import Callable
from typing import Any

from guardian.policy.people import Person, Profile
from guardian.settings import own_rules
from guardian.web.house import House, Within


def base_of(house: House, person: Person) -> Profile:
    """What somebody's own rules stand on."""
    return house.settings.bases.get(person.name, own_rules.NO_PROFILE)


def profile_of(person: Person) -> Profile:
    """What holds for somebody at the moment."""
    return person.profile or own_rules.NO_PROFILE


def within(house: House, profile: Profile, service_id: str) -> dict[str, Within]:
    """The blocked categories in which a service lies."""
    found = house.within(service_id)
    return {each: found[each] for each in found if each in profile.blocked}


def switch(house: House, person: Person, thing: str, *, blocked: bool) -> Callable[[Any], None]:
    """What blocks a category or service in somebody's table, or opens it.

    A service that is open in a blocked category is spared by it; one that is blocked with its
    category needs no word of its own.
    """
    is_within = False
    if thing in house.settings.services.ids():
        found = within(house, profile_of(person), thing)
        is_within = Within.MOSTLY in found.values() if blocked else bool(found)
    base = base_of(house, person)
    return lambda table: own_rules.set_blocked(
        table, base, thing, blocked=blocked, within=is_within
    )
