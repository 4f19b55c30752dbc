"""How much is seen of somebody: less at once, more only after they were told for a while.

For those of 13 and more. Whoever was once told stays so: an age that is changed to a younger one
opens no way around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guardian.policy.people import Household, Person, Privacy
from guardian.policy.privacy import TOLD_FROM

_ORDER: Final = tuple(Privacy)  # each shows what the one before it does


@dataclass(frozen=True, slots=True)
class Insight:
    """level: in force. wanted: announced, to begin when it is due; the same as level where nothing
    is.
    """

    level: Privacy
    wanted: Privacy
    due: datetime

    @property
    def is_announced(self) -> bool:
        """Whether more is to be seen soon."""
        return self.wanted is not self.level


def followed(
    before: Mapping[str, Insight], household: Household, now: datetime
) -> dict[str, Insight]:
    """Everybody's by now, of those who are told. before: as it was; now: aware."""
    return {
        person.name: _next(before.get(person.name), person.privacy, household, now)
        for person in household.people
        if person.age_band in TOLD_FROM or person.name in before
    }


def _next(before: Insight | None, wanted: Privacy, household: Household, now: datetime) -> Insight:
    if before is None:
        return Insight(wanted, wanted, now)
    if _ORDER.index(wanted) <= _ORDER.index(before.level):
        return (
            Insight(wanted, wanted, now)
            if before.wanted is not wanted
            else replace(before, level=wanted)
        )
    if before.wanted is not wanted:
        return replace(before, wanted=wanted, due=now + household.notice)
    return replace(before, level=wanted) if now >= before.due else before


def with_insight(household: Household, insights: Mapping[str, Insight]) -> Household:
    """The household with the levels that are in force."""

    def seen(person: Person) -> Person:
        insight = insights.get(person.name)
        if insight is None or insight.level is person.privacy:
            return person
        return replace(person, privacy=insight.level)

    people = tuple(map(seen, household.people))
    same = all(one is other for one, other in zip(people, household.people, strict=True))
    return household if same else replace(household, people=people)
