"""What the API speaks of: the shapes of what it takes and gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardian.policy.requests import Answer, Kind


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, and what is in force for them. age_band: years, or "adult"."""

    name: str
    age_band: str
    profile: str | None
    devices: tuple[str, ...]
    kind: str
    title: str
    detail: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in the house."""

    people: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True)
class For:
    """How long something holds: minutes from now, or until an instant; one of both.

    thing: a category or service; null for everything.
    """

    minutes: int | None = None
    until: datetime | None = None
    thing: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What holds now, and until when."""

    person: str
    thing: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class RequestView:
    """What a child asks for. what: a name; or a category or service, "" for everything."""

    number: int
    person: str
    kind: Kind
    what: str
    minutes: int
    asked: datetime
    answer: Answer
    because: str


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests, the oldest first."""

    requests: tuple[RequestView, ...]


@dataclass(frozen=True, slots=True)
class NewRequest:
    """Ask in a child's name: for a site, or for minutes of a thing ("" for everything)."""

    person: str
    kind: Kind
    what: str = ""
    minutes: int = 30


@dataclass(frozen=True, slots=True)
class Numbered:
    """Something new has this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A parent's answer. because: a reason, for the child to read."""

    answer: Answer
    because: str = ""


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device that asked. owner: "" where it is nobody's."""

    address: str
    mac: str
    name: str
    owner: str
    last: datetime


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices that asked lately, the last one first."""

    devices: tuple[DeviceView, ...]


@dataclass(frozen=True, slots=True)
class ListView:
    """A list, and how it stands. problem: "" where all is well."""

    id: str
    category: str
    names: int
    refused: int
    fetched: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists."""

    lists: tuple[ListView, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What would happen to a name. steps: of the judgement, in order."""

    qname: str
    action: str
    reason: str
    until: datetime | None
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of the configuration. lines: what came (+) and went (-)."""

    number: int
    at: datetime
    who: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes, the last first. next: give it as `before` for more; null at the end."""

    changes: tuple[ChangeView, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Who did what, and about whom."""

    number: int
    at: datetime
    who: str
    deed: str
    about: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal, the last first. next: give it as `before` for more; null at the end."""

    entries: tuple[JournalEntry, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """The household's configuration, as docs/configuration.md describes it; values are text."""

    household: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with a field, and how to mend it."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: tuple[FieldProblem, ...] = ()
