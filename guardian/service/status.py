"""What the page shows, gathered from policy, store and lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from guardian.errors import Said, translated
from guardian.lists.standing import SourceStatus
from guardian.policy import growing
from guardian.policy.budgets import Account
from guardian.policy.explain import Outlook, outlook
from guardian.policy.notices import notices
from guardian.policy.people import Person
from guardian.policy.requests import Request
from guardian.policy.rules import Category, Step
from guardian.policy.shared import says
from guardian.policy.timeline import Spell, Timeline
from guardian.safety.helplines import helpline
from guardian.service import clock
from guardian.service.lists import told_to_wait
from guardian.settings import Settings
from guardian.web.languages import Language
from guardian.web.status import BudgetStatus, PersonStatus, SharedStatus, Status


def gather(
    settings: Settings,
    timelines: Mapping[str | None, Timeline],
    counts: Mapping[str, tuple[int, int]],
    lists: Sequence[SourceStatus],
    problems: Sequence[str],
    accounts: Mapping[str, Sequence[Account]],
    requests: Sequence[Request],
    titles: Mapping[str, str],
    spells: Sequence[Spell],
    now: datetime,
    language: Language,
    names: Collection[str] | None = None,
) -> Status:
    """The page's content at an instant.

    names: of the people to tell of; None for all. The house is told of as a whole always.
    counts: person ("" for unknown devices) → today's. accounts: how each person's budgets stand.
    requests: the open ones. titles: of categories and services. spells: those that are in force.
    """
    household = settings.household
    wanted = [each for each in household.people if names is None or each.name in names]
    views = _Views(titles, now, language)
    people = tuple(
        _person(
            person,
            views.of(timelines[person.name]),
            counts,
            accounts,
            titles,
            household.count_devices(person),
        )
        for person in wanted
    )
    strangers = _person(None, views.of(timelines[None]), counts, accounts, titles)
    wrong: list[str] = [
        Said("%(list)s: %(problem)s", list=each.source.id, problem=each.problem)
        for each in lists
        if each.problem
    ]
    wrong += told_to_wait(lists)
    return Status(
        time=datetime.fromisoformat(now.astimezone(household.zone).isoformat()),
        people=people,
        strangers=strangers,
        dns=tuple(str(each) for each in settings.listen.dns),
        queries_today=sum(queries for queries, _ in counts.values()),
        blocked_today=sum(blocked for _, blocked in counts.values()),
        lists=len(lists),
        names=sum(each.names for each in lists),
        problems=tuple(translated(each, language.say) for each in (*problems, *wrong)),
        requests=tuple(requests),
        notices=(
            *(
                notice.sentence
                for person in wanted
                for notice in notices(
                    timelines[person.name],
                    accounts.get(person.name, ()),
                    titles,
                    now,
                    language.say,
                    views.of(timelines[person.name]).outlook,
                )
            ),
            *growing.told(household, clock.today(now, household.zone), language.say),
        ),
        helpline=helpline(household.country),
        shared=tuple(
            _shared(
                device.name,
                says(device, spells, now, household.zone, say=language.say),
                views.of(timelines[device.name]).outlook,
                counts,
            )
            for device in household.shared
        ),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """What holds for everybody with the same stretches. filtered: titles of blocked categories."""

    outlook: Outlook
    filtered: tuple[str, ...]
    paused: bool


class _Views:
    """Views at an instant, each found once: people with the same rules share their stretches."""

    def __init__(self, titles: Mapping[str, str], now: datetime, language: Language) -> None:
        self._titles, self._now, self._say = titles, now, language.say
        self._known: dict[int, _View] = {}

    def of(self, timeline: Timeline) -> _View:
        """A timeline's; all of a household are in the same zone."""
        key = id(timeline.stretches)
        if key not in self._known:
            self._known[key] = self._view(timeline)
        return self._known[key]

    def _view(self, timeline: Timeline) -> _View:
        state = timeline.state(self._now)
        return _View(
            outlook(timeline, self._now, self._say),
            tuple(
                self._titles.get(rule.what.id, rule.title)
                for rule in state.of(Step.CATEGORY)
                if isinstance(rule.what, Category)
            ),
            any(rule.id == "pause" for rule in state.of(Step.PAUSE)),
        )


def _person(
    person: Person | None,
    view: _View,
    counts: Mapping[str, tuple[int, int]],
    accounts: Mapping[str, Sequence[Account]],
    titles: Mapping[str, str],
    devices: int = 0,
) -> PersonStatus:
    name = person.name if person else ""
    queries, blocked = counts.get(name, (0, 0))
    return PersonStatus(
        name=name,
        age=str(person.age_band) if person else "",
        devices=devices,
        kind=view.outlook.kind,
        title=view.outlook.title,
        detail=view.outlook.detail,
        paused=view.paused,
        filtered=view.filtered,
        queries_today=queries,
        blocked_today=blocked,
        budgets=tuple(BudgetStatus.of(each, titles) for each in accounts.get(name, ())),
    )


def _shared(
    name: str, follows: str, view: Outlook, counts: Mapping[str, tuple[int, int]]
) -> SharedStatus:
    queries, blocked = counts.get(name, (0, 0))
    return SharedStatus(name, follows, view.kind, view.title, view.detail, queries, blocked)
