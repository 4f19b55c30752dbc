"""What a profile keeps from somebody, thing by thing, so that each new one can be talked about."""

import hashlib
from dataclasses import dataclass

from guardian.policy.budgets import Budget
from guardian.policy.people import Profile
from guardian.policy.windows import Window


@dataclass(frozen=True, slots=True)
class Blocked:
    """A category or service that is closed at all hours. thing: its id."""

    thing: str


@dataclass(frozen=True, slots=True)
class OnlyChosen:
    """Nothing is open but what was chosen by name."""


Restriction = Blocked | OnlyChosen | Window | Budget


def restrictions(profile: Profile | None) -> dict[str, Restriction]:
    """Everything that a profile keeps from somebody, each under a key that changes with it."""
    if profile is None:
        return {}
    found: dict[str, Restriction] = {f"block {each}": Blocked(each) for each in profile.blocked}
    if profile.allow_only:
        found["only"] = OnlyChosen()
    found |= {_window(each): each for each in profile.windows if each.blocks}
    return found | {_budget(each): each for each in profile.budgets}


def added(before: Profile | None, after: Profile | None) -> list[str]:
    """The keys of what was not there before, in an order that stays."""
    old = restrictions(before)
    return sorted(key for key in restrictions(after) if key not in old)


def _window(window: Window) -> str:
    """Short, since forms carry it: a window may name a hundred things."""
    days = "".join(str(int(each)) for each in sorted(window.days))
    dates = f"{window.dates.first}/{window.dates.last}" if window.dates else window.season
    things = sorted(str(getattr(each, "id", "all")) for each in window.blocks)
    what = ",".join([*things, *(f"-{each}" for each in sorted(window.spares))])
    return f"window {window.kind} {_mark(days, window.start, window.end, dates, what)}"


def _budget(budget: Budget) -> str:
    how = _mark(budget.period, budget.minutes, budget.on_holidays)
    return f"budget {budget.category or 'all'} {how}"


def _mark(*facts: object) -> str:
    return hashlib.sha256(repr([str(each) for each in facts]).encode()).hexdigest()[:16]
