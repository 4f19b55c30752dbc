"""A household's contribution to statistics, from what is kept of a month."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from secrets import token_bytes
from typing import ClassVar, Final

from guardian.errors import GuardianError
from guardian.lists import catalogue
from guardian.lists.replace import make_file
from guardian.policy.people import AgeBand, Household, Person, Privacy, Sex, age
from guardian.policy.requests import Answer
from guardian.policy.windows import instant
from guardian.stats.contribution import (
    ANYWHERE,
    MOST_LISTS,
    TOPICS,
    UNKNOWN,
    Contribution,
    Profile,
    cells,
    once,
)
from guardian.store.activity import ALL, HOURS_KEPT
from guardian.store.appeals import Verdict
from guardian.store.household import Store

_KEY: Final = "statistics.key"
_SEX: Final = {Sex.FEMALE: "F", Sex.MALE: "M", None: UNKNOWN}


class NoContribution(GuardianError):
    """A household that does not take part, or a month of which nothing can be told."""

    exit_code: ClassVar[int] = 2


def last_month(now: datetime, household: Household) -> date:
    """The first day of the last month that is over."""
    today = now.astimezone(household.zone).date()
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def known_lists() -> frozenset[str]:
    """The lists that may be named: those that come with guardian, and those of its catalogue."""
    public = (each.id for each in catalogue.catalogue() if each.category in TOPICS)
    return frozenset({*TOPICS, *public})


def contribution(
    store: Store, household: Household, state: Path, month: date, now: datetime
) -> Contribution:
    """What it gives for a month. month: its first day. Raises NoContribution, OSError."""
    if not household.statistics:
        raise NoContribution(
            "this household does not take part; write statistics: true under household for that"
        )
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    start, end = (instant(each, time(0), household.zone).astimezone(UTC) for each in (month, after))
    if end > now:
        raise NoContribution(f"{month:%Y-%m} is not over; choose a month before it")
    if start < now - HOURS_KEPT:
        days = HOURS_KEPT.days
        raise NoContribution(f"{month:%Y-%m} is too long ago: hours are kept for {days} days")
    period, key = f"{month:%Y-%m}", _key(state)
    reported, upheld = _lists(store, start, end)
    return Contribution(
        period, household.country or ANYWHERE, str(household.kind), once(key, period),
        cells(_profiles(store, household, start, end, after)), reported, upheld,
    )  # fmt: skip


def _profiles(
    store: Store, household: Household, start: datetime, end: datetime, last: date
) -> list[Profile]:
    active, met = set(), defaultdict(set)
    for row in store.activity.hours(start, until=end):
        if row.thing == ALL and row.seen:
            active.add(row.person)
        elif row.blocked:
            met[row.person].add(row.thing)
    asked, granted = set(), set()
    for each in store.requests.since(start):
        if start <= each.asked < end:
            asked.add(each.person)
            if each.answer not in (Answer.OPEN, Answer.NO):
                granted.add(each.person)
    return [
        Profile(
            person.age_band,
            _SEX[person.sex],
            age(person.born, last) if person.born else None,
            filtered=_is_filtered(person),
            timed=_is_timed(person),
            asked=person.name in asked,
            granted=person.name in granted,
            met=None if person.privacy is Privacy.COUNTS else frozenset(met[person.name]),
        )
        for person in household.people
        if person.age_band is not AgeBand.ADULT and person.name in active
    ]


def _is_filtered(person: Person) -> bool:
    rules = person.profile
    return rules is not None and bool(rules.blocked or rules.allow_only)


def _is_timed(person: Person) -> bool:
    rules = person.profile
    return rules is not None and bool(rules.windows or rules.budgets)


def _lists(store: Store, start: datetime, end: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """The lists that were most often called wrong here, and of these those that were."""
    known, said, right = known_lists(), Counter[str](), set[str]()
    for each in store.appeals.asked(start, end):
        named = known.intersection(each.lists)
        said.update(named)
        if each.verdict is Verdict.UPHELD:
            right |= named
    reported = frozenset(sorted(said, key=lambda name: (-said[name], name))[:MOST_LISTS])
    return reported, reported & right


def _key(state: Path) -> bytes:
    """The household's secret, from which nobody can tell that two months are of one household."""
    path = state / _KEY
    if not path.exists():
        make_file(path, token_bytes(32), 0o600)
    return path.read_bytes()
