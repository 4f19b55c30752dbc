"""What a child asks for, and a parent's answer.

A child may ask for more time or for one name. So that asking stays worth an answer, few requests
are open at a time, and what was refused is not asked again within the hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from guardian.errors import GuardianError
from guardian.policy.windows import midnight

MOST_OPEN: Final = 3
REST: Final = timedelta(hours=1)
ONCE: Final = timedelta(hours=1)  # how long a name that is opened once stays open
ALWAYS_BACK: Final = timedelta(days=1)  # for which "always" is taken back from the request itself


class Kind(StrEnum):
    TIME = "time"
    NAME = "name"


class Answer(StrEnum):
    """A parent's answer. ONCE: for what was asked, a name for an hour; TONIGHT: until midnight."""

    OPEN = "open"
    ONCE = "once"
    TONIGHT = "tonight"
    ALWAYS = "always"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. what: the qname; or a category or service, "" for everything. minutes: of time.

    answered: when; because: the parent's reason, in their words.
    """

    number: int
    person: str
    kind: Kind
    what: str
    minutes: int
    asked: datetime
    answer: Answer = Answer.OPEN
    answered: datetime | None = None
    because: str = ""


class Wait(StrEnum):
    """Why a request is not taken: it waits already, rests after a no, or too many are open."""

    ASKED = "asked"
    REST = "rest"
    MANY = "many"


_WAIT_SAYS: Final = {
    Wait.ASKED: "you have asked for this already; your parents will see it",
    Wait.REST: "the answer was no; you can ask again an hour after it",
    Wait.MANY: f"{MOST_OPEN} of your requests wait for an answer; wait for those first",
}


class NotNow(GuardianError):
    """A request that is not taken; the message says why, to a child."""

    exit_code: ClassVar[int] = 1

    def __init__(self, why: Wait) -> None:
        super().__init__(_WAIT_SAYS[why])
        self.why = why


class NoSuchRequest(GuardianError):
    """A request that is not there, or has its answer already, or whose answer is past."""

    exit_code: ClassVar[int] = 2


def check(earlier: Iterable[Request], kind: Kind, what: str, now: datetime) -> None:
    """Whether a person may ask for this now. earlier: their requests. Raises NotNow."""
    theirs = list(earlier)
    same = [each for each in theirs if (each.kind, each.what) == (kind, what)]
    if any(each.answer is Answer.OPEN for each in same):
        raise NotNow(Wait.ASKED)
    if any(
        each.answer is Answer.NO and each.answered is not None and now - each.answered < REST
        for each in same
    ):
        raise NotNow(Wait.REST)
    if sum(each.answer is Answer.OPEN for each in theirs) >= MOST_OPEN:
        raise NotNow(Wait.MANY)


def may_be_taken_back(request: Request, now: datetime, zone: ZoneInfo) -> bool:
    """Whether an answer still makes a difference: its time is not over; a no rests for an hour."""
    if request.answered is None:
        return False
    if request.answer is Answer.NO:
        return now - request.answered < REST
    if request.answer is Answer.ALWAYS:
        return now - request.answered < ALWAYS_BACK
    return now < ends(request, zone)


def ends(request: Request, zone: ZoneInfo) -> datetime:
    """When what was answered once, or until tonight, ends."""
    assert request.answered is not None  # noqa: S101 (the caller looked)
    if request.answer is Answer.TONIGHT:
        return midnight(request.answered, zone)
    once = ONCE if request.kind is Kind.NAME else timedelta(minutes=request.minutes)
    return request.answered + once


def said(request: Request, *, with_name: bool = True) -> str:
    """A request in a few words: "Lina asks for 30 minutes more for games".

    with_name: whether a name that is asked for is told.
    """
    if request.kind is Kind.NAME and not with_name:
        return f"{request.person} asks for a site"
    if request.kind is Kind.NAME:
        return f"{request.person} asks for {request.what}"
    what = f" for {request.what}" if request.what else ""
    return f"{request.person} asks for {request.minutes} minutes more{what}"
