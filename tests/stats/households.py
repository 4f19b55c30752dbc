"""Households as they could be, for tests of what is told of them."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from guardian.policy.people import AgeBand
from guardian.stats.contribution import SEXES, TOPICS, Contribution, Profile, cells

PERIOD = "2026-10"
BANDS = tuple(each for each in AgeBand if each is not AgeBand.ADULT)
FILTERED, TIMED, ASKED, GRANTED = 0.9, 0.55, 0.2, 0.6
MET = {topic: 0.05 + 0.05 * place for place, topic in enumerate(TOPICS)}


def a_profile(chance: Random, **given: object) -> Profile:
    asked = chance.random() < ASKED
    found = {
        "band": chance.choice(BANDS),
        "sex": chance.choice(SEXES),
        "age": None,
        "filtered": chance.random() < FILTERED,
        "timed": chance.random() < TIMED,
        "asked": asked,
        "granted": asked and chance.random() < GRANTED,
        "met": frozenset(topic for topic in TOPICS if chance.random() < MET[topic]),
    }
    return Profile(**(found | given))  # type: ignore[arg-type]


def a_household(chance: Random, number: int, *profiles: Profile, area: str = "DE") -> Contribution:
    theirs = profiles or tuple(a_profile(chance) for _ in range(chance.choice((1, 1, 2, 2, 3))))
    return Contribution(PERIOD, area, "family", f"{number:032x}", cells(theirs))


def households(chance: Random, count: int) -> Iterator[Contribution]:
    """Many; of some thousand ways in which a household can be, for making them takes a while."""
    ways = [a_household(chance, number) for number in range(min(count, 4000))]
    return (replace(chance.choice(ways), once=f"{number:032x}") for number in range(count))
