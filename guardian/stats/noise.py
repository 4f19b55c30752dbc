"""Noise for published counts, drawn exactly: integers alone, no floating point.

Noise from floating-point logarithms leaks what it is to hide (Mironov, CCS 2012). This is the
discrete Laplace distribution, the two-sided geometric one, as Canonne, Kamath and Steinke draw it
("The Discrete Gaussian for Differential Privacy", 2020, algorithms 1 and 2).
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, log

Below = Callable[[int], int]
"""A number from 0 up to, and not with, the argument, each as likely: `secrets.randbelow`."""


def discrete_laplace(scale: Fraction, below: Below) -> int:
    """A whole number x with a probability in proportion to exp(-|x| / scale). scale: above 0."""
    top, bottom = scale.numerator, scale.denominator
    while True:
        rest = below(top)
        if not _happens(rest, top, below):
            continue
        whole = 0
        while _happens(1, 1, below):
            whole += 1
        size = (rest + top * whole) // bottom
        is_below_zero = below(2) == 1
        if not (is_below_zero and size == 0):  # zero has one sign
            return -size if is_below_zero else size


def _happens(top: int, bottom: int, below: Below) -> bool:
    """True with a probability of exp(-top / bottom); top is at most bottom."""
    count = 1
    while below(bottom * count) < top:
        count += 1
    return count % 2 == 1


def bound(scale: Fraction, chance: Fraction) -> int:
    """A size that noise passes with at most this chance."""
    return ceil(float(scale) * log(1 / float(chance)))
