"""A household for the policy's tests."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Category, Engine, Everything, Level, SafeSearch
from guardian.policy.windows import Weekday, Window, WindowKind


@pytest.fixture
def titles() -> dict[str, str]:
    return {
        "adult": "Adult content",
        "video": "Video",
        "games": "Games",
        "social": "Social media",
        "ai-chat": "AI chat",
    }


@pytest.fixture
def household() -> Household:
    """Lina has homework from 18:30 to 20:15 and bedtime from 20:30 to 07:00, every day."""
    primary = Profile(
        "primary",
        blocked=frozenset({"adult", "games", "ai-chat"}),
        allow_names=frozenset({"learning.example", "video.example", "both.example"}),
        deny_names=frozenset({"chat.learning.example", "both.example"}),
        safe_search=frozenset(
            {SafeSearch(Engine.GOOGLE, Level.STRICT), SafeSearch(Engine.YOUTUBE, Level.MODERATE)}
        ),
        windows=(
            Window(
                WindowKind.HOMEWORK,
                frozenset(Weekday),
                time(18, 30),
                time(20, 15),
                (Category("video"), Category("games"), Category("social")),
            ),
            Window(WindowKind.BEDTIME, frozenset(Weekday), time(20, 30), time(7), (Everything(),)),
        ),
    )
    return Household(
        zone=ZoneInfo("Europe/Berlin"),
        people=(Person("Lina", AgeBand.FROM_6, primary), Person("Mara", AgeBand.ADULT)),
        profiles=(primary,),
        unknown=primary,
    )
