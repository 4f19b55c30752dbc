"""A clock that is not set is not believed, and one that jumps is noticed."""

from datetime import UTC, datetime

from guardian.service.clock import RELEASED, Clock, day_for_ages, is_set


def test_a_jump_is_told_from_drift() -> None:
    wall, counting = [1000.0], [50.0]
    clock = Clock(lambda: wall[0], lambda: counting[0])
    for step, passed, jumped in [(0.5, 0.5, False), (0.6, 0.5, False), (3600, 0.5, True)]:
        wall[0] += step
        counting[0] += passed
        assert clock.jumped() is jumped
    wall[0] -= 7200
    assert clock.jumped()
    assert not clock.jumped()


def test_a_clock_before_our_release_is_not_set_and_makes_nobody_younger() -> None:
    unset = datetime(1970, 1, 1, 12, tzinfo=UTC)
    assert not is_set(unset)
    assert day_for_ages(unset) == RELEASED.date()
    assert is_set(RELEASED)
    assert day_for_ages(RELEASED) is None  # the household's own day
