"""Devices that several people use: the strictest, exactly; and whom a device follows when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.policy.budgets import Budget, Period
from guardian.policy.devices import Follows, SharedDevice
from guardian.policy.explain import explain, outlook, spans
from guardian.policy.judge import Facts, judge
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Action, Engine, Level, Rule, SafeSearch, State, Step
from guardian.policy.shared import (
    SharedTimelines,
    decided_by,
    followed,
    says,
    shared_timelines,
    strictest,
)
from guardian.policy.timeline import HORIZON, CheckedIn, Pause, Spell, Timeline, compile_timelines
from guardian.policy.windows import Weekday, Window, WindowKind
from tests.policy.test_judge import some_facts, states

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 17, tzinfo=UTC)  # a Thursday, 18:00 in Berlin
HOUR = timedelta(hours=1)


def bedtime(start: str, end: str) -> Window:
    begins, ends = time.fromisoformat(start), time.fromisoformat(end)
    return Window(WindowKind.BEDTIME, frozenset(Weekday), begins, ends)


def youtube(level: Level) -> frozenset[SafeSearch]:
    return frozenset({SafeSearch(Engine.YOUTUBE, level)})


LINA = Person(
    "Lina",
    AgeBand.FROM_6,
    Profile(
        "primary",
        blocked=frozenset({"social"}),
        allow_names=frozenset({"chat.example"}),
        safe_search=youtube(Level.MODERATE),
        windows=(bedtime("20:00", "07:00"),),
    ),
)
NOOR = Person(
    "Noor",
    AgeBand.FROM_13,
    Profile(
        "teen",
        blocked=frozenset({"games"}),
        deny_names=frozenset({"chat.example"}),
        safe_search=youtube(Level.STRICT),
        windows=(bedtime("22:00", "06:30"),),
    ),
)
MARA = Person("Mara", AgeBand.ADULT)
TV = SharedDevice("TV", (), Follows.CHECKED_IN, ("Lina", "Noor"))
HOME = Household(BERLIN, (LINA, NOOR, MARA), shared=(TV,))


def timelines(
    spells: Sequence[Spell] = (), household: Household = HOME
) -> dict[str | None, Timeline]:
    people = compile_timelines(household, spells, NOW, HORIZON, {})
    return people | shared_timelines(household, people, spells)


@pytest.mark.parametrize(
    ("hours", "facts", "action", "decided"),
    [
        (0, Facts("x.example"), Action.ALLOW, []),
        (0, Facts("x.example", frozenset({"social"})), Action.BLOCK, ["Lina"]),
        (0, Facts("x.example", frozenset({"games"})), Action.BLOCK, ["Noor"]),
        (0, Facts("chat.example"), Action.BLOCK, ["Noor"]),  # one's allow lifts no other's deny
        (0, Facts("y.example", safe_search="youtube"), Action.REWRITE, ["Noor"]),
        (0, Facts("x.example", illegal=True), Action.BLOCK, ["Lina", "Noor"]),
        (3, Facts("x.example"), Action.BLOCK, ["Lina"]),
        (3, Facts("y.example", safe_search="youtube"), Action.BLOCK, ["Lina"]),
        (5, Facts("x.example"), Action.BLOCK, ["Lina", "Noor"]),
        (5, Facts("x.example", helpline=True), Action.ALLOW, []),
        (5, Facts("x.example", essential=True), Action.ALLOW, []),
        (12.75, Facts("x.example"), Action.BLOCK, ["Lina"]),  # 06:45: Noor may, Lina not yet
        (13, Facts("x.example"), Action.ALLOW, []),
    ],
)
def test_what_is_blocked_for_one_is_blocked(
    hours: float, facts: Facts, action: Action, decided: list[str]
) -> None:
    known, at = timelines(), NOW + hours * HOUR
    assert judge(known["TV"].state(at), facts).action is action
    assert decided_by(TV, known, facts, at) == decided
    if action is Action.REWRITE:
        rule = judge(known["TV"].state(at), facts).rule
        assert rule
        assert rule.what == SafeSearch(Engine.YOUTUBE, Level.STRICT)


RANK = {Action.ALLOW: 0, Action.REWRITE: 1, Action.BLOCK: 2}


def a_level(state: State, level: Level) -> State:
    rules = (
        replace(rule, what=replace(rule.what, level=level), says=f"safe-search:{level}")
        if isinstance(rule.what, SafeSearch)
        else rule
        for rule in state.rules
    )
    return State(tuple(rules))


@given(
    several=st.lists(st.builds(a_level, states, st.sampled_from(Level)), min_size=1, max_size=4),
    name=some_facts,
)
def test_the_strictest_is_the_strictest_of_the_single_verdicts(
    several: list[State], name: Facts
) -> None:
    single = [judge(state, name) for state in several]
    merged = judge(strictest(several), name)
    assert merged in single
    assert RANK[merged.action] == max(RANK[each.action] for each in single)
    if merged.action is Action.REWRITE:
        levels = {
            each.rule.what.level
            for each in single
            if each.rule and isinstance(each.rule.what, SafeSearch)
        }
        assert merged.rule
        assert isinstance(merged.rule.what, SafeSearch)
        assert (merged.rule.what.level is Level.STRICT) == (Level.STRICT in levels)


@settings(max_examples=25, deadline=None)
@given(
    clocks=st.lists(
        st.tuples(*[st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))] * 2),
        min_size=2,
        max_size=2,
    ),
    pause=st.tuples(st.integers(-60, 600), st.integers(1, 600)),
    here=st.tuples(
        st.sampled_from(["Lina", "Noor", "Mara"]), st.integers(-60, 600), st.integers(1, 600)
    ),
)
def test_a_shared_timeline_is_that_of_each_minute(
    clocks: list[tuple[time, time]], pause: tuple[int, int], here: tuple[str, int, int]
) -> None:
    """At every minute: who is checked in, else the strictest of the people's verdicts."""
    minute = timedelta(minutes=1)
    people = tuple(
        replace(
            person,
            profile=Profile(
                person.name,
                windows=(Window(WindowKind.BEDTIME, frozenset(Weekday), *clock),),
            ),
        )
        for person, clock in zip((LINA, NOOR), clocks, strict=True)
    )
    household = replace(HOME, people=(*people, MARA))
    checked_in = CheckedIn(here[0], "TV", NOW + here[1] * minute, NOW + sum(here[1:]) * minute)
    spells = [
        Pause("Lina", None, NOW + pause[0] * minute, NOW + sum(pause) * minute),
        checked_in,
    ]
    known = timelines(spells, household)
    facts = Facts("x.example")
    for step in range(15 * 60):
        at = NOW + step * minute
        if checked_in.since <= at < checked_in.until:
            assert followed(TV, spells, at) == here[0]
            assert known["TV"].state(at) == known[here[0]].state(at)
        else:
            assert followed(TV, spells, at) is None
            single = (judge(known[each].state(at), facts).action for each in ("Lina", "Noor"))
            assert judge(known["TV"].state(at), facts).action is max(single, key=RANK.get)  # type: ignore[arg-type]
    states = [state for _, state in known["TV"].stretches]
    assert all(one != other for one, other in pairwise(states))


def test_use_is_measured_only_for_who_is_there() -> None:
    assert LINA.profile
    budget = Budget("games", Period.DAY, (30,) * 7)
    metered = replace(LINA, profile=replace(LINA.profile, budgets=(budget,)))
    alone = replace(TV, of=("Lina",))
    household = replace(HOME, people=(metered, NOOR), shared=(alone, replace(TV, name="Console")))
    here = CheckedIn("Lina", "TV", NOW, NOW + HOUR)
    known = timelines([here], household)
    assert known["TV"].state(NOW).metered == {"games"}
    assert known["TV"].state(NOW + HOUR).metered == frozenset()
    assert known["Console"].state(NOW).metered == frozenset()


def test_who_follows_somebody_shares_their_stretches() -> None:
    mine = SharedDevice("Console", (), Follows.PERSON, ("Noor",), "Noor")
    known = timelines([], replace(HOME, shared=(mine,)))
    assert known["Console"].stretches is known["Noor"].stretches


@pytest.mark.parametrize(
    ("device", "spells", "decided", "said"),
    [
        (TV, [], (), "TV follows the strictest of Lina and Noor"),
        (TV, [], ("Noor",), "TV follows the strictest of Lina and Noor, which is that of Noor"),
        (TV, [], ("Lina", "Noor"), "TV follows the strictest of Lina and Noor"),
        (replace(TV, of=("Lina",)), [], ("Lina",), "TV follows the strictest of Lina"),
        (
            TV,
            [CheckedIn("Mara", "TV", NOW, NOW + HOUR)],
            (),
            "TV follows Mara, who is checked in until 19:00",
        ),
        (
            replace(TV, follows=Follows.STRICTEST),
            [CheckedIn("Mara", "TV", NOW, NOW + HOUR)],
            (),
            "TV follows the strictest of Lina and Noor",
        ),
        (
            replace(TV, follows=Follows.PERSON, of=("Noor",), person="Noor"),
            [],
            (),
            "TV follows Noor",
        ),
    ],
)
def test_whom_it_follows_in_a_sentence(
    device: SharedDevice, spells: list[Spell], decided: Sequence[str], said: str
) -> None:
    assert says(device, spells, NOW, BERLIN, decided) == said


def test_a_day_in_words() -> None:
    """Bedtime is from the first one's start to the last one's end, and so is a reason's until."""
    tv = timelines()["TV"]
    words = [(span.title, span.reasons) for span in spans(tv)]
    assert words[:3] == [("Free time", ()), ("Bedtime", ("Bedtime",)), ("Bedtime", ("Bedtime",))]
    late = NOW + 5 * HOUR
    assert explain(tv, Facts("x.example"), late).reason == "Bedtime for TV until 07:00"
    assert outlook(tv, late).detail == "until 07:00, then free time"
    assert [rule.id for rule in tv.state(late).of(Step.WINDOW)] == ["window:bedtime"] * 2
    assert all(isinstance(rule, Rule) for rule in tv.state(late).of(Step.ILLEGAL))


def test_only_what_changed_is_new() -> None:
    known, console = SharedTimelines(), replace(TV, name="Console", of=("Noor",))
    household = replace(HOME, shared=(TV, console))
    people = compile_timelines(household, [], NOW, HORIZON, {})
    assert known.renew(household, people, []) == {"TV", "Console"}
    before = dict(known.by_device)
    assert known.renew(household, people, []) == set()
    assert all(known.by_device[name] is each for name, each in before.items())
    paused = [Pause("Lina", None, NOW, NOW + HOUR)]
    people = compile_timelines(household, paused, NOW, HORIZON, {})
    assert known.renew(household, people, paused) == {"TV"}
    here = [*paused, CheckedIn("Mara", "Console", NOW, NOW + HOUR)]
    assert known.renew(household, people, here) == {"Console"}
    assert known.by_device == shared_timelines(household, people, here)
    assert known.renew(replace(household, shared=()), people, here) == {"TV", "Console"}
    assert known.by_device == {}
