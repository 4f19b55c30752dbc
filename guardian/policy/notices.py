"""What is told before it happens: a window that is about to begin, a budget that runs low."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from guardian.policy import sentences
from guardian.policy.budgets import Account
from guardian.policy.explain import outlook
from guardian.policy.sentences import Say, english
from guardian.policy.timeline import Timeline

BEFORE_WINDOW: Final = timedelta(minutes=15)
LOW: Final = 10  # minutes left
_OPEN: Final = frozenset({"free", "extra"})
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
) -> Iterator[Notice]:
    """What the timeline's person should hear now. titles: category or service → title."""
    person = sentences.called(timeline.person, say)
    view = outlook(timeline, now, say)
    if view.kind in _OPEN and view.until is not None and view.until - now <= BEFORE_WINDOW:
        following = outlook(timeline, view.until, say)
        minutes = max(1, -((now.astimezone(UTC) - view.until) // _MINUTE))
        said = say(sentences.SOON).format(title=following.title, person=person, minutes=minutes)
        yield Notice(person, following.kind, minutes, said)
    for each in accounts:
        if 0 < each.left <= LOW and each.left < each.allowed:
            thing = each.budget.category
            title = say(sentences.ALL_TIME) if thing is None else titles.get(thing, thing)
            said = say(sentences.LOW).format(person=person, minutes=each.left, title=title)
            yield Notice(person, "budget", each.left, said)
