"""Learning what a site needs: when it holds, for whom, and what is proposed afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from guardian.policy.explain import explain, outlook
from guardian.policy.judge import Facts, judge
from guardian.policy.learning import Found, found, proposals
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Action
from guardian.policy.timeline import HORIZON, Learning, Timeline, compile_timelines

NOW = datetime(2026, 11, 26, 14, tzinfo=UTC)
END = NOW + timedelta(minutes=10)
CHOSEN = Profile(
    "chosen",
    blocked=frozenset({"adult"}),
    allow_names=frozenset({"school.example"}),
    deny_names=frozenset({"chat.example"}),
    allow_only=True,
)


@pytest.fixture
def timelines(household: Household) -> dict[str | None, Timeline]:
    """Lina and Ben have chosen sites only; what fun.example needs is learnt for Lina."""
    people = (
        Person("Lina", AgeBand.UP_TO_5, CHOSEN),
        Person("Ben", AgeBand.UP_TO_5, CHOSEN),
    )
    spells = [Learning("Lina", "fun.example", NOW, END)]
    return compile_timelines(replace(household, people=people), spells, NOW, HORIZON, {})


@pytest.mark.parametrize(
    ("person", "after", "facts", "action"),
    [
        ("Lina", 0, Facts("cdn.example"), Action.ALLOW),
        ("Lina", 599, Facts("cdn.example"), Action.ALLOW),
        ("Lina", 600, Facts("cdn.example"), Action.BLOCK),  # the end does not belong to it
        ("Lina", 0, Facts("x.example", frozenset({"adult"})), Action.BLOCK),
        ("Lina", 0, Facts("chat.example"), Action.BLOCK),
        ("Lina", 0, Facts("x.example", illegal=True), Action.BLOCK),
        ("Ben", 0, Facts("cdn.example"), Action.BLOCK),
        ("Ben", 0, Facts("school.example"), Action.ALLOW),
    ],
)
def test_what_learning_opens(
    timelines: dict[str | None, Timeline], person: str, after: int, facts: Facts, action: Action
) -> None:
    state = timelines[person].state(NOW + timedelta(seconds=after))
    assert judge(state, facts).action is action


def test_it_is_said_to_whom_it_concerns(timelines: dict[str | None, Timeline]) -> None:
    told = explain(timelines["Lina"], Facts("cdn.example"), NOW)
    assert told.reason == "Open for Lina until 15:10, while a parent sees what a site needs"
    assert told.until == END
    assert outlook(timelines["Lina"], NOW).kind == "learning"
    assert timelines["Lina"].state(NOW).watched == "Lina"
    assert timelines["Ben"].state(NOW).watched == timelines["Lina"].state(END).watched == ""


def test_what_is_proposed() -> None:
    belongs = {"ads.example": ("Ads",), "films.example": ("Video", "YouTube")}
    counts = {"cdn.example": 2, "a.cdn.example": 9, "www.fun.example": 5, "films.example": 1}
    seen = found(counts | {"ads.example": 50}, lambda qname: belongs.get(qname, ()))
    assert seen[0] == Found("ads.example", 50, ("Ads",))
    assert [each.count for each in seen] == [50, 9, 5, 2, 1]
    assert proposals("fun.example", seen) == ("cdn.example", "fun.example")
    assert proposals("fun.example", []) == ("fun.example",)
