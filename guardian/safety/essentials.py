"""Names that devices need to work and to stay safe: connection checks, time, updates, certificates.

A household may switch this step off; it is on because a device without updates or the right time is
less safe than one that may fetch them at bedtime.
"""

from functools import cache

from guardian import names as domain
from guardian.safety import plain

_ALONE = "="


@cache
def names() -> frozenset[str]:
    """The names that count with all that is below them."""
    return frozenset(entry for entry in _entries() if not entry.startswith(_ALONE))


@cache
def exact_names() -> frozenset[str]:
    """The names that count by themselves only: what is below them is another matter."""
    return frozenset(entry[len(_ALONE) :] for entry in _entries() if entry.startswith(_ALONE))


def is_essential(qname: str) -> bool:
    """Whether a qname is one of them."""
    return qname in exact_names() or any(suffix in names() for suffix in domain.suffixes(qname))


def _entries() -> list[str]:
    return list(plain.lines("essentials.txt"))
