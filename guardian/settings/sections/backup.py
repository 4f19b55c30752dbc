"""`backup`: how often a copy of the whole household is made, and where it is kept."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, Wrong, maybe, record, scalar


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    NEVER = "never"

    @property
    def length(self) -> timedelta | None:
        """The time between two copies; None for never."""
        return {Every.DAY: timedelta(days=1), Every.WEEK: timedelta(days=7)}.get(self)


@dataclass(frozen=True, slots=True)
class Backup:
    """keep: how many copies. folder: None for one in the state folder."""

    every: Every
    keep: int
    folder: Path | None


def _folder(text: str) -> Path:
    if not Path(text).is_absolute():
        raise Wrong(f'"{text}" does not begin at /', "write a path such as /mnt/usb/guardian")
    return Path(text)


EVERY: Final = Field(
    "every",
    kinds.choice("time between two copies", Every),
    "How often a copy is made.",
    default="week",
)
KEEP: Final = Field(
    "keep",
    kinds.whole_number(1, 100),
    "How many copies are kept; the oldest goes first.",
    default="4",
)
FOLDER: Final = Field(
    "folder",
    maybe(scalar("the path of a folder", "/mnt/usb/guardian", _folder)),
    "Where they are; as a rule `backups` in the state folder. Copies on another disk outlive this "
    "one.",
    default="",
)


def _build(values: Values, _: Reading) -> Backup:
    return Backup(values[EVERY], values[KEEP], values[FOLDER])


SECTION: Final = Section(
    "backup",
    "Copies of the whole household: its file, accounts, keys, requests, pauses, minutes and "
    "history. They are not encrypted, and only guardian's user may read them. Not in them: what "
    "was looked up and blocked, who is logged in, links, and the addresses for messages with their "
    "passwords.",
    (EVERY, KEEP, FOLDER),
    "backup:\n  every: day\n  keep: 7\n  folder: /mnt/usb/guardian\n",
)
BACKUP: Final = record(SECTION, _build, "the keys every, keep and folder")
