"""Who a child can talk to, and the names of help that must resolve for everybody at every hour.

Nothing that is protected here may be blocked by a list, a parent's rule or a time window, nor be
written to any log: a child who looks for help must not be seen doing so (UN Committee on the Rights
of the Child, General comment 25, paragraph 76). Wrong numbers do harm, so every one carries its
source and the day it was checked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from guardian import names as domain
from guardian.safety import plain

DIRECTORY: Final = "https://childhelplineinternational.org/helplines/"
HOTLINES: Final = "https://www.inhope.org/EN/our-members"
CHECK_AGAIN_AFTER: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Helpline:
    """Somebody who helps: a helpline, to talk to; or a hotline, where content is reported.

    country: ISO 3166-1, two capital letters. name: as the service writes it, in its language.
    number: as people dial it in that country, spaced for reading; "" where one does not phone.
    site: an address, or "". source: the page where this was read; checked: when.
    languages: in which one is answered, as tags (BCP 47); () where that is not known.
    channel: "phone", "text", "chat" or "web". hours: when, "" where that is not known.
    reviewed: who has looked it through besides, or "".
    """

    country: str
    name: str
    number: str
    site: str
    source: str
    checked: date
    languages: tuple[str, ...] = ()
    channel: str = "phone"
    hours: str = ""
    reviewed: str = ""

    @property
    def tel(self) -> str:
        """The number for a `tel:` or `sms:` link: digits, and "+" before an international one."""
        return dialled(self.number)

    def is_due(self, today: date) -> bool:
        """Whether this was checked too long ago to be shown without saying so."""
        return today - self.checked > CHECK_AGAIN_AFTER


@dataclass(frozen=True, slots=True)
class Help:
    """What there is in a country. emergency: numbers where somebody is in danger now."""

    country: str
    helplines: tuple[Helpline, ...]
    hotlines: tuple[Helpline, ...]
    emergency: tuple[str, ...]


@cache
def helpline(country: str) -> Helpline | None:
    """The helpline that children of a country call; None where none is known well enough.

    Then show `DIRECTORY`, and never another country's number.
    """
    theirs = _those_of("helplines.txt", country)
    return next((each for each in theirs if each.channel == "phone"), None)


def help_in(country: str) -> Help:
    """All that is known of a country: nothing, and empty tuples, for most that are no countries."""
    wanted = country.upper()
    return Help(
        wanted,
        tuple(_those_of("helplines.txt", wanted)),
        tuple(_those_of("hotlines.txt", wanted)),
        _emergency(wanted),
    )


def countries() -> list[str]:
    """The countries with a helpline, in alphabetical order."""
    return list(dict.fromkeys(entry.partition(" ")[0] for entry in plain.lines("helplines.txt")))


def dialled(number: str) -> str:
    """A number as a telephone takes it: without what is there for reading."""
    return "".join(sign for sign in number if sign in "+0123456789")


def _those_of(file: str, country: str) -> Iterator[Helpline]:
    start = f"{country.upper()} |"
    return (_parsed(entry) for entry in plain.lines(file) if entry.startswith(start))


def _emergency(country: str) -> tuple[str, ...]:
    for entry in plain.lines("emergency.txt"):
        theirs, _, numbers = entry.partition(" | ")
        if theirs == country:
            return tuple(numbers.split(", "))
    return ()


@cache
def protected_names() -> frozenset[str]:
    """Names of help, each with all that is below it."""
    return frozenset(plain.lines("protected.txt"))


def is_protected(qname: str) -> bool:
    """Whether a qname is one of help."""
    return any(suffix in protected_names() for suffix in domain.suffixes(qname))


def _parsed(entry: str) -> Helpline:
    fields = [field.strip() for field in entry.split("|")]
    country, name, number, site, languages, channel, hours, source, checked, reviewed = fields
    return Helpline(
        country, name, number, site, source, date.fromisoformat(checked),
        tuple(languages.split(", ")) if languages else (), channel, hours, reviewed,
    )  # fmt: skip
