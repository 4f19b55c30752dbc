"""Budgets in words: what was agreed, and what of it is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guardian.policy.budgets import Account, Budget, Period
from guardian.web.languages import Language


@dataclass(frozen=True, slots=True)
class Line:
    """A budget on a page. number: among somebody's. left: "about 20 minutes left today"."""

    number: int
    title: str
    agreed: str
    left: str
    minutes_left: int
    minutes_allowed: int


def lines(accounts: Sequence[Account], titles: Mapping[str, str], language: Language) -> list[Line]:
    """Somebody's budgets as they stand."""
    return [
        Line(
            number,
            title(each.budget, titles, language),
            agreed(each.budget, language),
            _left(each, language),
            each.left,
            each.allowed,
        )
        for number, each in enumerate(accounts)
    ]


def title(budget: Budget, titles: Mapping[str, str], language: Language) -> str:
    """What a budget is for."""
    if budget.category is None:
        return language.say("Everything")
    return titles.get(budget.category, budget.category)


def agreed(budget: Budget, language: Language) -> str:
    """How much was agreed: "45 minutes a day; 1 hour at weekends; 1 hour on holidays"."""
    parts = [_usual(budget, language)]
    if budget.on_holidays is not None:
        parts.append(
            language.say("%(time)s on holidays") % {"time": language.minutes(budget.on_holidays)}
        )
    if budget.carry:
        parts.append(
            language.say("up to %(time)s carried over") % {"time": language.minutes(budget.carry)}
        )
    return " · ".join(parts)


def _usual(budget: Budget, language: Language) -> str:
    amounts = budget.minutes
    if budget.period is Period.WEEK:
        return language.say("%(time)s a week") % {"time": language.minutes(amounts[0])}
    if len(set(amounts)) == 1:
        return language.say("%(time)s a day") % {"time": language.minutes(amounts[0])}
    halves = by_weekend(budget, language)
    if halves is not None:
        return language.say("%(time)s on weekdays, %(more)s at weekends") % {
            "time": language.minutes(halves[0]),
            "more": language.minutes(halves[1]),
        }
    days = [
        language.say("%(day)s %(time)s")
        % {"day": language.short_weekday(day), "time": language.minutes(amounts[day])}
        for day in language.week()
    ]
    return language.several(days)


def by_weekend(budget: Budget, language: Language) -> tuple[int, int] | None:
    """Minutes of a weekday and of a free day, as this place has them; None where days differ."""
    free = language.weekend()
    working = {budget.minutes[day] for day in range(7) if day not in free}
    resting = {budget.minutes[day] for day in free}
    if len(working) == len(resting) == 1:
        return working.pop(), resting.pop()
    return None


def _left(account: Account, language: Language) -> str:
    values = {
        "left": language.minutes(account.left), "allowed": language.minutes(account.allowed),
    }  # fmt: skip
    if account.budget.period is Period.WEEK:
        return language.say("About %(left)s of %(allowed)s left this week") % values
    return language.say("About %(left)s of %(allowed)s left today") % values
