"""Who a child can talk to, and the names of help that must resolve for everybody at every hour.

Nothing that is protected here may be blocked by a list, a parent's rule or a time window, nor be
written to any log: a child who looks for help must not be seen doing so (UN Committee on the Rights
of the Child, General comment 25, paragraph 76). Wrong numbers do harm, so every one carries its
source and the day it was checked.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from guardian import names as domain
from guardian.safety import plain

DIRECTORY: Final = "https://childhelplineinternational.org/helplines/"
CHECK_AGAIN_AFTER: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Helpline:
    """A country's child helpline.

    country: ISO 3166-1, two capital letters. name: as the service writes it, in its language.
    number: as people dial it in that country, spaced for reading. site: an address, or "".
    source: the page where the number was read; checked: when.
    """

    country: str
    name: str
    number: str
    site: str
    source: str
    checked: date

    @property
    def tel(self) -> str:
        """The number for a `tel:` link: digits, and "+" before an international one."""
        return "".join(sign for sign in self.number if sign in "+0123456789")

    def is_due(self, today: date) -> bool:
        """Whether the number was checked too long ago to be shown without saying so."""
        return today - self.checked > CHECK_AGAIN_AFTER


@cache
def helpline(country: str) -> Helpline | None:
    """The helpline of a country; None where none is known well enough: then show `DIRECTORY`."""
    wanted = country.upper() + " "
    entry = next((each for each in plain.lines("helplines.txt") if each.startswith(wanted)), None)
    return None if entry is None else _parsed(entry)


def countries() -> list[str]:
    """The countries with a helpline, in alphabetical order."""
    return [entry.partition(" ")[0] for entry in plain.lines("helplines.txt")]


@cache
def protected_names() -> frozenset[str]:
    """Names of help, each with all that is below it."""
    return frozenset(plain.lines("protected.txt"))


def is_protected(qname: str) -> bool:
    """Whether a qname is one of help."""
    return any(suffix in protected_names() for suffix in domain.suffixes(qname))


def _parsed(entry: str) -> Helpline:
    country, name, number, site, source, checked = (field.strip() for field in entry.split("|"))
    return Helpline(country, name, number, site, source, date.fromisoformat(checked))
