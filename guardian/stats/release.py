"""Figures of many households for a month, made from their contributions.

Every count of the smallest cells, empty ones included, gets its own noise (`noise`); totals are
sums of these, so that a total and its parts never tell more than the parts. What is too small to be
told is withheld (`table`): by the true numbers, and by the noisy one with so much room to spare
that the arrival of one child does not show. What is left is rounded. Nothing else of the
contributions reaches a release.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, isqrt, sqrt
from typing import ClassVar, Final

from guardian.errors import GuardianError
from guardian.stats.contribution import (
    AGES,
    MOST_LISTS,
    SEXES,
    TOPICS,
    UN_AGES,
    Contribution,
)
from guardian.stats.noise import Below, bound, discrete_laplace
from guardian.stats.table import LEAST_PROFILES, TOTAL, Key, Size, withheld

ROUND_TO: Final = 5
MOST_SHARE: Final = 99  # nobody shall read of everybody in a cell that something is true of them
_PLAIN: Final = ("active", "filtered", "timed", "kinds", "asked", "granted")
_WHOLES: Final = ("active", "kinds")  # what shares are of
TOUCHED: Final = len(_PLAIN) + len(TOPICS) + 2 * MOST_LISTS + 1
"""In how many counts one profile can make a difference of 1: the sensitivity (L1)."""
_SURE: Final = Fraction(1, 1000)
_STATED: Final = Fraction(1, 20)


class Ages(StrEnum):
    """By which ages a release goes. UN: five years, for who compares with surveys."""

    GUARDIAN = "guardian"
    UN = "un"

    @property
    def bands(self) -> tuple[str, ...]:
        return UN_AGES if self is Ages.UN else AGES


class Measure(StrEnum):
    """An indicator of the frame in docs/statistics.md. PROFILES: what all others are shares of."""

    PROFILES = "G0"
    FILTERED = "G1"
    TIMED = "G2"
    MET = "G3"
    ASKED = "G4A"
    GRANTED = "G4Y"
    WRONG = "G5"
    UPHELD = "G5U"


TITLES: Final = {
    Measure.PROFILES: "Children's profiles that were in use",
    Measure.FILTERED: "Share with categories filtered",
    Measure.TIMED: "Share with rules for times",
    Measure.MET: "Share with something blocked, by category",
    Measure.ASKED: "Share who asked for something",
    Measure.GRANTED: "Share who asked and got a yes",
    Measure.WRONG: "Households that called a list wrong, for 1,000 profiles",
    Measure.UPHELD: "Households that were right about that, for 1,000 profiles",
}
UNITS: Final = {
    Measure.PROFILES: "PS",
    Measure.WRONG: "PER_1000_PS",
    Measure.UPHELD: "PER_1000_PS",
}  # all others: PT, percent
_COUNTED: Final = {
    Measure.FILTERED: "filtered",
    Measure.TIMED: "timed",
    Measure.ASKED: "asked",
    Measure.GRANTED: "granted",
}
_BY_AGE_ALONE: Final = frozenset({Measure.ASKED, Measure.GRANTED})


class CannotCombine(GuardianError):
    """Contributions of which no release can be made."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure. topic: a category or list, TOTAL for none. value: None where it is withheld.

    error: how far the noise may have moved it, in 95 of 100 figures at most, in the figure's unit.
    """

    area: str
    population: str
    measure: Measure
    sex: str
    age: str
    topic: str
    value: int | None
    error: int | None


@dataclass(frozen=True, slots=True)
class Release:
    """All figures of a month. households: how many gave something, rounded."""

    period: str
    ages: Ages
    epsilon: Fraction
    households: int
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class _Noisy:
    """A count after noise. parts: how many noises are in it."""

    value: int
    parts: int


def release(
    contributions: Iterable[Contribution],
    lists: Iterable[str],
    ages: Ages,
    epsilon: Fraction,
    below: Below,
) -> Release:
    """The figures. lists: all that may be named. below: chance (`noise.Below`).

    Raises CannotCombine where there is nothing, or more than one month.
    """
    single = {each.once: each for each in contributions}  # what came twice counts once
    period = month_of(single.values())
    scale, named = TOUCHED / epsilon, tuple(sorted(set(lists)))
    groups: dict[tuple[str, str], _Group] = {}
    for each in single.values():
        place = (each.area, each.population)
        if place not in groups:
            groups[place] = _Group(*place, ages, scale, below)
        groups[place].add(each)
    observations = [each for _, group in sorted(groups.items()) for each in group.told(named)]
    households = rounded(len(single) + discrete_laplace(scale, below))
    return Release(period, ages, epsilon, households, tuple(observations))


def month_of(contributions: Iterable[Contribution]) -> str:
    """The month that all are of. Raises CannotCombine."""
    periods = {each.period for each in contributions}
    if not periods:
        raise CannotCombine("there is no contribution; give the files of at least one household")
    if len(periods) > 1:
        raise CannotCombine(
            f"these are contributions of {len(periods)} months; combine those of one month"
        )
    return periods.pop()


class _Group:
    """The households of one country and kind, with the noise of this release."""

    def __init__(
        self, area: str, population: str, ages: Ages, scale: Fraction, below: Below
    ) -> None:
        self._area, self._population = area, population
        self._ages, self._scale, self._below = ages, scale, below
        self._keys = [(age, sex) for age in ages.bands for sex in SEXES]
        self._all_keys = [(a, s) for a in (*ages.bands, TOTAL) for s in (*SEXES, TOTAL)]
        self._true: Counter[tuple[str, Key]] = Counter()  # the smallest cells; word or category
        self._households: Counter[tuple[str, Key]] = Counter()  # totals too
        self._said: Counter[tuple[Measure, str]] = Counter()

    def add(self, contribution: Contribution) -> None:
        """Count a household."""
        inside: set[tuple[str, Key]] = set()
        for cell in contribution.cells:
            age, sex = (cell.un_age if self._ages is Ages.UN else cell.age, cell.sex)
            for word in _PLAIN:
                self._true[word, (age, sex)] += getattr(cell, word)
            for topic, count in cell.met.items():
                self._true[topic, (age, sex)] += count
            for word in _WHOLES:
                if getattr(cell, word):
                    inside |= {(word, (a, s)) for a in (age, TOTAL) for s in (sex, TOTAL)}
        self._households.update(inside)
        self._said.update((Measure.WRONG, each) for each in contribution.reported)
        self._said.update((Measure.UPHELD, each) for each in contribution.upheld)

    def told(self, lists: tuple[str, ...]) -> Iterator[Observation]:
        """Every figure; none at all where the whole group is small."""
        counts = {word: self._noisy(word) for word in (*_PLAIN, *TOPICS)}
        said = {
            (measure, each): self._noise(self._said[measure, each])
            for measure in (Measure.WRONG, Measure.UPHELD)
            for each in lists
        }
        hidden = {word: self._hidden(word, counts[word]) for word in _WHOLES}
        everybody = (TOTAL, TOTAL)
        if everybody in hidden["active"]:
            return
        wholes = {
            word: {
                key: None if key in hidden[word] else counts[word][key] for key in self._all_keys
            }
            for word in _WHOLES
        }
        for key in self._all_keys:
            yield self._count(key, wholes["active"][key])
        for measure, word in _COUNTED.items():
            for key, count in counts[word].items():
                if measure not in _BY_AGE_ALONE or key[1] == TOTAL:
                    yield self._share(measure, key, TOTAL, count, wholes["active"][key])
        for topic in TOPICS:
            for key, count in counts[topic].items():
                yield self._share(Measure.MET, key, topic, count, wholes["kinds"][key])
        for (measure, each), count in said.items():
            whole = wholes["active"][everybody]
            yield self._share(measure, everybody, each, count, whole, of=1000)

    def _noisy(self, word: str) -> dict[Key, _Noisy]:
        inner = {key: self._noise(self._true[word, key]) for key in self._keys}
        return {key: _sum(inner, *key) for key in self._all_keys}

    def _noise(self, count: int) -> _Noisy:
        return _Noisy(count + discrete_laplace(self._scale, self._below), 1)

    def _hidden(self, word: str, noisy: Mapping[Key, _Noisy]) -> set[Key]:
        """What is withheld: few by the true count, or not surely many by the noisy one."""
        unsure = {
            key
            for key, count in noisy.items()
            if count.value < LEAST_PROFILES + _reach(self._scale, count.parts, _SURE)
        }
        return withheld({key: self._size(word, key) for key in self._all_keys}, unsure)

    def _size(self, word: str, key: Key) -> Size:
        age, sex = key
        inner = [each for each in self._keys if age in (each[0], TOTAL) and sex in (each[1], TOTAL)]
        return Size(sum(self._true[word, each] for each in inner), self._households[word, key])

    def _count(self, key: Key, count: _Noisy | None) -> Observation:
        if count is None:
            return self._observation(Measure.PROFILES, key, TOTAL, None, None)
        error = _reach(self._scale, count.parts, _STATED) + ROUND_TO // 2
        return self._observation(Measure.PROFILES, key, TOTAL, rounded(count.value), error)

    def _share(
        self, measure: Measure, key: Key, topic: str, count: _Noisy, whole: _Noisy | None,
        of: int = 100,
    ) -> Observation:  # fmt: skip
        """A share of a whole that is told; withheld with it."""
        if whole is None:
            return self._observation(measure, key, topic, None, None)
        share = min(max(count.value / whole.value, 0.0), 1.0)
        least = max(whole.value - _reach(self._scale, whole.parts, _STATED), 1)
        reach = _reach(self._scale, max(count.parts, whole.parts), _STATED)
        error = ceil(of * reach * sqrt(1 + share**2) / least + 0.5)
        value = round(of * share)
        value = min(value, MOST_SHARE) if of == 100 else value
        return self._observation(measure, key, topic, value, min(error, of))

    def _observation(
        self, measure: Measure, key: Key, topic: str, value: int | None, error: int | None
    ) -> Observation:
        age, sex = key
        return Observation(self._area, self._population, measure, sex, age, topic, value, error)


def _sum(inner: Mapping[Key, _Noisy], age: str, sex: str) -> _Noisy:
    parts = [
        count
        for (one, other), count in inner.items()
        if age in (one, TOTAL) and sex in (other, TOTAL)
    ]
    return _Noisy(sum(each.value for each in parts), sum(each.parts for each in parts))


def _reach(scale: Fraction, parts: int, chance: Fraction) -> int:
    """How far a sum of so many noises goes but for this chance."""
    root = isqrt(parts - 1) + 1  # rounded up
    return bound(scale, chance) * root


def rounded(count: int) -> int:
    """To the nearest 5, and never below 0."""
    return max(round(count / ROUND_TO) * ROUND_TO, 0)
