"""What is seen of somebody: less at once, more only once it was announced for a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.insight import Insight, followed, with_insight
from guardian.policy.people import AgeBand, Household, Person, Privacy

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTS, KINDS, NAMES = Privacy


def a_household(wanted: Privacy, band: AgeBand = AgeBand.FROM_13) -> Household:
    return Household(ZoneInfo("UTC"), (Person("Noor", band, privacy=wanted),), notice=DAY)


def seen(household: Household, before: dict[str, Insight], after: timedelta) -> Privacy:
    return with_insight(household, followed(before, household, NOW + after)).people[0].privacy


@pytest.mark.parametrize(
    ("was", "wanted", "after", "level"),
    [
        (KINDS, NAMES, timedelta(0), KINDS),
        (KINDS, NAMES, DAY - timedelta(seconds=1), KINDS),
        (KINDS, NAMES, DAY, NAMES),
        (COUNTS, KINDS, timedelta(0), COUNTS),
        (NAMES, COUNTS, timedelta(0), COUNTS),  # less is at once
        (KINDS, KINDS, timedelta(0), KINDS),
    ],
)
def test_levels(was: Privacy, wanted: Privacy, after: timedelta, level: Privacy) -> None:
    before = followed({}, a_household(was), NOW)
    announced = followed(before, a_household(wanted), NOW)
    assert seen(a_household(wanted), announced, after) is level


def test_somebody_new_has_what_was_chosen() -> None:
    assert seen(a_household(NAMES), {}, timedelta(0)) is NAMES


def test_a_change_of_mind_announces_anew() -> None:
    before = followed({}, a_household(COUNTS), NOW)
    first = followed(before, a_household(KINDS), NOW)
    other = followed(first, a_household(NAMES), NOW + DAY / 2)
    assert seen(a_household(NAMES), other, DAY) is COUNTS
    back = followed(other, a_household(COUNTS), NOW + DAY / 2)
    again = followed(back, a_household(NAMES), NOW + DAY)
    assert seen(a_household(NAMES), again, DAY * 1.5) is COUNTS


def test_children_below_13_are_seen_as_was_chosen_at_once() -> None:
    assert followed({}, a_household(NAMES, AgeBand.FROM_9), NOW) == {}


def test_an_age_that_is_made_younger_opens_no_way_around() -> None:
    before = followed({}, a_household(KINDS), NOW)
    assert seen(a_household(NAMES, AgeBand.FROM_9), before, timedelta(0)) is KINDS


def test_nor_does_taking_somebody_out_and_in_again() -> None:
    household = a_household(KINDS)
    before = followed({}, household, NOW)
    gone = replace(household, people=())
    assert followed(before, gone, NOW) == {}  # but the store keeps what it has
    assert seen(a_household(NAMES), before, timedelta(0)) is KINDS


def test_a_household_in_which_nothing_waits_is_the_same_object() -> None:
    household = a_household(KINDS)
    assert with_insight(household, followed({}, household, NOW)) is household
