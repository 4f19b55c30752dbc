"""What the API speaks of: the shapes of what it takes and gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardian.policy import honesty
from guardian.policy.requests import Answer, Kind
from guardian.web.watching import HeardSite


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
    """How long something holds: minutes from now, until an instant, or until the household's clock
    shows a time of day, such as 20:30; one of the three.

    thing: a category or service; null for everything.
    """

    minutes: int | None = None
    until: datetime | None = None
    clock: str | None = None
    thing: str | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """Minutes more of today's budget for a thing; null for everything."""

    minutes: int
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
    """Requests, the oldest first: the last hundred, and all that wait before them.

    next: give it as `before` for earlier ones; null where there are none.
    """

    requests: tuple[RequestView, ...]
    next: int | None = None


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
class TriedView:
    """What a device tried: the kind, how often, about, and when last. said: for people."""

    kind: honesty.Kind
    times: int
    last: datetime
    said: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device. owner: a person's name, or that of what several share; "" where it is nobody's.

    address, last: when and from where it asked last; null where it has not. name: what people call
    it, else what it calls itself. id: names it in other addresses; any of its signs does.
    people: who has it. is_private: whether its hardware address is made up, and may change.
    blocked: whether it has no internet but helplines until that is taken back. otherwise: what is
    so on it until an instant, "block" or "free". kind, in_force, detail, until: what is in force
    on it, as for a person. may_be: the id of a known device that it may be, under a new address.
    asks: whether it asks guardian, as far as that can be seen: asks, elsewhere, hidden, silent or
    away. tried: what it tried in place of that in the last 24 hours.
    """

    address: str
    mac: str
    name: str
    owner: str
    last: datetime | None
    id: str
    signs: tuple[str, ...]
    title: str
    people: tuple[str, ...]
    maker: str
    is_private: bool
    ignored: bool
    blocked: bool
    otherwise: str | None
    otherwise_until: datetime | None
    kind: str
    in_force: str
    detail: str
    until: datetime | None
    may_be: str | None
    asks: honesty.State = honesty.State.AWAY
    tried: tuple["TriedView", ...] = ()


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices, the one that asked last first; at the end those that only have a name."""

    devices: tuple[DeviceView, ...]


@dataclass(frozen=True, slots=True)
class DeviceName:
    """What people call a device; no two alike."""

    name: str


@dataclass(frozen=True, slots=True)
class DevicePeople:
    """Whose a device is: nobody's, one person's, or several people's."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnAddressView:
    """Whether a device may have an address of its own here, and since when it has one."""

    offered: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """A device's own address, by the secret in it."""

    secret: str


@dataclass(frozen=True, slots=True)
class Until:
    """How long something holds: minutes from now, or until an instant; one of both.

    For a block, neither: until it is taken back, which needs the right to change rules.
    """

    minutes: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OtherDevice:
    """Another device, by its id or any of its signs."""

    device: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What a rule can be about. group: of a service, such as "social"; "" for a category."""

    id: str
    title: str
    group: str


@dataclass(frozen=True, slots=True)
class Things:
    """Categories first, then services."""

    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class ListWord:
    """One list's word on a name. allows: it takes the name out of the category. line: what the
    list's line means: exact, subdomains, below or pattern. came: when this content of it came.
    """

    list: str
    category: str
    version: str
    allows: bool
    line: str
    came: datetime | None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What lists say of a name; of illegal content no list is told."""

    name: str
    is_illegal: bool
    lists: tuple[ListWord, ...]


@dataclass(frozen=True, slots=True)
class NewWatch:
    """Watch a device, by its hardware address or address as /devices has it.

    site: one that does not work and should; "" to see what an app needs. minutes: 1 to 10.
    """

    device: str
    minutes: int = 5
    site: str = ""


@dataclass(frozen=True, slots=True)
class WatchView:
    """A watch of a device. left_out: how many names are shown to nobody."""

    device: str
    owner: str
    site: str
    since: datetime
    until: datetime
    is_running: bool
    sites: tuple[HeardSite, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Watches:
    """Watches without their sites, the last one first."""

    watches: tuple[WatchView, ...]


@dataclass(frozen=True, slots=True)
class NewService:
    """An app to be made of names, each with all below it."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnService:
    """An app that the household made. id: its word in rules."""

    id: str
    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnServices:
    """Those apps."""

    services: tuple[OwnService, ...]


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
class Undo:
    """whole: put all back as it was before the change, and later ones are lost with it."""

    whole: bool = False


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
class LetterPart:
    """A part of a letter."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterDay:
    """A day of a letter's week: look-ups, and how many of them were filtered."""

    day: str
    seen: int
    blocked: int


@dataclass(frozen=True, slots=True)
class LetterView:
    """The letter of a week, in the household's language. first, last: days. weeks: of all letters,
    the first days."""

    person: str
    first: str
    last: str
    title: str
    parts: tuple[LetterPart, ...]
    days: tuple[LetterDay, ...]
    weeks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A way to tell somebody. shown: of its address, what may be. problem: "" where all is well."""

    number: int
    account: str
    kind: str
    title: str
    shown: str
    topics: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels. installed: whether what sends messages is there."""

    installed: bool
    channels: tuple[ChannelView, ...]


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel to an account. url: as apprise reads it; it is never given back."""

    account: str
    title: str
    url: str
    topics: tuple[str, ...] = ("requests", "trouble")


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """What is to be otherwise on a channel. most: messages an hour."""

    title: str | None = None
    topics: tuple[str, ...] | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """Whether a test was taken. problem: why not; "" where it was."""

    problem: str


@dataclass(frozen=True, slots=True)
class BackupView:
    """A copy of the household. size: bytes."""

    name: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Backups:
    """The copies, the last one first."""

    backups: tuple[BackupView, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Something new has this name."""

    name: str


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
