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
    """keep: how many copies. folder: None for one in the state folder.

    passphrase_file: as written (relative to the configuration file); "" for copies in the clear.
    """

    every: Every
    keep: int
    folder: Path | None
    passphrase_file: str = ""


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
PASSPHRASE_FILE: Final = Field(
    "passphrase_file",
    maybe(kinds.TEXT),
    "A file that holds a passphrase of at least 10 characters, in one line, and that only "
    "guardian's user and its group may read; from the folder of this file, if not absolute. Copies "
    "are then encrypted with it, in the format of `age`. Keep the passphrase elsewhere too: it is "
    "in no copy, and without it nobody opens one.",
    default="",
)


def _build(values: Values, _: Reading) -> Backup:
    return Backup(values[EVERY], values[KEEP], values[FOLDER], values[PASSPHRASE_FILE] or "")


SECTION: Final = Section(
    "backup",
    "Copies of the whole household: its file, accounts, keys, requests, pauses, minutes and "
    "history. Only guardian's user may read them; they are encrypted where there is a "
    "`passphrase_file`. Not in them: what was looked up and blocked, who is logged in, links, and "
    "the addresses for messages with their passwords.",
    (EVERY, KEEP, FOLDER, PASSPHRASE_FILE),
    "backup:\n  every: day\n  keep: 7\n  folder: /mnt/usb/guardian\n"
    "  passphrase_file: backup.passphrase\n",
)
BACKUP: Final = record(SECTION, _build, "the keys of backup")
