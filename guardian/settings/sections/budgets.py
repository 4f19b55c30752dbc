"""`profiles.NAME.budgets`: minutes for a day or a week."""

from typing import Any, Final

from guardian.errors import Said
from guardian.policy.budgets import Budget, Period
from guardian.policy.windows import Weekday
from guardian.settings import kinds, times
from guardian.settings.fields import (
    Field,
    Kind,
    Reading,
    Section,
    Values,
    Wrong,
    maybe,
    record,
    table_of,
)
from guardian.settings.nodes import Node, Scalar, Table

_WEEK_MINUTES: Final = 7 * 24 * 60
_ALL: Final = "all"


def _what() -> Kind[str | None]:
    def read(node: Node, reading: Reading) -> str | None:
        if isinstance(node, Scalar) and node.text == _ALL:
            return None
        return kinds.CATEGORY.read(node, reading)

    return Kind("`all`, a category or a service", "games", read)


def _minutes() -> Kind[tuple[int | None, ...]]:
    number = kinds.whole_number(0, _WEEK_MINUTES, "minutes")
    expects = "a number of minutes, or a table from days to minutes"
    by_day = table_of(times.DAYS, number, expects, "{mon-fri: 60, sat: 120, sun: 120}")

    def read(node: Node, reading: Reading) -> tuple[int | None, ...]:
        if not isinstance(node, Table):
            return (number.read(node, reading),) * 7
        found: dict[Weekday, int] = {}
        for days, minutes in by_day.read(node, reading):
            found.update(dict.fromkeys(days, minutes))
        return tuple(found.get(day) for day in Weekday)

    return Kind(expects, "60", read)


WHAT: Final = _what()
FOR: Final = Field("for", WHAT, "What may be used so long.")
MINUTES: Final = Field("minutes", _minutes(), "How long, in minutes.")
PER: Final = Field("per", kinds.choice("period", Period), "In what time.", default="day")
ON_HOLIDAYS: Final = Field(
    "holidays",
    maybe(kinds.whole_number(0, 24 * 60, "minutes")),
    "Minutes of a day without school; left out: those of its weekday.",
    default="",
)
CARRY: Final = Field(
    "carry",
    kinds.whole_number(0, _WEEK_MINUTES, "minutes"),
    "How many unused minutes go over into the next day or week, at most.",
    default="0",
)


def _build(values: Values, reading: Reading) -> Budget:
    minutes, per = values[MINUTES], values[PER]
    known = [each for each in minutes if each is not None]
    if len(known) < len(minutes):
        missing = ", ".join(day.name.lower() for day in Weekday if minutes[day] is None)
        wrong = Wrong(f"no minutes are given for {missing}", "add them, or write one number")
        reading.refuse(values.node(MINUTES), wrong)
    if per is Period.WEEK and len(set(known)) > 1:
        wrong = Wrong("a week has one number of minutes", "write one number, or per: day")
        reading.refuse(values.node(MINUTES), wrong)
    if per is Period.DAY and max(known) > 24 * 60:
        reading.refuse(
            values.node(MINUTES), Wrong(Said("a day has 1440 minutes"), Said("write fewer"))
        )
    return Budget(values[FOR], per, tuple(known), values[ON_HOLIDAYS], values[CARRY])


def written(budget: Budget) -> dict[str, Any]:
    """A budget as a file has it, without what goes without saying."""
    by_minutes: dict[int, list[Weekday]] = {}
    for day in Weekday:
        by_minutes.setdefault(budget.minutes[day], []).append(day)
    minutes: int | dict[str, int] = budget.minutes[0]
    if len(by_minutes) > 1:
        minutes = {
            text: each for each, days in by_minutes.items() for text in times.days_texts(days)
        }
    said: dict[str, Any] = {FOR.name: thing(budget.category), MINUTES.name: minutes}
    if budget.period is not Period.DAY:
        said[PER.name] = str(budget.period)
    if budget.on_holidays is not None:
        said[ON_HOLIDAYS.name] = budget.on_holidays
    if budget.carry:
        said[CARRY.name] = budget.carry
    return said


def thing(category: str | None) -> str:
    """What a budget is for, as a file has it."""
    return category or _ALL


SECTION: Final = Section(
    "profiles.NAME.budgets[]",
    "How long something may be used, on all of a person's devices together. guardian estimates it "
    "from what devices look up; [policy.md](policy.md) says how. Windows win: a budget opens "
    "nothing at bedtime.",
    (FOR, MINUTES, PER, ON_HOLIDAYS, CARRY),
    "profiles:\n  primary:\n    budgets:\n"
    "      - {for: games, minutes: {mon-fri: 45, sat: 90, sun: 90}, holidays: 90}\n"
    "      - {for: all, minutes: 900, per: week}\n",
)
BUDGET: Final = record(SECTION, _build, "a budget with its minutes")
