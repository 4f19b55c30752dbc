"""What is told before it happens: a window that is about to begin, a budget that runs low."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from guardian.policy import sentences
from guardian.policy.budgets import Account
from guardian.policy.explain import Outlook, outlook
from guardian.policy.sentences import Say, english
from guardian.policy.timeline import Timeline

BEFORE_WINDOW: Final = timedelta(minutes=15)
LOW: Final = 10  # minutes left
OPEN: Final = frozenset({"free", "extra"})
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that comes. kind: a window's, or "budget"; minutes: until it comes, or left."""

    person: str
    kind: str
    minutes: int
    sentence: str


def notices(
    timeline: Timeline,
    accounts: Iterable[Account],
    titles: Mapping[str, str],
    now: datetime,
    say: Say = english,
    view: Outlook | None = None,
) -> Iterator[Notice]:
    """What the timeline's person should hear now. titles: category or service → title.

    view: the timeline's outlook, where the caller knows it.
    """
    view = view or outlook(timeline, now, say)
    if view.kind in OPEN and view.until is not None and view.until - now <= BEFORE_WINDOW:
        yield soon(timeline, view.until, now, say)
    for each in accounts:
        if 0 < each.left <= LOW and each.left < each.allowed:
            yield low(timeline, each, titles, say)


def soon(timeline: Timeline, begins: datetime, now: datetime, say: Say = english) -> Notice:
    """That what the timeline has from an instant on is about to begin."""
    person = sentences.called(timeline.person, say)
    following = outlook(timeline, begins, say)
    minutes = max(1, -((now.astimezone(UTC) - begins) // _MINUTE))
    said = say(sentences.SOON).format(title=following.title, person=person, minutes=minutes)
    return Notice(person, following.kind, minutes, said)


def low(
    timeline: Timeline, account: Account, titles: Mapping[str, str], say: Say = english
) -> Notice:
    """That few minutes are left of a budget."""
    person, thing = sentences.called(timeline.person, say), account.budget.category
    title = say(sentences.ALL_TIME) if thing is None else titles.get(thing, thing)
    said = say(sentences.LOW).format(person=person, minutes=account.left, title=title)
    return Notice(person, "budget", account.left, said)
