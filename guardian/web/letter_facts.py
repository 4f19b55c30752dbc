"""What is known of a person's week, found in what the household keeps anyway."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

from guardian.policy.budgets import Budget, Period, Used
from guardian.policy.people import Person, Privacy
from guardian.policy.privacy import UNSPOKEN
from guardian.policy.requests import Answer
from guardian.policy.windows import DAY
from guardian.store.activity import ALL, Hour
from guardian.web import budgets, looking, told
from guardian.web.bars import Bar, bars
from guardian.web.house import House
from guardian.web.languages import Language
from guardian.web.letter import WEEK, Facts, Kind, Minutes, midnight


def hours(house: House, person: Person, first: date) -> list[Hour]:
    """The rows of a week."""
    start, end = _ends(house, first)
    return house.store.activity.hours(start, person.name, end)


def _ends(house: House, first: date) -> tuple[datetime, datetime]:
    zone = house.settings.household.zone
    start, end = (midnight(each, zone).astimezone(UTC) for each in (first, first + WEEK * DAY))
    return start, end


def chart(house: House, rows: Sequence[Hour], first: date) -> tuple[Bar, ...]:
    """A bar for each day of a week."""
    whole = [each for each in rows if each.thing == ALL]
    return bars(whole, first, first + (WEEK - 1) * DAY, DAY, house.settings.household.zone)


def gather(
    house: House, person: Person, first: date, rows: Sequence[Hour], speaks: Language
) -> Facts:
    """The facts of a week. rows: its hours."""
    store, (start, end) = house.store, _ends(house, first)
    days = [each for each in chart(house, rows, first) if each.seen]
    journal = [each for each in store.accounts.since(start, about=person.name) if each.at < end]
    asked = store.requests.of(person.name, start, end)
    answers = [each.answer for each in asked]
    deeds = [each.deed for each in journal]
    return Facts(
        person.name,
        person.privacy,
        first,
        seen=sum(each.seen for each in days),
        blocked=sum(each.stopped for each in days),
        days=len(days),
        calm=sum(not each.stopped for each in days),
        kinds=() if person.privacy is Privacy.COUNTS else _kinds(house, rows, speaks),
        minutes=_minutes(house, person, first, speaks),
        asked=len(asked),
        yes=sum(each not in (Answer.OPEN, Answer.NO) for each in answers),
        no=answers.count(Answer.NO),
        waiting=answers.count(Answer.OPEN),
        pauses=deeds.count("paused"),
        extras=deeds.count("gave extra time"),
        changes=_changes(house, person, start, end),
        looks=deeds.count(looking.LOOKED),
    )


def _kinds(house: House, rows: Sequence[Hour], speaks: Language) -> tuple[Kind, ...]:
    zone = house.settings.household.zone
    day_of = {hour: hour.astimezone(zone).date() for hour in {each.hour for each in rows}}
    days: dict[str, set[date]] = {}
    blocked: Counter[str] = Counter()
    for each in rows:
        theirs = days.setdefault(each.thing, set())
        if each.seen:
            theirs.add(day_of[each.hour])
        blocked[each.thing] += each.blocked
    return tuple(
        Kind(thing, house.title(thing, speaks.code), len(days[thing]), blocked[thing])
        for thing in sorted(days.keys() - UNSPOKEN - {ALL})
    )


def _minutes(house: House, person: Person, first: date, speaks: Language) -> tuple[Minutes, ...]:
    """The budgets that somebody has today, as they were used in a week."""
    if person.profile is None:
        return ()
    used = house.store.usage.since(first).get(person.name, Used())
    titles = house.titles(speaks.code)
    known = [_used_of(house, each, used, first) for each in person.profile.budgets]
    return tuple(
        Minutes(budgets.title(each, titles, speaks), minutes, days, left)
        for each, (minutes, days, left) in zip(person.profile.budgets, known, strict=True)
        if minutes or days
    )


def _used_of(house: House, budget: Budget, used: Used, first: date) -> tuple[int, int, int]:
    """Minutes used; days that are known of, and those of them on which some were left."""
    holidays = house.settings.household.holidays
    total = used.minutes(budget.category, first, first + WEEK * DAY)
    days = [first + step * DAY for step in range(WEEK)]
    known = {day for day, thing, _, _ in used.rows if thing == budget.category}
    if budget.period is Period.WEEK:
        return total, 0, 0
    left = [
        day
        for day in days
        if day in known
        and used.minutes(budget.category, day, day + DAY)
        < budget.allowance(day, holidays) + used.earned(budget.category, day, day + DAY)
    ]
    return total, len(known & set(days)), len(left)


def _changes(house: House, person: Person, start: datetime, end: datetime) -> int:
    """How often the rules of somebody were changed."""
    changes = house.store.changes.between(start, end, person.name)
    return sum(person.name in told.people_of(each) for each in changes)
