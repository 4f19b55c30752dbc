"""The noise is what it says: its distribution, drawn from whole numbers alone."""

from collections import Counter
from fractions import Fraction
from math import exp, sqrt
from random import Random

import pytest

from guardian.stats.noise import bound, discrete_laplace

DRAWS = 40_000


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(1), Fraction(7, 3), Fraction(28)])
def test_sizes_are_as_likely_as_the_discrete_laplace_distribution_says(scale: Fraction) -> None:
    chance = Random(179)
    drawn = Counter(discrete_laplace(scale, chance.randrange) for _ in range(DRAWS))
    step = exp(-1 / float(scale))
    for x in range(-8, 9):
        likely = (1 - step) / (1 + step) * step ** abs(x)
        spread = sqrt(DRAWS * likely * (1 - likely))
        assert abs(drawn[x] - DRAWS * likely) < 5 * spread + 1, x


def test_it_leans_to_no_side() -> None:
    chance = Random(25)
    drawn = [discrete_laplace(Fraction(10), chance.randrange) for _ in range(DRAWS)]
    assert abs(sum(drawn) / DRAWS) < 5 * sqrt(200) / sqrt(DRAWS)
    assert all(isinstance(each, int) for each in drawn)


@pytest.mark.parametrize("likely", [Fraction(1, 20), Fraction(1, 1000)])
def test_the_bound_holds_as_often_as_it_says(likely: Fraction) -> None:
    chance, scale = Random(3), Fraction(28)
    most = bound(scale, likely)
    beyond = sum(abs(discrete_laplace(scale, chance.randrange)) > most for _ in range(DRAWS))
    assert beyond <= DRAWS * likely + 5 * sqrt(DRAWS * likely)
    assert beyond > 0


def test_only_whole_numbers_of_chance_are_asked_for() -> None:
    asked = []

    def below(top: int) -> int:
        asked.append(top)
        return chance.randrange(top)

    chance = Random(1)
    discrete_laplace(Fraction(5, 2), below)
    assert asked
    assert all(isinstance(each, int) for each in asked)
