"""Appeals, what children think, and how it all works here, by the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from guardian.names import InvalidName, normalise
from guardian.store.appeals import Appeal, Verdict
from guardian.web.api.call import Call
from guardian.web.api.schema import BadBody
from guardian.web.house import NotThere
from guardian.web.transparency import Shown, shown

_LISTED: Final = timedelta(days=31)
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class AppealView:
    """Somebody says that a site is wrongly closed. person: "" for a device without a name.

    lists: those that named it then. decided: null where nobody has answered.
    """

    number: int
    asked: datetime
    person: str
    name: str
    lists: tuple[str, ...]
    reason: str
    verdict: Verdict
    decided: datetime | None
    because: str


@dataclass(frozen=True, slots=True)
class AppealViews:
    """Those that wait, the oldest first, and those of the last month, the last one first."""

    waiting: tuple[AppealView, ...]
    decided: tuple[AppealView, ...]


@dataclass(frozen=True, slots=True)
class NewAppeal:
    """Say it for somebody; person "" for nobody in particular."""

    name: str
    reason: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """upheld: the list was wrong; the site is open for who appealed. because: for them to read."""

    upheld: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """How often an answer was given to a question of the questionnaire."""

    question: str
    answer: str
    count: int


@dataclass(frozen=True, slots=True)
class Thoughts:
    """What children think. sheets: how many answered, as far as it is shown: five at a time."""

    sheets: int
    answers: tuple[Answers, ...]


async def appeals(call: Call) -> AppealViews:
    """What is said to be wrongly closed."""
    store = call.house.store.appeals
    decided = store.decided(call.house.now() - _LISTED, _MOST)
    return AppealViews(tuple(map(_view, store.waiting())), tuple(map(_view, decided)))


def _view(each: Appeal) -> AppealView:
    return AppealView(
        each.number, each.asked, each.person, each.qname, each.lists, each.reason, each.verdict,
        each.decided, each.because,
    )  # fmt: skip


async def appeal(call: Call) -> None:
    """Say that a site is wrongly closed. Of illegal content nothing is kept or told."""
    wish = await call.body(NewAppeal)
    if not wish.reason.strip():
        raise BadBody([("reason", "write in a few words why it should be open")])
    if wish.person:
        call.house.settings.household.called(wish.person)
    try:
        qname = normalise(wish.name)
    except InvalidName as problem:
        raise BadBody([("name", str(problem))]) from None
    if not call.house.appeal(wish.person, qname, wish.reason.strip()):
        raise BadBody([("name", "this was said already, or three of theirs wait for an answer")])


async def decide(call: Call) -> None:
    """Answer an appeal."""
    wish = await call.body(Decision)
    verdict = Verdict.UPHELD if wish.upheld else Verdict.KEPT
    _decide(call, verdict, wish.because)


async def undo(call: Call) -> None:
    """Take the answer to an appeal back."""
    _decide(call, Verdict.OPEN, "")


def _decide(call: Call, verdict: Verdict, because: str) -> None:
    try:
        call.house.decide_appeal(call.number("number"), verdict, because, call.who)
    except NotThere:
        raise web.HTTPNotFound from None


async def thoughts(call: Call) -> Thoughts:
    """What children answered about guardian, without who or when."""
    store = call.house.store.survey
    rows = (
        Answers(question, answer, count)
        for question, answers in store.shown().items()
        for answer, count in answers.items()
    )
    return Thoughts(store.sheets(), tuple(rows))


@dataclass(frozen=True, slots=True)
class ListOpenly:
    """A list. because: "law", "wish" or "product". decided, upheld: appeals about it."""

    id: str
    category: str
    names: int
    version: str
    licence: str
    maker: str
    because: str
    decided: int
    upheld: int


@dataclass(frozen=True, slots=True)
class Openly:
    """How it works here. notice_hours: how long one is told before more is seen of them."""

    kind: str
    country: str
    lists: tuple[ListOpenly, ...]
    counts_illegal: bool
    statistics: bool
    notice_hours: int


async def openly(call: Call) -> Openly:
    """Which lists there are and by whose word, and what is kept."""
    return _openly(shown(call.house))


def _openly(found: Shown) -> Openly:
    lists = (
        ListOpenly(
            each.id, each.category, each.names, each.version, each.licence, each.maker,
            each.because, each.appeals.decided, each.appeals.upheld,
        )
        for each in found.lists
    )  # fmt: skip
    hours = round(found.notice / timedelta(hours=1))
    return Openly(
        found.kind, found.country, tuple(lists), found.counts_illegal, found.statistics, hours
    )
