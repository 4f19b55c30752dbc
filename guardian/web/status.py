"""What the page shows, and the API says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """How things stand for one person; name "" means devices that nobody has named yet.

    note: age band and devices in a few words. kind: free, pause, or a window's kind. title, detail:
    "Bedtime", "until 07:00, then free time". filtered: titles of blocked categories.
    """

    name: str
    note: str
    kind: str
    title: str
    detail: str
    filtered: tuple[str, ...]
    queries_today: int
    blocked_today: int


@dataclass(frozen=True, slots=True)
class Status:
    """The whole page. time: local. lists, names: how many. problems: sentences."""

    time: datetime
    people: tuple[PersonStatus, ...]
    strangers: PersonStatus
    dns: tuple[str, ...]
    queries_today: int
    blocked_today: int
    lists: int
    names: int
    problems: tuple[str, ...] = ()
    language: str = "en"
