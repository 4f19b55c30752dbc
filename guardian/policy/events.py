"""What happens in a household, as events that somebody may want to hear of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    WINDOW = "window"  # one is about to begin
    BUDGET = "budget"  # minutes run low
    USED_UP = "used-up"
    PAUSE = "pause"
    PAUSE_OVER = "pause-over"
    EXTRA = "extra"  # extra time
    EXTRA_OVER = "extra-over"
    EARNED = "earned"
    ASKED = "asked"
    ANSWERED = "answered"
    BAND = "band"  # somebody is, or soon will be, in another age band
    OF_AGE = "of-age"
    DEVICE = "device"  # one that nobody has named asks for the first time
    LOGIN = "login"
    TROUBLE = "trouble"
    LETTER = "letter"  # a person's week is over


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. It names nothing that anybody looked up.

    id: grows; 0 before it is kept. at: aware. person: None for unknown devices. minutes: until it
    comes, or that are left or given; 0 where that is no matter. sentence: for people.
    """

    at: datetime
    kind: EventKind
    person: str | None
    sentence: str
    minutes: int = 0
    id: int = 0


Mark = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A reason for an event, which is raised once.

    mark: what makes it this one and no other. until: how long it must be remembered. event: None
    where it has passed unheard: nobody is told "in 15 minutes" five minutes before.
    """

    mark: Mark
    until: datetime
    event: Event | None
