"""Rules that somebody may have outgrown: what is usual at their age, and is stricter for them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from guardian.policy.growing import NOTICE, steps
from guardian.policy.people import AgeBand, Household, Person, Privacy, Profile
from guardian.policy.privacy import USUAL

_LEVELS: Final = tuple(Privacy)
_BANDS: Final = tuple(AgeBand)


@dataclass(frozen=True, slots=True)
class Review:
    """lifted: categories and services that are usually open at this age, and are not for them.

    sees_more: whether parents see more than is usual.
    """

    lifted: tuple[str, ...]
    sees_more: bool

    @property
    def is_empty(self) -> bool:
        return not self.lifted and not self.sees_more


def review(person: Person, usual: Profile | None) -> Review:
    """What somebody may have outgrown. usual: the ready-made profile of their age, if any."""
    theirs = person.profile.blocked if person.profile else frozenset()
    spared = person.profile.spares if person.profile else frozenset()
    closed = usual.blocked if usual else frozenset()
    return Review(
        tuple(sorted(theirs - spared - closed)),
        _LEVELS.index(person.privacy) > _LEVELS.index(USUAL[person.age_band]),
    )


def is_due(person: Person, base: str, household: Household, today: date) -> bool:
    """Whether it is time for one: they came into another band within a month, or have the rules of
    a younger one.

    base: the name of the profile that theirs is made from; "" for none.
    """
    if base in _BANDS and _BANDS.index(AgeBand(base)) < _BANDS.index(person.age_band):
        return True
    moved = (step for step in steps(household, today) if step.person.name == person.name)
    return any(today - NOTICE <= step.day <= today for step in moved)
