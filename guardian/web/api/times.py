"""Times by the API: somebody's windows and budgets, and the household's days without school.

They are written and read as in the configuration file; docs/configuration.md says what each means.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from aiohttp import web

from guardian.policy.budgets import Budget, Period
from guardian.policy.people import Person
from guardian.policy.week import copied, is_weekly, put, removed
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind
from guardian.settings import ConfigError, nodes, own_holidays
from guardian.settings.fields import Kind, Reading, Unusable
from guardian.settings.own_times import set_budgets, set_windows
from guardian.settings.sections import budgets as budget_section
from guardian.settings.sections import windows as window_section
from guardian.web.api.call import Call
from guardian.web.api.edits import edit, edit_person, fresh
from guardian.web.api.schema import BadBody, to_json
from guardian.web.blocking import profile_of
from guardian.web.configuration import Conflict

T = TypeVar("T")

_DAYS: Final = tuple(day.name.lower() for day in Weekday)
_MOST_DAYS: Final = 371
_MOST: Final = 200
_HOLIDAYS_CHANGED: Final = "changed the holidays"


@dataclass(frozen=True, slots=True)
class WindowShape:
    """A time in which things are blocked. days: "mon", "fri-sun"; () for all.

    from, to: times of day. block: ("all",), ("none",), or categories and services. allow: what
    stays open though all is blocked. dates: such as 2026-12-24/2026-12-26, in place of every week.
    """

    kind: WindowKind
    days: tuple[str, ...] = ()
    from_: str | None = None
    to: str | None = None
    block: tuple[str, ...] = ("all",)
    allow: tuple[str, ...] = ()
    season: Season = Season.ALWAYS
    dates: str | None = None


@dataclass(frozen=True, slots=True)
class NumberedWindow:
    """A window of somebody, with the number by which it is changed."""

    number: int
    window: WindowShape


@dataclass(frozen=True, slots=True)
class Windows:
    """All windows that hold for somebody, those of their own first."""

    windows: tuple[NumberedWindow, ...]


@dataclass(frozen=True, slots=True)
class DayCopy:
    """Make days as another one is. days: "mon" to "sun"."""

    day: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BudgetShape:
    """Minutes for something: for: "all", a category or a service.

    minutes: of Monday to Sunday; or one number for every day, or for the week. holidays: of a day
    without school. carry: how many unused ones go over, at most.
    """

    for_: str
    minutes: tuple[int, ...]
    per: Period = Period.DAY
    holidays: int | None = None
    carry: int = 0


@dataclass(frozen=True, slots=True)
class NumberedBudget:
    """A budget of somebody, with the number by which it is changed. left: minutes, estimated."""

    number: int
    budget: BudgetShape
    left: int


@dataclass(frozen=True, slots=True)
class Budgets:
    """All budgets of somebody, those of their own first."""

    budgets: tuple[NumberedBudget, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Days without school. last: left out, it is one day. title: as a calendar calls them."""

    first: str
    last: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days without school, in order."""

    holidays: tuple[Days, ...]


async def windows(call: Call) -> Windows:
    """The times of somebody's week, and those on dates."""
    return _windows(call.person())


def _windows(person: Person) -> Windows:
    rows = enumerate(profile_of(person).windows)
    return Windows(tuple(NumberedWindow(number, _shape(each)) for number, each in rows))


def _shape(window: Window) -> WindowShape:
    said = window_section.written(window)
    return WindowShape(
        window.kind,
        tuple(said.get("days", ())),
        said.get("from"),
        said.get("to"),
        tuple([said["block"]] if said.get("block") == "none" else said.get("block", ("all",))),
        tuple(said.get("allow", ())),
        window.season,
        said.get("dates"),
    )


async def add_window(call: Call) -> Windows:
    """A new time for somebody."""
    person, window = call.person(), _window(call, await call.body(WindowShape))
    return _keep_windows(call, person, put(profile_of(person).windows, None, window))


async def change_window(call: Call) -> Windows:
    """Another time in the place of one. If-Match has the ETag that they had, or *."""
    person, window = call.person(), _window(call, await call.body(WindowShape))
    fresh(call)
    number = _number(call, profile_of(person).windows)
    return _keep_windows(call, person, put(profile_of(person).windows, number, window))


async def remove_window(call: Call) -> Windows:
    """Take a time away; with `day`, as it begins on that day alone. If-Match as for a change."""
    person = call.person()
    fresh(call)
    present = profile_of(person).windows
    number, text = _number(call, present), call.query("day")
    begins = _weekday(text, "day") if text else None
    if begins is not None and (
        not is_weekly(present[number]) or begins not in present[number].days
    ):
        raise BadBody([("day", "it does not begin on this day")])
    return _keep_windows(call, person, removed(present, number, begins))


async def copy_day(call: Call) -> Windows:
    """Make some days of somebody's week as another one is."""
    person, wish = call.person(), await call.body(DayCopy)
    source = _weekday(wish.day, "day")
    targets = frozenset(_weekday(each, "to") for each in wish.to)
    return _keep_windows(call, person, copied(profile_of(person).windows, source, targets))


def _weekday(text: str, field: str) -> Weekday:
    if text not in _DAYS:
        raise BadBody([(field, f"write one of {', '.join(_DAYS)}")])
    return Weekday(_DAYS.index(text))


def _window(call: Call, shape: WindowShape) -> Window:
    said = {key: value for key, value in to_json(shape).items() if value not in (None, [])}
    if said.get("block") in (["all"], ["none"]):
        said["block"] = said["block"][0]
    return _read(call, window_section.WINDOW, said)


def _keep_windows(call: Call, person: Person, after: Sequence[Window]) -> Windows:
    _refuse_outgrown(person)
    if len(after) > _MOST:
        raise Conflict(f"{person.name} has {_MOST} times; take some away first")
    base, before = call.house.settings.bases.get(person.name), profile_of(person).windows

    def write(table: Any) -> None:
        set_windows(table, base, before, after)

    edit_person(call, person, write, f"changed the week of {person.name}")
    return _windows(call.house.settings.household.called(person.name))


def _refuse_outgrown(person: Person) -> None:
    if person.outgrown:
        raise Conflict(f"{person.name} is of age: no rules hold")


def _number(call: Call, rows: Sequence[object]) -> int:
    """The number of the path, of a row that is there. Raises HTTPNotFound."""
    number = call.number("number")
    if number >= len(rows):
        raise web.HTTPNotFound
    return number


def _read(call: Call, kind: Kind[T], said: Any) -> T:
    """A value as the configuration file would have it. Raises ConfigError."""
    reading = Reading("body", categories=call.house.settings.categories)
    try:
        value = kind.read(nodes.parse(json.dumps(said).encode(), "body", reading.problems), reading)
    except Unusable:
        raise ConfigError(reading.problems) from None
    if reading.problems:
        raise ConfigError(reading.problems)
    return value


async def budgets(call: Call) -> Budgets:
    """Somebody's budgets, and what is left of them."""
    return _budgets(call, call.person())


def _budgets(call: Call, person: Person) -> Budgets:
    accounts = call.house.accounts().get(person.name, ())
    return Budgets(
        tuple(
            NumberedBudget(number, _budget_shape(each.budget), each.left)
            for number, each in enumerate(accounts)
        )
    )


def _budget_shape(budget: Budget) -> BudgetShape:
    minutes = budget.minutes if budget.period is Period.DAY else budget.minutes[:1]
    return BudgetShape(
        budget_section.thing(budget.category), minutes, budget.period, budget.on_holidays,
        budget.carry,
    )  # fmt: skip


async def add_budget(call: Call) -> Budgets:
    """A new budget for somebody; there is one for each thing and period."""
    person, budget = call.person(), _budget(call, await call.body(BudgetShape))
    return _keep_budgets(call, person, [*profile_of(person).budgets, budget])


async def change_budget(call: Call) -> Budgets:
    """Another budget in the place of one. If-Match has the ETag that they had, or *."""
    person, budget = call.person(), _budget(call, await call.body(BudgetShape))
    fresh(call)
    after = list(profile_of(person).budgets)
    after[_number(call, after)] = budget
    return _keep_budgets(call, person, after)


async def remove_budget(call: Call) -> Budgets:
    """Have no budget for a thing any more. If-Match as for a change."""
    person = call.person()
    fresh(call)
    after = list(profile_of(person).budgets)
    del after[_number(call, after)]
    return _keep_budgets(call, person, after)


def _budget(call: Call, shape: BudgetShape) -> Budget:
    said = {key: value for key, value in to_json(shape).items() if value is not None}
    if len(shape.minutes) == 7:
        said["minutes"] = dict(zip(_DAYS, shape.minutes, strict=True))
    elif len(shape.minutes) == 1:
        said["minutes"] = shape.minutes[0]
    else:
        raise BadBody([("minutes", "write one number, or seven: of Monday to Sunday")])
    return _read(call, budget_section.BUDGET, said)


def _keep_budgets(call: Call, person: Person, after: Sequence[Budget]) -> Budgets:
    _refuse_outgrown(person)
    kinds = [(each.category, each.period) for each in after]
    if len(set(kinds)) < len(kinds):
        raise BadBody([("for", "there is a budget for this already; change that one")])
    base, before = call.house.settings.bases.get(person.name), profile_of(person).budgets

    def write(table: Any) -> None:
        set_budgets(table, base, before, after)

    edit_person(call, person, write, f"changed the budgets of {person.name}")
    return _budgets(call, call.house.settings.household.called(person.name))


async def holidays(call: Call) -> Holidays:
    """The household's days without school."""
    return _holidays(call)


def _holidays(call: Call) -> Holidays:
    rows = sorted(call.house.settings.household.holidays, key=lambda each: each.first)
    return Holidays(tuple(Days(each.first.isoformat(), each.last.isoformat()) for each in rows))


async def add_holidays(call: Call) -> Holidays:
    """More days without school."""
    new = _days(await call.body(Days))
    edit(call, lambda data: own_holidays.add(data, [new]), _HOLIDAYS_CHANGED)
    return _holidays(call)


async def remove_holidays(call: Call) -> Holidays:
    """Take days out: `first` and `last`, as they were added."""
    wanted = _days(Days(call.query("first"), call.query("last") or None))
    if wanted not in call.house.settings.household.holidays:
        raise web.HTTPNotFound
    edit(call, lambda data: own_holidays.remove(data, wanted), _HOLIDAYS_CHANGED)
    return _holidays(call)


async def read_calendar(call: Call) -> Holidays:
    """The whole days of a calendar file (.ics), to choose from; nothing is changed."""
    events = call.house.calendar(await call.content())
    return Holidays(
        tuple(Days(each.first.isoformat(), each.last.isoformat(), title) for title, each in events)
    )


def _days(wish: Days) -> Dates:
    found = {}
    for name, text in (("first", wish.first), ("last", wish.last or wish.first)):
        try:
            found[name] = date.fromisoformat(text)
        except ValueError:
            raise BadBody([(name, "write a date, such as 2026-12-24")]) from None
    first, last = found["first"], found["last"]
    if not 0 <= (last - first).days < _MOST_DAYS:
        raise BadBody([("last", "write a day that is not before the first, within a year of it")])
    return Dates(first, last)
