"""What is otherwise on one device: laid over its owner's time, and ended by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from guardian.policy.devices import HostName, KnownDevice, Mac
from guardian.policy.explain import explain, outlook
from guardian.policy.judge import Facts, judge
from guardian.policy.overrides import freed, overridden, overrides
from guardian.policy.people import Household
from guardian.policy.rules import Action
from guardian.policy.shared import strictest
from guardian.policy.timeline import (
    HORIZON,
    DeviceBlock,
    DeviceFree,
    OnDevice,
    Pause,
    Spell,
    Timeline,
    compile_timelines,
)

NOW = datetime(2026, 11, 26, 17, tzinfo=UTC)  # a Thursday, 18:00 in Berlin
TABLET = ip_address("192.0.2.7")
HELP = Facts("help.example", helpline=True)
UPDATES = Facts("updates.example", essential=True)
NEWS = Facts("news.example")
OWN = Facts("learning.example")
ADULT = Facts("adult.example", frozenset({"adult"}))
VIDEO = Facts("films.example", frozenset({"video"}))
ILLEGAL = Facts("bad.example", illegal=True)


def berlin(clock: str, day: int = 26) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def on(kind: type[OnDevice], since: str, until: str, day: int = 26) -> OnDevice:
    return kind(None, str(TABLET), berlin(since), berlin(until, day))


def timeline(household: Household, *spells: Spell, titles: dict[str, str]) -> Timeline:
    """That of Lina's tablet."""
    base = compile_timelines(household, spells, NOW, HORIZON, titles)["Lina"]
    found = overrides(household, spells)
    return overridden(base, found[0], household.kind)


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [
        ("18:59", [NEWS, HELP, UPDATES, OWN], [ADULT, ILLEGAL, VIDEO]),  # homework
        ("19:00", [HELP], [NEWS, UPDATES, OWN, ADULT, ILLEGAL]),  # the start belongs to it
        ("19:59", [HELP], [NEWS, UPDATES, OWN, ADULT, ILLEGAL]),
        ("20:00", [NEWS, HELP, UPDATES, OWN], [ADULT, ILLEGAL]),  # the end does not
        ("20:30", [HELP, UPDATES, OWN], [NEWS]),  # bedtime is where it was
    ],
)
def test_a_block_leaves_helplines_and_nothing_else(
    household: Household, titles: dict[str, str], at: str, opens: list[Facts], closes: list[Facts]
) -> None:
    state = timeline(household, on(DeviceBlock, "19:00", "20:00"), titles=titles).state(berlin(at))
    assert [each.qname for each in opens if judge(state, each).action is Action.BLOCK] == []
    assert [each.qname for each in closes if judge(state, each).action is not Action.BLOCK] == []


def test_a_block_says_until_when(household: Household, titles: dict[str, str]) -> None:
    tablet = timeline(household, on(DeviceBlock, "18:00", "20:00"), titles=titles)
    told = explain(tablet, NEWS, NOW)
    assert told.reason == "No internet on this device until 20:00"
    assert told.until == berlin("20:00")
    view = outlook(tablet, NOW)
    assert (view.kind, view.title) == ("device", "No internet on this device")
    assert view.detail == "until 20:00, then homework"


def test_extra_time_on_a_device_opens_time_and_no_content(
    household: Household, titles: dict[str, str]
) -> None:
    tablet = timeline(household, on(DeviceFree, "19:00", "22:00"), titles=titles)
    for at in ("19:00", "20:45", "21:59"):  # homework, bedtime
        state = tablet.state(berlin(at))
        assert judge(state, VIDEO).action is Action.ALLOW
        assert judge(state, ADULT).action is Action.BLOCK
    assert judge(tablet.state(berlin("22:00")), NEWS).action is Action.BLOCK
    assert outlook(tablet, berlin("21:00")).detail == "until 22:00, then bedtime"


def test_a_pause_holds_on_a_free_device_too(household: Household, titles: dict[str, str]) -> None:
    pause = Pause("Lina", None, NOW, berlin("19:00"))
    tablet = timeline(household, on(DeviceFree, "18:00", "22:00"), pause, titles=titles)
    assert judge(tablet.state(NOW), NEWS).action is Action.BLOCK
    assert judge(tablet.state(berlin("19:00")), NEWS).action is Action.ALLOW


def test_what_several_share_is_free_for_all_of_them(
    household: Household, titles: dict[str, str]
) -> None:
    timelines = compile_timelines(household, (), NOW, HORIZON, titles)
    parts = [timelines[each].state(berlin("21:00")) for each in ("Lina", "Mara")]
    state = freed(strictest(parts))
    assert judge(state, NEWS).action is Action.ALLOW
    assert judge(state, ADULT).action is Action.BLOCK


def test_all_signs_of_a_device_are_one(household: Household) -> None:
    known = KnownDevice((Mac("a4:83:e7:00:00:01"), HostName("tablet")), "Tablet", blocked=True)
    household = replace(household, devices=(known,))
    spells = [
        DeviceFree(None, "tablet", NOW, NOW + HORIZON),
        DeviceBlock(None, "10.0.0.1", NOW, NOW + timedelta(hours=1)),
        Pause("Lina", None, NOW, NOW + HORIZON),
    ]
    found = {each.signs: each for each in overrides(household, spells)}
    assert found.keys() == {known.signs, (ip_address("10.0.0.1"),)}
    assert found[known.signs].blocked
    assert len(found[known.signs].spells) == 1


def test_what_is_otherwise_on_a_device_is_nobodys_pause(
    household: Household, titles: dict[str, str]
) -> None:
    plain = compile_timelines(household, (), NOW, HORIZON, titles)
    spells = [on(DeviceBlock, "18:00", "20:00"), on(DeviceFree, "18:00", "20:00")]
    assert compile_timelines(household, spells, NOW, HORIZON, titles) == plain


def test_new_content_of_lists_counts_on_the_device_alone(
    household: Household, titles: dict[str, str]
) -> None:
    there = overrides(household, (), {"school": [str(TABLET)], "games": [str(TABLET), "tv"]})
    assert [(each.signs, each.tries) for each in there] == [
        ((TABLET,), ("games", "school")),
        ((HostName("tv"),), ("games",)),
    ]
    base = compile_timelines(household, (), NOW, HORIZON, titles)["Lina"]
    found = overridden(base, there[0], household.kind)
    for (at, state), (before, as_before) in zip(found.stretches, base.stretches, strict=True):
        assert at == before
        assert state == replace(as_before, tries=("games", "school"))


def test_all_who_share_a_device_try_it_there(household: Household, titles: dict[str, str]) -> None:
    lina = compile_timelines(household, (), NOW, HORIZON, titles)["Lina"]
    state = lina.stretches[0][1]
    shared = replace(lina, stretches=((NOW, strictest((state, state))),))
    (there,) = overrides(household, (), {"games": [str(TABLET)]})
    ((_, found),) = overridden(shared, there, household.kind).stretches
    assert {each.tries for each in (found, *found.parts)} == {("games",)}
