"""Children grow: who is in another age band soon, and whose rules end because they are of age."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guardian.policy import sentences
from guardian.policy.people import AgeBand, Household, HouseholdKind, Person, age, band_of
from guardian.policy.sentences import Say, english

NOTICE: Final = timedelta(days=31)  # how long before a day it is told, and how long after


@dataclass(frozen=True, slots=True)
class Step:
    """A person's move from one age band to the next, on the first of their month of birth."""

    person: Person
    day: date
    before: AgeBand
    after: AgeBand

    @property
    def is_of_age(self) -> bool:
        """Whether it is the last one."""
        return self.after is AgeBand.ADULT


def steps(household: Household, today: date) -> Iterator[Step]:
    """The moves that are near: within a month from today, before or after."""
    for person in household.people:
        if person.born is None:
            continue
        for year in (today.year - 1, today.year, today.year + 1):
            day = date(year, person.born.month, 1)
            if abs(day - today) <= NOTICE:
                years = age(person.born, day)
                before, after = (band_of(each, household.majority) for each in (years - 1, years))
                if before is not after:
                    yield Step(person, day, before, after)


def ends(person: Person, kind: HouseholdKind) -> bool:
    """Whether somebody's rules end by themselves: a family's for who has grown up in it.

    A school's and a provider's are not about age, and what a file says of an adult is meant so.
    """
    return (
        kind is HouseholdKind.FAMILY
        and person.born is not None
        and person.age_band is AgeBand.ADULT
        and not person.own_choice
    )


def sentence(step: Step, household: Household, today: date, say: Say = english) -> str:
    """What both sides are told of it."""
    if not step.is_of_age or household.kind is not HouseholdKind.FAMILY:
        pattern = sentences.BAND_SOON if step.day > today else sentences.BAND
    elif step.person.own_choice:
        pattern = sentences.OF_AGE_KEPT
    else:
        pattern = sentences.OF_AGE_SOON if step.day > today else sentences.OF_AGE
    return say(pattern).format(
        person=step.person.name,
        band=step.after,
        before=step.before,
        day=sentences.day(step.day, say),
    )


def told(household: Household, today: date, say: Say = english) -> Iterator[str]:
    """Who is in another age band within a month, or came of age within the last."""
    for step in steps(household, today):
        if step.day > today or step.is_of_age:
            yield sentence(step, household, today, say)
