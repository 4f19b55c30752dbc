"""Use is told from chatter, on patterns as devices make them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.policy.usage import MOST_GAP, Meter, used_minutes

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("pattern", "sightings", "minutes"),
    [
        ("an app opened and left", {0: 4}, 1),
        ("watching: a burst, then a name every few minutes", {0: 9, 3: 1, 7: 2, 11: 1, 15: 1}, 16),
        ("two sittings", {0: 5, 2: 2, 30: 4, 33: 3}, 7),
        ("one look-up in passing", {0: 1}, 0),
        ("a push service that renews its address", {0: 1, 4: 1}, 0),
        ("a beacon every four minutes", {at: 1 for at in range(0, 120, 4)}, 0),
        ("a beacon that wavers by a minute", {0: 1, 4: 1, 9: 1, 13: 1, 18: 1, 22: 1}, 0),
        ("a telemetry ping each hour", {at: 1 for at in range(0, 1440, 60)}, 0),
        ("a beacon while somebody plays", {0: 1, 4: 6, 6: 3, 8: 1, 12: 1}, 13),
        ("minute for minute", {0: 1, 1: 1, 2: 1}, 3),
    ],
)
def test_recorded_patterns(pattern: str, sightings: dict[int, int], minutes: int) -> None:
    assert len(list(used_minutes(sightings))) == minutes, pattern


@given(st.dictionaries(st.integers(0, 1500), st.integers(1, 60), max_size=60))
def test_no_minute_counts_twice_and_none_lies_far_from_a_sighting(
    sightings: dict[int, int],
) -> None:
    found = list(used_minutes(sightings))
    assert len(found) == len(set(found))
    for minute in found:
        assert any(abs(minute - at) <= MOST_GAP for at in sightings)


def test_a_session_over_midnight_belongs_to_both_days() -> None:
    meter = Meter()
    midnight = int(datetime(2026, 11, 26, 23, tzinfo=UTC).timestamp())  # in Berlin
    for second in range(midnight - 180, midnight + 120, 20):
        meter.see("Lina", "games", second)
    assert meter.used(BERLIN) == {
        (date(2026, 11, 26), "Lina", "games"): 3,
        (date(2026, 11, 27), "Lina", "games"): 2,
    }
    meter.forget(midnight + 3 * 86400)
    assert meter.used(BERLIN) == {}


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    meter = Meter()
    start = int(datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp())  # 02:00 summer time
    for second in range(start, start + 7200, 30):
        meter.see("Lina", None, second)
    assert meter.used(BERLIN) == {(date(2026, 10, 25), "Lina", None): 120}
