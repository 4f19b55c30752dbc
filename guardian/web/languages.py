"""The page's languages, and how each writes times and numbers.

Every sentence of the templates goes through gettext, so a language is a catalogue and a line in
`LANGUAGES`. English needs no catalogue: its sentences are the keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from typing import Final, Literal

from guardian.policy.sentences import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Language:
    """code: ISO 639-1. catalogue: the sentences. direction: of the script."""

    code: str
    catalogue: NullTranslations
    direction: Literal["ltr", "rtl"] = "ltr"

    def clock(self, time: datetime) -> str:
        """A weekday and a time of day: "Thursday, 19:42"."""
        gettext = self.catalogue.gettext
        return gettext("%(weekday)s, %(clock)s") % {
            "weekday": gettext(WEEKDAYS[time.weekday()]),
            "clock": f"{time:%H:%M}",
        }

    def day(self, day: date) -> str:
        """A date: "22 April 2026"."""
        gettext = self.catalogue.gettext
        return gettext("%(day)s %(month)s %(year)s") % {
            "day": day.day,
            "month": gettext(MONTHS[day.month - 1]),
            "year": day.year,
        }

    def number(self, number: int) -> str:
        """A whole number, in groups of three: "12,345"."""
        return f"{number:,}"


ENGLISH: Final = Language("en", NullTranslations())
LANGUAGES: Final[Mapping[str, Language]] = {ENGLISH.code: ENGLISH}
