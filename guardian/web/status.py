"""What the first page shows. Whoever runs guardian fills these in; sentences are whole and in the
reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from guardian.policy.budgets import Account, Period
from guardian.policy.requests import Request
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

    @classmethod
    def of(cls, account: Account, titles: Mapping[str, str]) -> "BudgetStatus":
        """How a budget stands. titles: category or service → title."""
        thing = account.budget.category
        title = "" if thing is None else titles.get(thing, thing)
        return cls(title, account.left, account.allowed, account.budget.period is Period.WEEK)


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """How things stand for one person; name "" means devices that nobody has named yet.

    age: their band, such as "6-8" or "adult". devices: how many. kind: "free", "extra", "pause",
    "learning", or a window's kind. title, detail: "Bedtime", "until 07:00, then free time".
    paused: whether a pause for everything holds. filtered: titles of blocked categories.
    queries_today, blocked_today: since midnight, local. budgets: how their minutes stand.
    """

    name: str
    age: str
    devices: int
    kind: str
    title: str
    detail: str
    paused: bool
    filtered: tuple[str, ...]
    queries_today: int
    blocked_today: int
    budgets: tuple[BudgetStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedStatus:
    """How things stand on a device that several people use.

    follows: whom it follows, as a sentence. kind, title, detail, queries_today, blocked_today: as
    for a person.
    """

    name: str
    follows: str
    kind: str
    title: str
    detail: str
    queries_today: int
    blocked_today: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the house stands.

    time: aware, in the household's zone. dns: addresses where DNS is answered. lists, names: how
    many are in force. problems: sentences. requests: what waits for an answer; notices: what comes
    soon, as sentences. helpline: of the household's country; None where none is known well enough.
    shared: what several people use.
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
    requests: tuple[Request, ...] = ()
    notices: tuple[str, ...] = ()
    helpline: Helpline | None = None
    shared: tuple[SharedStatus, ...] = ()
