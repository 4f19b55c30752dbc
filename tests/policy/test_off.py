"""Whose internet is off as a whole: what a router's firewall may end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.off import Off, off_until
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.timeline import (
    HORIZON,
    Grant,
    Opened,
    Pause,
    Spell,
    UsedUp,
    compile_timelines,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PLAIN = Profile("child")
OWN = replace(PLAIN, allow_names=frozenset({"grandma.example"}))
ONLY = replace(OWN, allow_only=True)


def spell(kind: type[Spell], thing: str | None = None) -> Spell:
    return kind("Lina", thing, NOW - timedelta(minutes=5), LATER)


@pytest.mark.parametrize(
    ("profile", "spells", "expected"),
    [
        (PLAIN, [], Off.NO),
        (PLAIN, [spell(Pause)], Off.WHOLLY),
        (OWN, [spell(Pause)], Off.WHOLLY),  # a pause comes before what is allowed
        (PLAIN, [spell(Pause, "games")], Off.NO),
        (PLAIN, [spell(UsedUp)], Off.WHOLLY),
        (PLAIN, [spell(UsedUp, "games")], Off.NO),
        (OWN, [spell(UsedUp)], Off.PARTLY),  # grandma can be reached at every hour
        (PLAIN, [spell(UsedUp), spell(Opened, "school.example")], Off.PARTLY),
        (PLAIN, [spell(UsedUp), spell(Grant, "games")], Off.PARTLY),
        (PLAIN, [spell(UsedUp), spell(Grant)], Off.NO),
        (PLAIN, [spell(Pause), spell(Grant)], Off.WHOLLY),  # extra time ends no pause
        (ONLY, [], Off.NO),  # chosen sites only, at every hour, is no bedtime
    ],
)
def test_how_far_the_internet_is_off(profile: Profile, spells: list[Spell], expected: Off) -> None:
    person = Person("Lina", AgeBand.FROM_9, profile)
    household = Household(ZoneInfo("UTC"), (person,), (profile,))
    timeline = compile_timelines(household, spells, NOW, HORIZON, {})["Lina"]
    what, until = off_until(timeline, NOW)
    assert what is expected
    assert until == (LATER if expected is not Off.NO else timeline.end)
