"""What the page shows, gathered from policy, store and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from guardian.lists.library import SourceStatus
from guardian.policy import growing
from guardian.policy.budgets import Account
from guardian.policy.explain import outlook
from guardian.policy.notices import notices
from guardian.policy.people import Person
from guardian.policy.requests import Request
from guardian.policy.rules import Category, Step
from guardian.policy.shared import says
from guardian.policy.timeline import Spell, Timeline
from guardian.safety.helplines import helpline
from guardian.service import clock
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
) -> Status:
    """The page's content at an instant.

    counts: person ("" for unknown devices) → today's. accounts: how each person's budgets stand.
    requests: the open ones. titles: of categories and services. spells: those that are in force.
    """
    household = settings.household
    people = tuple(
        replace(
            _person(person, timelines[person.name], counts, titles, now, language),
            devices=household.count_devices(person),
            budgets=tuple(BudgetStatus.of(each, titles) for each in accounts.get(person.name, ())),
        )
        for person in household.people
    )
    strangers = _person(None, timelines[None], counts, titles, now, language)
    wrong = [f"{each.source.id}: {each.problem}" for each in lists if each.problem]
    return Status(
        time=datetime.fromisoformat(now.astimezone(household.zone).isoformat()),
        people=people,
        strangers=strangers,
        dns=tuple(str(each) for each in settings.listen.dns),
        queries_today=sum(queries for queries, _ in counts.values()),
        blocked_today=sum(blocked for _, blocked in counts.values()),
        lists=len(lists),
        names=sum(each.names for each in lists),
        problems=(*problems, *wrong),
        requests=tuple(requests),
        notices=(
            *(
                notice.sentence
                for person in household.people
                for notice in notices(
                    timelines[person.name],
                    accounts.get(person.name, ()),
                    titles,
                    now,
                    language.say,
                )
            ),
            *growing.told(household, clock.today(now, household.zone), language.say),
        ),
        helpline=helpline(household.country),
        shared=tuple(
            _shared(
                device.name,
                says(device, spells, now, household.zone, say=language.say),
                timelines[device.name],
                counts,
                now,
                language,
            )
            for device in household.shared
        ),
    )


def _person(
    person: Person | None,
    timeline: Timeline,
    counts: Mapping[str, tuple[int, int]],
    titles: Mapping[str, str],
    now: datetime,
    language: Language,
) -> PersonStatus:
    view = outlook(timeline, now, language.say)
    name = person.name if person else ""
    queries, blocked = counts.get(name, (0, 0))
    state = timeline.state(now)
    filtered = tuple(
        titles.get(rule.what.id, rule.title)
        for rule in state.of(Step.CATEGORY)
        if isinstance(rule.what, Category)
    )
    return PersonStatus(
        name=name,
        age=str(person.age_band) if person else "",
        devices=0,
        kind=view.kind,
        title=view.title,
        detail=view.detail,
        paused=any(rule.id == "pause" for rule in state.of(Step.PAUSE)),
        filtered=filtered,
        queries_today=queries,
        blocked_today=blocked,
    )


def _shared(
    name: str,
    follows: str,
    timeline: Timeline,
    counts: Mapping[str, tuple[int, int]],
    now: datetime,
    language: Language,
) -> SharedStatus:
    view = outlook(timeline, now, language.say)
    queries, blocked = counts.get(name, (0, 0))
    return SharedStatus(name, follows, view.kind, view.title, view.detail, queries, blocked)
