"""Budgets: how many minutes of something somebody may use in a day or a week."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from guardian.policy.windows import DAY, Dates, Weekday, instant


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Budget:
    """Minutes for everything, a category or a service.

    category: None for everything. minutes: for a day by weekday, Monday first; for a week, all
    seven are the same. on_holidays: minutes of a day without school; None for those of its weekday.
    carry: at most so many unused minutes of the period before are added.
    """

    category: str | None
    period: Period
    minutes: tuple[int, ...]
    on_holidays: int | None = None
    carry: int = 0

    def allowance(self, day: date, holidays: tuple[Dates, ...]) -> int:
        """Minutes of the period that a day lies in."""
        if (
            self.period is Period.DAY
            and self.on_holidays is not None
            and any(day in each for each in holidays)
        ):
            return self.on_holidays
        return self.minutes[day.weekday()]

    def first_day(self, day: date, week_start: Weekday) -> date:
        """The first day of the period that a day lies in."""
        if self.period is Period.DAY:
            return day
        return day - timedelta(days=(day.weekday() - week_start) % 7)

    def next_first_day(self, day: date, week_start: Weekday) -> date:
        """The first day of the next period."""
        first = self.first_day(day, week_start)
        return first + (DAY if self.period is Period.DAY else 7 * DAY)


@dataclass(frozen=True, slots=True)
class Account:
    """How a budget stands. until: instant (UTC) at which its next period begins.

    left: minutes, not below 0; allowed: of this period, with what was carried and earned.
    """

    budget: Budget
    used: int
    allowed: int
    until: datetime

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.used)


def account(
    budget: Budget,
    now: datetime,
    zone: ZoneInfo,
    holidays: tuple[Dates, ...],
    week_start: Weekday,
    used: "Used",
) -> Account:
    """How a budget stands at an instant. used: what was used and earned, by day."""
    today = now.astimezone(zone).date()
    first = budget.first_day(today, week_start)
    following = budget.next_first_day(today, week_start)
    allowed = budget.allowance(today, holidays) + used.earned(budget.category, first, following)
    if budget.carry:
        before = budget.first_day(first - DAY, week_start)
        if used.knows(budget.category, first):
            spent = used.minutes(budget.category, before, first)
            allowed += min(budget.carry, max(0, budget.allowance(before, holidays) - spent))
    return Account(
        budget,
        used.minutes(budget.category, first, following),
        allowed,
        instant(following, time(0), zone).astimezone(UTC),
    )


@dataclass(frozen=True, slots=True)
class Used:
    """What one person used and earned. rows: day, category (None: everything), used, earned."""

    rows: tuple[tuple[date, str | None, int, int], ...] = ()

    def minutes(self, category: str | None, first: date, end: date) -> int:
        """Minutes used from a day on until before another."""
        return sum(row[2] for row in self.rows if row[1] == category and first <= row[0] < end)

    def knows(self, category: str | None, end: date) -> bool:
        """Whether anything is known from before a day; if not, nothing was there to be saved."""
        return any(row[1] == category and row[0] < end for row in self.rows)

    def earned(self, category: str | None, first: date, end: date) -> int:
        """Minutes earned in these days."""
        return sum(row[3] for row in self.rows if row[1] == category and first <= row[0] < end)
