"""What is new in somebody's rules: each thing that was not kept from them before, and no other."""

from dataclasses import replace
from datetime import date, time

import pytest

from guardian.policy.budgets import Budget, Period
from guardian.policy.people import Profile
from guardian.policy.restrictions import added, restrictions
from guardian.policy.rules import Category
from guardian.policy.windows import Dates, Weekday, Window, WindowKind

BEDTIME = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
GAMES = Budget("games", Period.DAY, (60,) * 7)
BEFORE = Profile("p", frozenset({"dating"}), windows=(BEDTIME,), budgets=(GAMES,))


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (BEFORE, []),
        (replace(BEFORE, blocked=frozenset({"dating", "games"})), ["block games"]),
        (replace(BEFORE, blocked=frozenset()), []),  # less is no restriction
        (replace(BEFORE, windows=()), []),
        (replace(BEFORE, windows=(replace(BEDTIME, start=time(19)),)), ["window bedtime"]),
        (replace(BEFORE, windows=(replace(BEDTIME, days=frozenset({Weekday.MON})),)),
         ["window bedtime"]),
        (replace(BEFORE, windows=(replace(BEDTIME, blocks=(Category("games"),)),)),
         ["window bedtime"]),
        (replace(BEFORE, windows=(BEDTIME, replace(BEDTIME, blocks=()))), []),  # stops nothing
        (replace(BEFORE, windows=(BEDTIME, replace(
            BEDTIME, dates=Dates(date(2026, 12, 24), date(2026, 12, 24))))), ["window bedtime"]),
        (replace(BEFORE, budgets=(replace(GAMES, minutes=(30,) * 7),)), ["budget games"]),
        (replace(BEFORE, budgets=(GAMES, replace(GAMES, category=None))), ["budget all"]),
        (replace(BEFORE, allow_only=True), ["only"]),
        (None, []),
    ],
)  # fmt: skip
def test_what_is_new(after: Profile | None, kinds: list[str]) -> None:
    keys = added(BEFORE, after)
    assert [" ".join(key.split()[:2]) for key in keys] == kinds
    assert restrictions(after).keys() >= set(keys)


def test_keys_are_short_and_the_same_tomorrow() -> None:
    many = replace(BEDTIME, blocks=tuple(Category(f"thing-{number}") for number in range(200)))
    keys = restrictions(replace(BEFORE, windows=(many,)))
    assert all(len(key) < 80 for key in keys)
    other_order = replace(many, blocks=tuple(reversed(many.blocks)))  # type: ignore[arg-type]
    assert restrictions(replace(BEFORE, windows=(other_order,))).keys() == keys.keys()
