"""What the page shows, gathered from policy, store and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from guardian.lists.library import SourceStatus
from guardian.policy.budgets import Account, Period
from guardian.policy.explain import outlook
from guardian.policy.notices import notices
from guardian.policy.people import AgeBand, Person
from guardian.policy.requests import Request, said
from guardian.policy.rules import Category, Step
from guardian.policy.timeline import Timeline
from guardian.safety.helplines import helpline
from guardian.settings import Settings
from guardian.web.status import BudgetStatus, PersonStatus, Status


def gather(
    settings: Settings,
    timelines: Mapping[str | None, Timeline],
    counts: Mapping[str, tuple[int, int]],
    lists: Sequence[SourceStatus],
    problems: Sequence[str],
    accounts: Mapping[str, Sequence[Account]],
    requests: Sequence[Request],
    titles: Mapping[str, str],
    now: datetime,
) -> Status:
    """The page's content at an instant.

    counts: person ("" for unknown devices) → today's. accounts: how each person's budgets stand.
    requests: the open ones. titles: of categories and services.
    """
    household = settings.household
    people = tuple(
        replace(
            _person(person.name, _note(person), timelines[person.name], counts, now),
            budgets=tuple(_budget(each, titles) for each in accounts.get(person.name, ())),
        )
        for person in household.people
    )
    strangers = _person("", "", timelines[None], counts, now)
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
        requests=tuple(f"{said(each, with_name=False)} ({each.number})" for each in requests),
        notices=tuple(
            notice.sentence
            for person in household.people
            for notice in notices(
                timelines[person.name], accounts.get(person.name, ()), titles, now
            )
        ),
        language=household.language,
        helpline=helpline(household.country),
    )


def _person(
    name: str,
    note: str,
    timeline: Timeline,
    counts: Mapping[str, tuple[int, int]],
    now: datetime,
) -> PersonStatus:
    view = outlook(timeline, now)
    queries, blocked = counts.get(name, (0, 0))
    filtered = tuple(
        rule.title
        for rule in timeline.state(now).of(Step.CATEGORY)
        if isinstance(rule.what, Category)
    )
    return PersonStatus(name, note, view.kind, view.title, view.detail, filtered, queries, blocked)


def _budget(account: Account, titles: Mapping[str, str]) -> BudgetStatus:
    thing = account.budget.category
    title = "" if thing is None else titles.get(thing, thing)
    is_week = account.budget.period is Period.WEEK
    return BudgetStatus(title, account.left, account.allowed, is_week)


def _note(person: Person) -> str:
    """A person's band and devices in a few words."""
    count = len(person.devices)
    band = "adult" if person.age_band is AgeBand.ADULT else f"{person.age_band} years"
    devices = "1 device" if count == 1 else f"{count} devices"
    return f"{band} · {devices}"
