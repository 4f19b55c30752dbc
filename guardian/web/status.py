"""What the page shows, and the API says."""

from dataclasses import dataclass
from datetime import datetime

from guardian.safety.helplines import Helpline


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """Minutes for something, estimated. title: "Games"; "" for everything. left, allowed: minutes.

    week: whether they are for the week and not for today.
    """

    title: str
    left: int
    allowed: int
    week: bool = False


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """How things stand for one person; name "" means devices that nobody has named yet.

    note: age band and devices in a few words. kind: "free", "pause", or a window's kind. title,
    detail: "Bedtime", "until 07:00, then free time". filtered: titles of blocked categories.
    queries_today, blocked_today: since midnight, local. budgets: how their minutes stand.
    """

    name: str
    note: str
    kind: str
    title: str
    detail: str
    filtered: tuple[str, ...]
    queries_today: int
    blocked_today: int
    budgets: tuple[BudgetStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The whole page.

    time: aware, in the household's zone. dns: addresses where DNS is answered. lists, names: how
    many are in force. problems: whole sentences. requests: what waits for an answer; notices: what
    comes soon; both as sentences. language: ISO 639-1. helpline: of the household's country; None
    where none is known well enough.
    """

    time: datetime
    people: tuple[PersonStatus, ...]
    strangers: PersonStatus
    dns: tuple[str, ...]
    queries_today: int
    blocked_today: int
    lists: int
    names: int
    problems: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    language: str = "en"
    helpline: Helpline | None = None
