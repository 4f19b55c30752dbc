"""What resolvers do is what the policy says, for any household: two implementations, one truth."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain, combinations
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardian.dns.view import Block, Rewrite
from guardian.names import is_under, to_wire
from guardian.policy.devices import Follows, SharedDevice
from guardian.policy.judge import Facts, judge, strictness
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Action, Category, Engine, Everything, Level, SafeSearch
from guardian.policy.shared import shared_timelines
from guardian.policy.timeline import HORIZON, Grant, Pause, Timeline, UsedUp, compile_timelines
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.safety import safe_search
from guardian.service.classify import Special, classifier
from guardian.service.schedules import Schedules
from guardian.service.snapshot import Snapshot
from guardian.service.views import Views

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
THINGS = ("games", "video", "chat")
LISTED = {  # every combination of things has a name, and a name below it
    "".join(each[:1] for each in some) + "-thing.example": some
    for some in chain.from_iterable(combinations(THINGS, n) for n in (1, 2, 3))
}
KEPT = "login.g-thing.example"
NAMES = [
    *LISTED, *(f"www.{each}" for each in LISTED), KEPT, f"a.{KEPT}", "plain.example",
    "help.example", "chat.help.example", "time.example", "www.google.com", "www.youtube.com",
]  # fmt: skip

things = st.sampled_from(THINGS)
several = st.frozensets(things)
own_names = st.frozensets(st.sampled_from(NAMES), max_size=3)
windows = st.builds(
    Window,
    kind=st.sampled_from(WindowKind),
    days=st.just(frozenset(Weekday)),
    start=st.just(time(0)),
    end=st.just(time(0)),
    blocks=st.just((Everything(),)) | several.map(lambda each: tuple(map(Category, sorted(each)))),
    spares=several,
)
profiles = st.builds(
    Profile,
    name=st.just("p"),
    blocked=several,
    allow_names=own_names,
    deny_names=own_names,
    deny_patterns=st.frozensets(st.sampled_from(["g*.example", "/^www/", "/help/"]), max_size=2),
    deny_types=st.sampled_from([frozenset[int](), frozenset({1}), frozenset({28})]),
    allow_only=st.booleans(),
    safe_search=st.frozensets(st.just(SafeSearch(Engine.GOOGLE, Level.STRICT))),
    windows=st.lists(windows, max_size=2).map(tuple),
)
spells = st.builds(
    lambda kind, thing: kind("Lina", thing, NOW - timedelta(hours=1), NOW + timedelta(hours=1)),
    st.sampled_from([Pause, Grant, UsedUp]),
    st.none() | things,
)


def facts_of(name: str) -> Facts:
    found: set[str] = set()
    for listed, some in LISTED.items():
        if is_under(name, listed):
            found.update(some)
    if is_under(name, KEPT):
        found.discard("games")
    return Facts(
        name,
        frozenset(found),
        helpline=is_under(name, "help.example"),
        essential=name == "time.example",
        safe_search={"www.google.com": "google", "www.youtube.com": "youtube"}.get(name),
    )


@settings(max_examples=300, deadline=None)
@given(profile=profiles, spells=st.lists(spells, max_size=3), essentials=st.booleans())
def test_resolvers_and_the_policy_agree(
    profile: Profile, spells: list[Pause | Grant | UsedUp], essentials: bool
) -> None:
    people = (Person("Lina", AgeBand.FROM_6, profile),)
    household = Household(ZoneInfo("UTC"), people, essentials=essentials)
    timeline = compile_timelines(household, spells, NOW, HORIZON, {})["Lina"]
    agree(timeline, [timeline])


@settings(max_examples=300, deadline=None)
@given(
    lina=profiles,
    noor=profiles | st.none(),
    spells=st.lists(spells, max_size=3),
    levels=st.lists(st.sampled_from([None, *Level]), min_size=2, max_size=2),
)
@example(Profile("p"), Profile("p"), [], [Level.MODERATE, Level.STRICT])
@example(Profile("p"), Profile("p"), [], [Level.STRICT, Level.MODERATE])
def test_resolvers_and_the_policy_agree_on_the_strictest_of_several(
    lina: Profile,
    noor: Profile | None,
    spells: list[Pause | Grant | UsedUp],
    levels: list[Level | None],
) -> None:
    people = tuple(
        Person(name, AgeBand.FROM_6, profile and with_youtube(profile, level))
        for name, profile, level in zip(("Lina", "Noor"), (lina, noor), levels, strict=True)
    )
    shared = (SharedDevice("TV", (), Follows.STRICTEST, ("Lina", "Noor")),)
    household = Household(ZoneInfo("UTC"), people, shared=shared)
    timelines = compile_timelines(household, spells, NOW, HORIZON, {})
    tv = shared_timelines(household, timelines, spells)["TV"]
    agree(tv, [*timelines.values(), tv])
    for name in NAMES:
        single = [judge(timelines[each].state(NOW), facts_of(name)) for each in ("Lina", "Noor")]
        assert judge(tv.state(NOW), facts_of(name)) == max(single, key=strictness)


def with_youtube(profile: Profile, level: Level | None) -> Profile:
    youtube = {SafeSearch(Engine.YOUTUBE, level)} if level is not None else set()
    return replace(profile, safe_search=profile.safe_search | youtube)


def agree(timeline: Timeline, known: Sequence[Timeline]) -> None:
    """Resolvers, given all that is known, do for a timeline what the policy says."""
    schedules = Schedules()
    numbers = {id(each): schedules.number(each) for each in known}
    services = {
        thing: (
            tuple(name for name, some in LISTED.items() if thing in some),
            (KEPT,) if thing == "games" else (),
        )
        for thing in THINGS
    }
    snapshot = Snapshot(
        tuple(schedules.states), tuple(schedules.rows), {}, (), 0, services=services
    )
    snapshot = Snapshot.from_data(snapshot.to_data())
    views = Views(snapshot, ())
    special = Special(["help.example"], [], ["time.example"])
    classify = classifier(views, None, special)
    view = views.schedules(int(NOW.timestamp()))[numbers[id(timeline)]].view

    for name in NAMES:
        verdict = judge(timeline.state(NOW), facts_of(name))
        wire = to_wire(name)
        mask = classify(wire, 1)
        decision = view.decide(mask, wire) if mask & view.mask else None
        match decision:
            case Block():
                assert verdict.action is Action.BLOCK, name
                assert verdict.rule
                assert decision.ede[1].decode() == verdict.rule.reason, name
            case Rewrite():
                assert verdict.action is Action.REWRITE, name
                assert verdict.rule
                assert isinstance(verdict.rule.what, SafeSearch)
                _, levels = safe_search.targets()[name]
                level = verdict.rule.what.level
                assert decision.target == to_wire(levels.get(level) or next(iter(levels.values())))
            case None:
                assert verdict.action is Action.ALLOW, name
