"""What is released of many households, and what an attacker makes of it."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from guardian.policy.people import AgeBand
from guardian.stats.contribution import AGES, SEXES, TOPICS, Contribution
from guardian.stats.release import (
    TOUCHED,
    Ages,
    CannotCombine,
    Measure,
    Observation,
    Release,
    release,
)
from guardian.stats.table import TOTAL
from tests.stats.households import MET, PERIOD, TIMED, a_household, a_profile, households

ONE = Fraction(1)


def released(
    contributions: list[Contribution], seed: int = 0, ages: Ages = Ages.GUARDIAN
) -> Release:
    return release(contributions, ["games"], ages, ONE, Random(seed).randrange)


def found(
    told: Release, measure: Measure, sex: str = TOTAL, age: str = TOTAL, topic: str = TOTAL
) -> Observation:
    return next(
        each
        for each in told.observations
        if (each.measure, each.sex, each.age, each.topic) == (measure, sex, age, topic)
    )


@pytest.fixture(scope="module")
def a_hundred_thousand() -> list[Contribution]:
    return list(households(Random(179), 100_000))


def test_a_hundred_thousand_households_are_told_within_the_stated_error(
    a_hundred_thousand: list[Contribution],
) -> None:
    told = released(a_hundred_thousand)
    active: Counter[tuple[str, str]] = Counter()
    timed: Counter[tuple[str, str]] = Counter()
    games: Counter[tuple[str, str]] = Counter()
    for each in a_hundred_thousand:
        for cell in each.cells:
            for key in ((a, s) for a in (cell.age, TOTAL) for s in (cell.sex, TOTAL)):
                active[key] += cell.active
                timed[key] += cell.timed
                games[key] += cell.met.get("games", 0)
    outside = []
    for age in (*AGES, TOTAL):
        for sex in (*SEXES, TOTAL):
            key = (age, sex)
            for measure, topic, true in (
                (Measure.PROFILES, TOTAL, float(active[key])),
                (Measure.TIMED, TOTAL, 100 * timed[key] / active[key]),
                (Measure.MET, "games", 100 * games[key] / active[key]),
            ):
                figure = found(told, measure, sex, age, topic)
                assert figure.value is not None
                assert figure.error is not None
                assert figure.error <= (400 if measure is Measure.PROFILES else 3)
                outside.append(abs(figure.value - true) > figure.error)
    assert sum(outside) <= len(outside) / 20
    assert abs((found(told, Measure.TIMED).value or 0) - 100 * TIMED) <= 4  # as drawn
    assert abs((found(told, Measure.MET, topic="games").value or 0) - 100 * MET["games"]) <= 4


def test_nothing_is_told_of_few(a_hundred_thousand: list[Contribution]) -> None:
    assert released(a_hundred_thousand[:4]).observations == ()


def test_a_class_of_few_is_withheld_in_all_figures(a_hundred_thousand: list[Contribution]) -> None:
    chance = Random(5)
    common = [
        a_household(chance, n, a_profile(chance, band=AgeBand.FROM_9))
        for n in range(10**5, 10**5 + 3000)
    ]
    few = [a_household(chance, n, a_profile(chance, band=AgeBand.FROM_16)) for n in range(9)]
    told = released([*common, *few])
    for each in told.observations:
        if each.age == "Y16T17":
            assert each.value is None
            assert each.error is None


def test_many_profiles_of_few_households_are_withheld() -> None:
    chance = Random(6)
    many = [a_profile(chance) for _ in range(2000)]
    school = [replace(a_household(chance, n, *many), population="school") for n in range(4)]
    assert released(school).observations == ()


def test_nobody_reads_that_something_is_true_of_all() -> None:
    chance = Random(7)
    told = released([a_household(chance, n, a_profile(chance, filtered=True)) for n in range(5000)])
    shares = [each.value for each in told.observations if each.measure is Measure.FILTERED]
    assert max(each for each in shares if each is not None) == 99


def test_differencing_two_months_does_not_show_the_child_who_came(
    a_hundred_thousand: list[Contribution],
) -> None:
    """An attacker who knows everybody else's answers sees one child come between two releases."""
    population = a_hundred_thousand[:1000]
    newcomer = a_household(Random(8), 10**6, a_profile(Random(8), sex="F", timed=True))
    rounds, with_child, without = 40, [], []
    for seed in range(rounds):
        before = released(population, seed)
        without.append(found(before, Measure.PROFILES).value or 0)
        after = released([*population, newcomer], 1000 + seed)
        with_child.append(found(after, Measure.PROFILES).value or 0)
    middle = sorted(with_child + without)[rounds]
    guessed = sum(each > middle for each in with_child) + sum(each <= middle for each in without)
    assert guessed < 2 * rounds * 0.7  # epsilon 1/28 for this count: hardly better than a coin


def test_a_child_who_makes_ten_of_nine_does_not_show() -> None:
    chance = Random(9)
    common = [a_household(chance, n, a_profile(chance, band=AgeBand.FROM_9)) for n in range(3000)]
    nine = [
        a_household(chance, 10**5 + n, a_profile(chance, band=AgeBand.FROM_6, sex="F"))
        for n in range(9)
    ]
    tenth = a_household(chance, 10**6, a_profile(chance, band=AgeBand.FROM_6, sex="F"))
    for seed in range(10):
        for population in ([*common, *nine], [*common, *nine, tenth]):
            told = released(population, seed)
            assert found(told, Measure.PROFILES, "F", "Y0T8").value is None


def test_totals_are_sums_of_what_their_parts_are() -> None:
    """A total that had a noise of its own would be a second measurement of the same children."""
    told = released(list(households(Random(10), 5000)))
    parts = [found(told, Measure.PROFILES, sex).value for sex in SEXES]
    whole = found(told, Measure.PROFILES).value
    assert whole is not None
    assert abs(whole - sum(each for each in parts if each is not None)) <= 10  # rounding alone


def test_what_one_profile_touches_is_what_the_noise_is_made_for() -> None:
    everything = a_profile(
        Random(1), filtered=True, timed=True, asked=True, granted=True, met=frozenset(TOPICS)
    )
    given = replace(
        a_household(Random(1), 1, everything),
        reported=frozenset("abc"),
        upheld=frozenset("abc"),
    )
    (cell,) = given.cells
    plain = (cell.active, cell.filtered, cell.timed, cell.kinds, cell.asked, cell.granted)
    touched = sum(plain) + sum(cell.met.values()) + len(given.reported) + len(given.upheld)
    assert touched + 1 == TOUCHED  # and the number of households


def test_a_file_that_came_twice_counts_once() -> None:
    few = list(households(Random(11), 1000))
    once, twice = released(few), released([*few, *few])
    assert once == twice


def test_the_ages_of_the_united_nations() -> None:
    chance, ages = Random(12), (3, 7, 11, 16, None)
    told = released(
        [a_household(chance, n, a_profile(chance, age=ages[n % 5])) for n in range(10_000)],
        ages=Ages.UN,
    )
    assert abs((found(told, Measure.PROFILES, age="Y10T14").value or 0) - 2000) < 400
    assert not [each for each in told.observations if each.age in AGES]


def test_one_month_at_a_time() -> None:
    one, other = households(Random(13), 2)
    with pytest.raises(CannotCombine, match="2 months"):
        released([one, replace(other, period="2026-09")])
    with pytest.raises(CannotCombine, match="no contribution"):
        released([])


def test_illegal_content_and_self_harm_are_no_topics() -> None:
    profile = a_profile(Random(1), met=frozenset({"illegal", "self-harm", "games"}))
    (cell,) = a_household(Random(1), 1, profile).cells
    assert set(cell.met) == {"games"}
    topics = {each.topic for each in released(list(households(Random(2), 1000))).observations}
    assert not topics & {"illegal", "self-harm"}
    assert PERIOD == "2026-10"
