"""What somebody may have outgrown, and when one is asked to look at it."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.people import AgeBand, Household, Person, Privacy, Profile
from guardian.policy.review import is_due, review

TODAY = date(2026, 11, 10)
USUAL = Profile("13-15", blocked=frozenset({"adult"}))


@pytest.mark.parametrize(
    ("blocked", "spared", "privacy", "lifted", "sees_more"),
    [
        ({"adult"}, set(), Privacy.CATEGORIES, (), False),
        ({"adult", "games", "social"}, set(), Privacy.CATEGORIES, ("games", "social"), False),
        ({"adult", "games"}, {"games"}, Privacy.CATEGORIES, (), False),
        ({"adult"}, set(), Privacy.BLOCKED, (), True),
        ({"adult"}, set(), Privacy.COUNTS, (), False),
    ],
)
def test_what_is_stricter_than_usual(
    blocked: set[str], spared: set[str], privacy: Privacy, lifted: tuple[str, ...], sees_more: bool
) -> None:
    rules = Profile("own", blocked=frozenset(blocked), spares=frozenset(spared))
    found = review(Person("Noor", AgeBand.FROM_13, rules, privacy=privacy), USUAL)
    assert (found.lifted, found.sees_more) == (lifted, sees_more)


@pytest.mark.parametrize(
    ("born", "base", "due"),
    [
        (date(2013, 11, 1), "", True),  # 13 since the first of the month
        (date(2013, 12, 1), "", False),  # next month
        (date(2013, 9, 1), "", False),  # two months ago
        (None, "9-12", True),
        (None, "13-15", False),
        (None, "16-17", False),
        (None, "homework", False),
    ],
)
def test_when(born: date | None, base: str, due: bool) -> None:
    band = AgeBand.FROM_9 if born == date(2013, 12, 1) else AgeBand.FROM_13
    noor = Person("Noor", band, born=born)
    assert is_due(noor, base, Household(ZoneInfo("UTC"), (noor,)), TODAY) is due
