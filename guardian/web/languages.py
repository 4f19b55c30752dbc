"""The pages' languages, and how each writes times, numbers and lists.

Every sentence goes through gettext, so a language is a catalogue in `translations/` and a line in
`NAMES`. English needs no catalogue: its sentences are the keys. Catalogues are read as translators
write them, each when its first reader comes.
"""

import gettext as gnu
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from babel import Locale, dates, lists, numbers

from guardian.web.locales import locale

TRANSLATIONS: Final = Path(__file__).parent / "translations"

NAMES: Final = {  # as their speakers call them, in the order of the United Nations
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
_RIGHT_TO_LEFT: Final = frozenset({"ar"})


@dataclass(frozen=True, slots=True)
class Language:
    """code: ISO 639-1. catalogue: the sentences. locale: habits of time and number."""

    code: str
    catalogue: gnu.NullTranslations = field(default_factory=gnu.NullTranslations)
    locale: Locale = field(default_factory=lambda: Locale("en", "GB"))

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Of the script."""
        return "rtl" if self.code in _RIGHT_TO_LEFT else "ltr"

    def say(self, sentence: str) -> str:
        """An English sentence in this language."""
        return self.catalogue.gettext(sentence) if sentence else ""

    def say_of(self, one: str, many: str, number: int) -> str:
        """The same of one that depends on a number."""
        return self.catalogue.ngettext(one, many, number)

    def clock(self, time: datetime) -> str:
        """A time of day: "19:42"."""
        return f"{time:%H:%M}"

    def moment(self, time: datetime) -> str:
        """A weekday and a time of day: "Thursday, 19:42"."""
        weekday = _weekdays(self.locale)[time.weekday()]
        return self.say("%(weekday)s, %(clock)s") % {"weekday": weekday, "clock": self.clock(time)}

    def lately(self, time: datetime, now: datetime) -> str:
        """An instant in the past, near enough: "Thursday, 19:42", "3 November 2026"."""
        return self.moment(time) if now - time < timedelta(days=6) else self.day(time.date())

    def day(self, day: date) -> str:
        """A date: "22 April 2026"."""
        return _long_day(day, self.locale)

    def days(self, first: date, last: date) -> str:
        """A day, or a row of days: "Fri, 27 Nov", "23 Dec 2026 – 6 Jan 2027"."""
        if first == last:
            return dates.format_skeleton("yMMMEd", first, locale=self.locale)
        return dates.format_interval(first, last, "yMMMd", locale=self.locale)

    def weekend(self) -> frozenset[int]:
        """The days of the week that are free in this place; Monday is 0."""
        first, last = self.locale.weekend_start, self.locale.weekend_end
        return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))

    def weekday(self, number: int) -> str:
        """A day of the week, Monday is 0: "Monday"."""
        return str(dates.get_day_names("wide", "stand-alone", self.locale)[number])

    def short_weekday(self, number: int) -> str:
        """The same, short: "Mon"."""
        width: Literal["short", "abbreviated"] = "abbreviated"
        if self.code == "ar":  # where that is no shorter
            width = "short"
        return str(dates.get_day_names(width, "stand-alone", self.locale)[number])

    def week(self) -> list[int]:
        """The days of a week in the order of this place."""
        first = self.locale.first_week_day
        return [(first + step) % 7 for step in range(7)]

    def number(self, number: int) -> str:
        """A whole number, in groups of three: "12,345"."""
        if 0 <= number < 1000:  # nothing to group
            return str(number)
        return _grouped(number, self.locale)

    def minutes(self, minutes: int) -> str:
        """A length of time: "1 hour 30 minutes"."""
        hours, rest = divmod(minutes, 60)
        parts = []
        if hours:
            parts.append(self._length(timedelta(hours=hours), "hour"))
        if rest or not hours:
            parts.append(self._length(timedelta(minutes=rest), "minute"))
        return " ".join(parts)

    def _length(self, length: timedelta, unit: Literal["hour", "minute"]) -> str:
        return _length(length, unit, self.locale)

    def tongues(self, codes: Sequence[str]) -> str:
        """Languages (BCP 47) by their names, one after the other."""
        named = self.locale.languages
        return self.several([named.get(code, code) for code in codes])

    def either(self, things: Sequence[str]) -> str:
        """Things in a row: "video, games or social media"."""
        return lists.format_list(things, style="or", locale=self.locale)

    def several(self, things: Sequence[str]) -> str:
        """Things in a row: "video, games and social media"."""
        return lists.format_list(things, locale=self.locale)


@lru_cache(maxsize=512)  # a page of history says the same few days again and again
def _long_day(day: date, locale: Locale) -> str:
    return dates.format_date(day, "long", locale=locale)


@lru_cache
def _weekdays(locale: Locale) -> tuple[str, ...]:
    """The days of the week as they stand within a sentence, Monday first."""
    names = dates.get_day_names("wide", "format", locale)
    return tuple(str(names[day]) for day in range(7))


@lru_cache(maxsize=512)
def _grouped(number: int, locale: Locale) -> str:
    return numbers.format_decimal(number, locale=locale)


@lru_cache(maxsize=512)
def _length(length: timedelta, unit: Literal["hour", "minute"], locale: Locale) -> str:
    return dates.format_timedelta(length, granularity=unit, threshold=10_000, locale=locale)


@lru_cache
def language(code: str, country: str = "") -> Language:
    """A language with the habits of a country (ISO 3166-1); English for one that we lack."""
    if code not in NAMES:
        code = "en"
    return Language(code, _catalogue(code), locale(code, country))


@lru_cache
def _catalogue(code: str) -> gnu.NullTranslations:
    file = TRANSLATIONS / f"{code}.po"
    if not file.exists():
        return gnu.NullTranslations()
    from babel.messages import mofile, pofile  # only readers of other languages pay for it

    compiled = BytesIO()
    with file.open("rb") as opened:
        mofile.write_mo(compiled, pofile.read_po(opened, locale=code))
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def preferred(accepted: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); "" for none."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return next((code for _, code in sorted(wanted, key=lambda each: each[0]) if code in NAMES), "")
