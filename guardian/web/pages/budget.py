"""The form of a budget: minutes for everything, a category or a service."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from guardian.policy.budgets import Budget, Period
from guardian.policy.people import Person
from guardian.settings.own_rules import table_of
from guardian.settings.own_times import set_budgets
from guardian.web import times
from guardian.web.budgets import agreed, by_weekend, title
from guardian.web.edits import undo_of
from guardian.web.forms import one_of
from guardian.web.pages.person import wanted
from guardian.web.pages.week import address, in_order, refuse_outgrown
from guardian.web.visit import Visit

EVERYTHING: Final = "all"
_DAY_MINUTES: Final = 24 * 60


def budgets_of(person: Person) -> Sequence[Budget]:
    """All budgets that somebody has, those of their own first."""
    return person.profile.budgets if person.profile else ()


def _number(visit: Visit, person: Person) -> int | None:
    """The number of a budget that is there; None for a new one. Raises HTTPNotFound."""
    if "number" not in visit.request.match_info:
        return None
    number = visit.number("number")
    if number >= len(budgets_of(person)):
        raise web.HTTPNotFound
    return number


async def show(visit: Visit) -> web.StreamResponse:
    """The form of a budget, or of a new one."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    person, speaks = wanted(visit), visit.language
    number = _number(visit, person)
    budget = budgets_of(person)[number] if number is not None else _usual(visit)
    titles = visit.house.titles(speaks.code)
    categories = visit.house.settings.categories - {"illegal"}
    halves = by_weekend(budget, speaks)
    each_day = halves is None or "each" in visit.request.query or visit.form.has("day-0")
    return visit.page(
        "budget.html",
        who=person,
        here=address(person),
        number=number,
        budget=budget,
        thing=budget.category or EVERYTHING,
        categories=in_order(titles, categories),
        services=in_order(titles, titles.keys() - categories),
        each_day=each_day,
        halves=halves or (budget.minutes[0], budget.minutes[5]),
        days=[(day, speaks.weekday(day)) for day in speaks.week()],
        version=visit.version,
    )


def _usual(visit: Visit) -> Budget:
    free = visit.language.weekend()
    return Budget("games", Period.DAY, tuple(120 if day in free else 60 for day in range(7)))


async def save(visit: Visit) -> web.StreamResponse:
    """Keep what the form says."""
    person = wanted(visit)
    number = _number(visit, person)
    budget = _read(visit)
    if budget is None:
        return _page(visit)
    others = [each for at, each in enumerate(budgets_of(person)) if at != number]
    if any((each.category, each.period) == (budget.category, budget.period) for each in others):
        visit.form.wrong("for", "There is a budget for this already. Change that one.")
        return _page(visit)
    after = list(budgets_of(person))
    if number is None:
        after.append(budget)
    else:
        after[number] = budget
    titles = visit.house.titles(visit.language.code)
    said = visit.say(
        "Saved: %(thing)s, %(agreed)s.",
        thing=title(budget, titles, visit.language), agreed=agreed(budget, visit.language),
    )  # fmt: skip
    return _keep(visit, person, after, said)


async def remove(visit: Visit) -> web.StreamResponse:
    """Have no budget for a thing any more."""
    person = wanted(visit)
    number = _number(visit, person)
    gone = budgets_of(person)[number or 0]
    after = [each for at, each in enumerate(budgets_of(person)) if at != number]
    thing = title(gone, visit.house.titles(visit.language.code), visit.language)
    said = visit.say("No budget for %(thing)s any more.", thing=thing)
    return _keep(visit, person, after, said)


def _keep(visit: Visit, person: Person, after: Sequence[Budget], said: str) -> web.StreamResponse:
    refuse_outgrown(visit, person)
    settings = visit.house.settings
    base, before = settings.bases.get(person.name), budgets_of(person)

    def change(data: object) -> None:
        set_budgets(table_of(data, person.name), base, before, after)

    version = visit.form.get("version") or "unknown"
    number = visit.house.configuration.edit(
        change, f"changed the budgets of {person.name}", visit.who, version
    )
    back = address(person)
    return visit.go(back, said, undo_of(number, back))


def _read(visit: Visit) -> Budget | None:
    """The budget that the form means; None once it is noted what is wrong."""
    form = visit.form
    titles = visit.house.titles(visit.language.code)
    thing = form.read("for", one_of([EVERYTHING, *titles]))
    per = form.read("per", one_of([*Period]))
    carry = form.read("carry", times.length) if form.get("carry") else 0
    holidays: int | None = None
    minutes: list[int | None]
    if per == Period.WEEK:
        minutes = [form.read("week", times.length)] * 7
    else:
        minutes = _by_day(visit)
        if form.get("holidays"):
            holidays = _of_a_day(visit, "holidays")
    known = [each for each in minutes if each is not None]
    if not form.is_good or thing is None or per is None or carry is None or len(known) < 7:
        return None
    category = None if thing == EVERYTHING else thing
    return Budget(category, Period(per), tuple(known), holidays, carry)


def _by_day(visit: Visit) -> list[int | None]:
    if visit.form.has("day-0"):
        return [_of_a_day(visit, f"day-{day}") for day in range(7)]
    working, resting = _of_a_day(visit, "weekdays"), _of_a_day(visit, "weekend")
    free = visit.language.weekend()
    return [resting if day in free else working for day in range(7)]


def _of_a_day(visit: Visit, name: str) -> int | None:
    minutes = visit.form.read(name, times.length)
    if minutes is not None and minutes > _DAY_MINUTES:
        visit.form.wrong(name, "A day has 24 hours.")
        return None
    return minutes
