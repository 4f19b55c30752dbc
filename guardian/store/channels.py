"""Ways on which people are told what happens: addresses with their secrets, in a file of its own.

The file lies in the state folder, and nobody but guardian may read it (0600). What it holds is
neither in the configuration, which may be shared, nor in the database, of which copies are made.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

MOST: Final = 20


class Topic(StrEnum):
    """What somebody may want to hear of."""

    REQUESTS = "requests"  # asked, and answered
    DEVICES = "devices"  # one that nobody has named
    TIMES = "times"  # a window is about to begin
    LIMITS = "limits"  # minutes run low, or are used up
    DEEDS = "deeds"  # pauses, extra time, earned minutes
    GROWING = "growing"  # somebody is in another age band, or of age
    TROUBLE = "trouble"  # DNS, lists, copies
    LOGINS = "logins"
    LETTER = "letter"  # the week of each person


class Problem(StrEnum):
    """Why a message did not arrive."""

    ABSENT = "absent"  # apprise is not installed
    ADDRESS = "address"  # it is not one that apprise can read
    KEY = "key"  # the service does not know the password or key
    PLACE = "place"  # the service knows no such room, topic or person
    BUSY = "busy"  # too many messages
    SILENT = "silent"  # nobody answers there
    REFUSED = "refused"  # for another reason


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to one person.

    account: whose it is; its language is theirs. kind: of form it was made with. url: as apprise
    reads it, a secret: `repr` does not show it. shown: what may be shown of it. quiet: from when
    until when nothing is sent, on the household's clock; None: at no time. most: messages an hour.
    answers: whether a request comes with links that answer it. pages: where those lead, such as
    "http://192.168.1.2:8053".
    """

    number: int
    account: str
    kind: str
    title: str
    url: str
    shown: str
    topics: frozenset[Topic]
    quiet: tuple[time, time] | None = None
    most: int = 10
    answers: bool = False
    pages: str = ""

    def __repr__(self) -> str:
        return f"Channel({self.number}, {self.kind}, {self.shown!r})"

    def is_quiet(self, at: time) -> bool:
        """Whether nothing is sent at a time of day."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        return start <= at < end if start <= end else at >= start or at < end


class Channels:
    """The channels of a household, in their file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> list[Channel]:
        """Every channel, the oldest first; none where the file is missing or makes no sense."""
        try:
            return [_channel(each) for each in json.loads(self._path.read_text("utf-8"))]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def numbered(self, number: int) -> Channel | None:
        """The channel of that number."""
        return next((each for each in self.all() if each.number == number), None)

    def put(self, channel: Channel) -> int:
        """Keep a channel, a new one where its number is 0; gives its number. Raises OSError."""
        present = self.all()
        if not channel.number:
            channel = replace(channel, number=max((each.number for each in present), default=0) + 1)
        others = [each for each in present if each.number != channel.number]
        self._write(sorted([*others, channel], key=lambda each: each.number))
        return channel.number

    def remove(self, gone: Callable[[Channel], bool]) -> bool:
        """Forget those of which `gone` says so; whether there were any. Raises OSError."""
        present = self.all()
        left = [each for each in present if not gone(each)]
        if len(left) != len(present):
            self._write(left)
        return len(left) != len(present)

    def _write(self, channels: list[Channel]) -> None:
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        try:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump([_data(each) for each in channels], file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._path)
        finally:
            aside.unlink(missing_ok=True)


def _data(channel: Channel) -> dict[str, Any]:
    quiet = [f"{each:%H:%M}" for each in channel.quiet] if channel.quiet else None
    return {**asdict(channel), "topics": sorted(channel.topics), "quiet": quiet}


def _channel(data: dict[str, Any]) -> Channel:
    known = {str(each) for each in Topic}
    quiet = data.get("quiet")
    return Channel(
        **{
            **data,
            "topics": frozenset(Topic(each) for each in data["topics"] if each in known),
            "quiet": tuple(time.fromisoformat(each) for each in quiet) if quiet else None,
        }
    )
