"""What a check looks at, and what it says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from guardian.settings import Settings

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works, and should be looked at
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Case:
    """A household that is looked at. settings: None where the file cannot be used.

    now: aware. runs: whether a guardian holds the state folder.
    """

    config: Path
    state: Path
    settings: Settings | None
    now: datetime
    runs: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. mend: what to do about it; "" where all is well."""

    level: Level
    sentence: str
    mend: str = ""


def ok(sentence: str) -> Finding:
    return Finding(Level.OK, sentence)


def warn(sentence: str, mend: str) -> Finding:
    return Finding(Level.WARN, sentence, mend)


def fail(sentence: str, mend: str) -> Finding:
    return Finding(Level.FAIL, sentence, mend)


def lasted(length: timedelta) -> str:
    """A length of time in a word or two: "3 hours"."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (timedelta(minutes=1), "minute")):
        if (count := length // unit) > 0:
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "less than a minute"
