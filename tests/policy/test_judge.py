"""The order of judgement, step by step and as a property of every state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.policy.judge import Facts, judge
from guardian.policy.people import Household, HouseholdKind
from guardian.policy.rules import (
    Action,
    Category,
    Engine,
    Essentials,
    Everything,
    Helplines,
    Level,
    Names,
    Rule,
    SafeSearch,
    State,
    Step,
    What,
)
from guardian.policy.timeline import HORIZON, Pause, compile_timelines

BERLIN = ZoneInfo("Europe/Berlin")
DAYTIME = "2026-11-26 12:00"
HOMEWORK = "2026-11-26 19:00"
NIGHT = "2026-11-26 23:00"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def facts(qname: str = "site.example", *categories: str, **known: bool | str) -> Facts:
    return replace(Facts(qname, frozenset(categories)), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "name", "action", "rule"),
    [
        (DAYTIME, facts(), "allow", "default"),
        (DAYTIME, facts("x.example", "adult"), "block", "category:adult"),
        (DAYTIME, facts("x.example", "social"), "allow", "default"),
        (HOMEWORK, facts("x.example", "social"), "block", "window:homework:social"),
        (HOMEWORK, facts("x.example", "games"), "block", "window:homework:games"),
        (NIGHT, facts(), "block", "window:bedtime"),
        (NIGHT, facts(helpline=True), "allow", "helpline"),
        (NIGHT, facts(essential=True), "allow", "essential"),
        (NIGHT, facts(illegal=True, helpline=True), "block", "illegal"),
        (NIGHT, facts("learning.example", "adult"), "allow", "own:allow:learning.example"),
        (DAYTIME, facts("www.learning.example"), "allow", "own:allow:learning.example"),
        (DAYTIME, facts("a.chat.learning.example"), "block", "own:deny:chat.learning.example"),
        (DAYTIME, facts("both.example"), "block", "own:deny:both.example"),  # deny where equal
        (DAYTIME, facts("unlearning.example", "adult"), "block", "category:adult"),
        (DAYTIME, facts(safe_search="google"), "rewrite", "safe-search:google"),
        (DAYTIME, facts(safe_search="bing"), "allow", "default"),
        (DAYTIME, facts("x.example", "games", safe_search="google"), "block", "category:games"),
        # An own allow opens a name, and leaves its safe mode on.
        (NIGHT, facts("video.example", safe_search="youtube"), "rewrite", "safe-search:youtube"),
    ],
)
def test_the_first_step_with_an_opinion_decides(
    household: Household, titles: dict[str, str], at: str, name: Facts, action: str, rule: str
) -> None:
    timelines = compile_timelines(household, [], local(at), HORIZON, titles)
    verdict = judge(timelines["Lina"].state(local(at)), name)
    assert (verdict.action, verdict.rule_id) == (action, rule)


def test_a_pause_stops_own_names_but_no_helpline(
    household: Household, titles: dict[str, str]
) -> None:
    noon = local(DAYTIME)
    pause = Pause("Lina", None, noon, noon + timedelta(hours=1))
    state = compile_timelines(household, [pause], noon, HORIZON, titles)["Lina"].state(noon)
    assert judge(state, facts("learning.example")).rule_id == "pause"
    assert judge(state, facts(helpline=True)).action is Action.ALLOW


def test_without_a_profile_only_illegal_content_is_blocked(
    household: Household, titles: dict[str, str]
) -> None:
    state = compile_timelines(household, [], local(NIGHT), HORIZON, titles)["Mara"].stretches[0][1]
    assert judge(state, facts("x.example", "adult", safe_search="google")).action is Action.ALLOW
    assert judge(state, facts(illegal=True)).action is Action.BLOCK


@pytest.mark.parametrize(("kind", "ede"), [("family", 17), ("school", 15), ("provider", 15)])
def test_the_extended_error_says_whose_wish_a_block_is(
    household: Household, titles: dict[str, str], kind: str, ede: int
) -> None:
    household = replace(household, kind=HouseholdKind(kind))
    state = compile_timelines(household, [], local(NIGHT), HORIZON, titles)["Lina"].stretches[0][1]
    codes = {rule.step: rule.ede for rule in state.rules if rule.action is Action.BLOCK}
    assert codes == {Step.ILLEGAL: 16, Step.OWN: ede, Step.WINDOW: ede, Step.CATEGORY: ede}


def test_essentials_stay_open_only_where_the_household_says_so(
    household: Household, titles: dict[str, str]
) -> None:
    strict = replace(household, essentials=False)
    state = compile_timelines(strict, [], local(NIGHT), HORIZON, titles)["Lina"].stretches[0][1]
    assert judge(state, facts(essential=True)).rule_id == "window:bedtime"


CATEGORIES = ("adult", "games", "social")
QNAMES = ("example", "a.example", "b.a.example", "c.example")

some_facts = st.builds(
    Facts,
    qname=st.sampled_from(QNAMES),
    categories=st.frozensets(st.sampled_from(CATEGORIES)),
    illegal=st.booleans(),
    helpline=st.booleans(),
    essential=st.booleans(),
    safe_search=st.sampled_from([None, *Engine]),
)
categories = st.builds(Category, st.sampled_from(CATEGORIES))
own = st.builds(Names, st.frozensets(st.sampled_from(QNAMES), min_size=1))


def rules_of(
    step: Step, what: st.SearchStrategy[What], *actions: Action
) -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda what, action: Rule(step, what, action, f"{step.name}:{what}:{action}", "default"),
        what,
        st.sampled_from(actions),
    )


some_rules = st.one_of(
    rules_of(Step.ILLEGAL, st.just(Category("illegal")), Action.BLOCK),
    rules_of(Step.HELPLINE, st.just(Helplines()), Action.ALLOW),
    rules_of(Step.ESSENTIAL, st.just(Essentials()), Action.ALLOW),
    rules_of(Step.PAUSE, st.just(Everything()) | categories, Action.BLOCK),
    rules_of(Step.OWN, own, Action.ALLOW, Action.BLOCK),
    rules_of(Step.WINDOW, st.just(Everything()) | categories, Action.BLOCK),
    rules_of(Step.CATEGORY, categories, Action.BLOCK),
    rules_of(
        Step.SAFE_SEARCH,
        st.builds(SafeSearch, st.sampled_from(Engine), st.just(Level.STRICT)),
        Action.REWRITE,
    ),
)
states = st.lists(some_rules, max_size=12).map(
    lambda rules: State(tuple(sorted(rules, key=lambda rule: rule.step)))
)


@given(state=states, name=some_facts, data=st.data())
def test_no_rule_of_a_later_step_beats_an_earlier_one(
    state: State, name: Facts, data: st.DataObject
) -> None:
    """What decides goes on deciding whatever later steps are added, but for the safe mode."""
    verdict = judge(state, name)
    if verdict.rule is None:
        return
    step = verdict.rule.step
    later = data.draw(st.lists(some_rules.filter(lambda rule: rule.step > step), max_size=5))
    kept = tuple(rule for rule in state.rules if rule.step <= step)
    under_more = judge(State((*kept, *sorted(later, key=lambda rule: rule.step))), name)
    if step is Step.OWN and under_more.action is Action.REWRITE:
        assert verdict.action is Action.ALLOW
    else:
        assert under_more == verdict


@given(state=states, name=some_facts)
def test_helplines_answer_in_every_state_that_a_timeline_can_hold(
    state: State, name: Facts
) -> None:
    helplines = Rule(Step.HELPLINE, Helplines(), Action.ALLOW, "helpline", "helpline")
    rules = sorted({*state.rules, helplines}, key=lambda rule: rule.step)
    name = replace(name, helpline=True, illegal=False)
    assert judge(State(tuple(rules)), name).action is Action.ALLOW


@pytest.mark.parametrize(
    ("rules", "action"),
    [
        ({"deny": "tracker.example"}, Action.BLOCK),
        ({"allow": "tracker.example"}, Action.ALLOW),
        ({"allow": "site.example", "deny": "tracker.example"}, Action.ALLOW),
        ({"deny": "other.example"}, Action.ALLOW),
    ],
)
def test_a_name_that_another_one_goes_by_is_judged_too(
    rules: dict[str, str], action: Action
) -> None:
    state = State(
        tuple(
            Rule(
                Step.OWN,
                Names(frozenset({name})),
                Action.ALLOW if kind == "allow" else Action.BLOCK,
                f"own:{kind}",
                f"own:{kind}",
            )
            for kind, name in rules.items()
        )
    )
    led = Facts("www.site.example", targets=("a.tracker.example",))
    assert judge(state, led).action is action
    assert judge(state, Facts("www.site.example")).action is Action.ALLOW
