"""What resolvers do is what the policy says, for any household: two implementations, one truth."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from ipaddress import IPv4Address, IPv4Network
from itertools import chain, combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardian.dns.answers import Answer
from guardian.dns.view import Block, Rewrite
from guardian.dns.wire import TO_QUESTION, A, record
from guardian.names import is_under, to_wire
from guardian.policy.devices import Follows, SharedDevice
from guardian.policy.judge import Facts, judge, strictness
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Action, Category, Engine, Everything, Level, SafeSearch
from guardian.policy.shared import shared_timelines
from guardian.policy.timeline import (
    HORIZON,
    Grant,
    Learning,
    Pause,
    Spell,
    Timeline,
    UsedUp,
    compile_timelines,
)
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.safety import safe_search
from guardian.service.classify import Special, answer_classifier, classifier, with_new_names
from guardian.service.known_names import KnownNames, Newcomers, write
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
LOOK = {  # "paypal.com" and the household's "p-thing.example" with Cyrillic letters
    "xn--pypal-4ve.com": "paypal.com",
    "www.xn---thing-9qf.example": "p-thing.example",
    "xn--l-7sba6dbr.help.example": "paypal.com",
    "xn--80a1acny.example": "",
}
NAMES = [
    *LISTED, *(f"www.{each}" for each in LISTED), KEPT, f"a.{KEPT}", "plain.example",
    "help.example", "chat.help.example", "time.example", "www.google.com",
    "www.youtube.com", *LOOK,
]  # fmt: skip

UNFAMILIAR = {"v-thing.example", "gv-thing.example", "plain.example", "xn--80a1acny.example"}
LEADS = {name: IPv4Address(0xC6336400 + number) for number, name in enumerate(NAMES)}
NETWORKS = [IPv4Network("198.51.100.0/29"), IPv4Network("198.51.100.4/30")]

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
    spares=several,
    allow_names=own_names,
    deny_names=own_names,
    deny_patterns=st.frozensets(st.sampled_from(["g*.example", "/^www/", "/help/"]), max_size=2),
    deny_types=st.sampled_from([frozenset[int](), frozenset({1}), frozenset({28})]),
    deny_networks=st.frozensets(st.sampled_from(NETWORKS), max_size=2),
    deny_homographs=st.booleans(),
    deny_new_names=st.booleans(),
    allow_only=st.booleans(),
    safe_search=st.frozensets(st.just(SafeSearch(Engine.GOOGLE, Level.STRICT))),
    windows=st.lists(windows, max_size=2).map(tuple),
)
spells = st.builds(
    lambda kind, thing: kind("Lina", thing, NOW - timedelta(hours=1), NOW + timedelta(hours=1)),
    st.sampled_from([Pause, Grant, UsedUp, Learning]),
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
        addresses=frozenset({LEADS[name]}),
        looks_like=LOOK.get(name, ""),
        unfamiliar=any(is_under(name, new) for new in UNFAMILIAR),
    )


def answer_of(name: str) -> Answer:
    body = record(TO_QUESTION, A, 60, LEADS[name].packed)
    return Answer(0, body=body, ttls_at=(6,))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownNames:
    """A file with all registered names but those that are unfamiliar."""
    path, key = tmp_path_factory.mktemp("names") / "known.gkn", bytes(32)
    day = NOW.date() - timedelta(days=30)
    write(path, key, day, day, (array("Q"), array("H")), ([], [], []))
    empty = KnownNames.open(path, key)
    familiar = [name for name in NAMES if not any(is_under(name, new) for new in UNFAMILIAR)]
    hashes = array("Q", sorted({empty.hash_of(to_wire(name)) or 0 for name in familiar}))
    write(path, key, day, day, (hashes, array("H", bytes(2 * len(hashes)))), ([], [], []))
    return KnownNames.open(path, key)


@settings(max_examples=300, deadline=None)
@given(profile=profiles, spells=st.lists(spells, max_size=3), essentials=st.booleans())
def test_resolvers_and_the_policy_agree(
    known: KnownNames, profile: Profile, spells: list[Spell], essentials: bool
) -> None:
    people = (Person("Lina", AgeBand.FROM_6, profile),)
    household = Household(ZoneInfo("UTC"), people, essentials=essentials)
    timeline = compile_timelines(household, spells, NOW, HORIZON, {})["Lina"]
    seen = agree(timeline, [timeline], known)
    strict = [replace(people[0], profile=replace(profile, allow_only=True))]
    closed = compile_timelines(
        replace(household, people=tuple(strict)),
        [each for each in spells if not isinstance(each, Learning)],
        NOW,
        HORIZON,
        {},
    )["Lina"].state(NOW)
    watched = any(isinstance(each, Learning) for each in spells)
    for name in NAMES:
        needs = judge(timeline.state(NOW), facts_of(name)).action is not Action.BLOCK
        needs &= judge(closed, facts_of(name)).action is Action.BLOCK
        assert (to_wire(name) in seen) == (watched and needs), name


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
    known: KnownNames,
    lina: Profile,
    noor: Profile | None,
    spells: list[Spell],
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
    agree(tv, [*timelines.values(), tv], known)
    for name in NAMES:
        single = [judge(timelines[each].state(NOW), facts_of(name)) for each in ("Lina", "Noor")]
        assert judge(tv.state(NOW), facts_of(name)) == max(single, key=strictness)


def with_youtube(profile: Profile, level: Level | None) -> Profile:
    youtube = {SafeSearch(Engine.YOUTUBE, level)} if level is not None else set()
    return replace(profile, safe_search=profile.safe_search | youtube)


def agree(timeline: Timeline, among: Sequence[Timeline], known: KnownNames) -> set[bytes]:
    """Resolvers, given all timelines, do for one what the policy says; the names that they note."""
    schedules = Schedules()
    numbers = {id(each): schedules.number(each) for each in among}
    services = {
        thing: (
            tuple(name for name, some in LISTED.items() if thing in some),
            (KEPT,) if thing == "games" else (),
        )
        for thing in THINGS
    }
    snapshot = Snapshot(
        tuple(schedules.states),
        tuple(schedules.rows),
        {},
        (),
        0,
        services=services,
        protected=("p-thing.example",),
    )
    snapshot = Snapshot.from_data(snapshot.to_data())
    seen: set[bytes] = set()
    views = Views(snapshot, (), lambda person, name: seen.add(name) if person == "Lina" else None)
    special = Special(["help.example"], [], ["time.example"])
    classify = with_new_names(classifier(views, None, special), views, Newcomers(known, 1))
    classify_answer = answer_classifier(views)
    view = views.schedules(int(NOW.timestamp()))[numbers[id(timeline)]].view

    for name in NAMES:
        verdict = judge(timeline.state(NOW), facts_of(name))
        wire = to_wire(name)
        mask = classify(wire, 1)
        if mask and classify_answer is not None:
            mask |= classify_answer(answer_of(name))
        decision = view.decide(mask, wire, ()) if mask & view.mask else None
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
    return seen
