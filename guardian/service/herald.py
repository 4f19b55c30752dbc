"""Raise events when they are due, each once, over restarts too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from guardian.policy import occasions
from guardian.policy.budgets import Account
from guardian.policy.events import Event, Mark, Occasion
from guardian.policy.people import Household, HouseholdKind
from guardian.policy.sentences import Say, english
from guardian.policy.timeline import Timeline
from guardian.service import clock
from guardian.store.household import Store

_REQUESTS: Final = timedelta(days=2)  # how long after it a request or its answer is still news
_DEEDS_READ: Final = 20  # of the journal, every few seconds
LOGGED_IN: Final = "logged in"  # as the journal has it


@dataclass(frozen=True, slots=True)
class Noticed:
    """What processes saw. strangers: signs of devices that nobody has named → how they call
    themselves, if they do; troubles: what has been wrong for a while."""

    strangers: Mapping[str, str] = field(default_factory=dict)
    troubles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """A language. titles: category or service → title in it."""

    say: Say
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class News:
    """An event that was raised just now. words: its sentence by language."""

    mark: Mark
    event: Event
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    """All that tells what is due."""

    store: Store
    household: Household
    timelines: Mapping[str | None, Timeline]
    accounts: Mapping[str, Sequence[Account]]
    noticed: Noticed
    now: datetime


class Herald:
    """Knows what was told already."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._raised: dict[Mark, datetime] = {}

    def tell(
        self,
        store: Store,
        household: Household,
        timelines: Mapping[str | None, Timeline],
        accounts: Mapping[str, Sequence[Account]],
        titles: Mapping[str, str],
        now: datetime,
        noticed: Noticed = Noticed(),
        speakers: Callable[[], Mapping[str, Speaker]] = dict,
    ) -> list[News]:
        """Raise what is due, and give it. accounts: how each person's budgets stand.

        speakers: by language, in which the news is wanted. With a clock that is not set, nothing is
        raised: every time in it would be wrong. Raises sqlite3.Error.
        """
        if not clock.is_set(now):
            return []
        if store is not self._store:
            self._store, self._raised = store, store.events.raised(now)
        self._raised = {mark: until for mark, until in self._raised.items() if until > now}
        state = _State(store, household, timelines, accounts, noticed, now)
        found = [
            each
            for each in self._due(state, Speaker(english, titles))
            if each.mark not in self._raised
        ]
        if not found:
            return []
        words = {
            code: {
                each.mark: each.event.sentence for each in self._due(state, speaker) if each.event
            }
            for code, speaker in speakers().items()
        }
        store.events.keep(found, now)
        self._raised |= {each.mark: each.until for each in found}
        return [
            News(each.mark, each.event, {code: said[each.mark] for code, said in words.items()})
            for each in found
            if each.event is not None
        ]

    def _due(self, state: _State, speaker: Speaker) -> Iterator[Occasion]:
        store, household, now = state.store, state.household, state.now
        say, titles = speaker.say, speaker.titles
        today = clock.today(now, household.zone)
        yield from occasions.spells(
            store.spells.running(now), self._raised, household, titles, now, say
        )
        yield from occasions.earned(store.usage.since(today), today, titles, now, say)
        yield from occasions.asked(store.requests.since(now - _REQUESTS), now)
        yield from occasions.grown(household, today, now, say)
        yield from occasions.logins(_entered(store, now), now, say)
        yield from occasions.trouble(state.noticed.troubles, now, say)
        if household.kind is HouseholdKind.PROVIDER:
            return  # a hundred thousand bedtimes are news to nobody
        yield from occasions.devices(state.noticed.strangers, now, say)
        yield from occasions.letters(household, now, say)
        for person in household.people:
            timeline = state.timelines[person.name]
            yield from occasions.window(timeline, now, say)
            for account in state.accounts.get(person.name, ()):
                yield from occasions.budget(timeline, account, titles, now, say)


def _entered(store: Store, now: datetime) -> Iterator[tuple[int, datetime, str]]:
    for each in store.accounts.journal(_DEEDS_READ):
        if each.deed == LOGGED_IN and now - each.at < _REQUESTS:
            yield each.number, each.at, each.who
