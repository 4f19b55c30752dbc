"""`household`: where the family lives, what it speaks, and whose wish the rules are."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy.people import HouseholdKind
from guardian.policy.windows import Dates, Weekday
from guardian.settings import kinds, times
from guardian.settings.fields import Field, Reading, Section, Values, list_of, maybe, record


class Language(StrEnum):
    ARABIC = "ar"
    CHINESE = "zh"
    ENGLISH = "en"
    FRENCH = "fr"
    RUSSIAN = "ru"
    SPANISH = "es"


@dataclass(frozen=True, slots=True)
class HouseholdSettings:
    zone: ZoneInfo
    country: str
    language: str
    kind: HouseholdKind
    essentials: bool
    holidays: tuple[Dates, ...]
    week_start: Weekday
    notice: timedelta
    statistics: bool


TIME_ZONE: Final = Field(
    "time_zone", times.ZONE, "The clock on the wall: all times in this file are meant by it."
)
COUNTRY: Final = Field(
    "country", maybe(kinds.COUNTRY), "Decides which helplines are shown.", default=""
)
LANGUAGE: Final = Field(
    "language",
    kinds.choice("language", Language),
    "The language of pages and reasons.",
    default="en",
)
KIND: Final = Field(
    "kind",
    kinds.choice("kind of household", HouseholdKind),
    "Whose wish the rules are. A blocked answer tells the device: Extended DNS Error 17 (Filtered) "
    "for a family, 15 (Blocked) for a school or a provider.",
    default="family",
)
ESSENTIALS: Final = Field(
    "essentials",
    kinds.SWITCH,
    "Whether what devices need to work and to stay safe (time, updates, captive-portal checks) "
    "stays open in pauses and windows.",
    default="true",
)


HOLIDAYS: Final = Field(
    "holidays",
    list_of(times.DATES, "a list of days and rows of days"),
    "Days without school, such as `[2026-12-23/2027-01-06, 2027-05-06]`; windows and budgets can "
    "differ on them.",
    default="[]",
)
WEEK_START: Final = Field(
    "week_start", times.DAY, "The day on which budgets of a week begin anew.", default="mon"
)
NOTICE: Final = Field(
    "notice",
    times.DURATION,
    "How long somebody of 13 or more is told on their own page that parents will see more of what "
    "they do, before that begins. To see less begins at once.",
    default="24h",
)
STATISTICS: Final = Field(
    "statistics",
    kinds.SWITCH,
    "Whether the household takes part in statistics: `guardian stats contribute` makes a file of "
    "counts for a month then, and sends nothing. Children read on their own page that it is so.",
    default="false",
)


def _build(values: Values, _: Reading) -> HouseholdSettings:
    return HouseholdSettings(
        values[TIME_ZONE],
        values[COUNTRY] or "",
        values[LANGUAGE],
        values[KIND],
        values[ESSENTIALS],
        values[HOLIDAYS],
        values[WEEK_START],
        values[NOTICE],
        values[STATISTICS],
    )


SECTION: Final = Section(
    "household",
    "Where the family lives.",
    (
        TIME_ZONE,
        COUNTRY,
        LANGUAGE,
        KIND,
        ESSENTIALS,
        HOLIDAYS,
        WEEK_START,
        NOTICE,
        STATISTICS,
    ),
    "household:\n  time_zone: Europe/Berlin\n  country: DE\n  language: en\n"
    "  holidays: [2026-12-23/2027-01-06]\n",
)
HOUSEHOLD: Final = record(SECTION, _build, "the household's keys")
