"""A clock that is not set is not believed, and one that jumps is noticed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guardian.policy.judge import Facts, judge
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Action
from guardian.policy.timeline import HORIZON, compile_timelines
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.service.clock import Clock, waits


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


def test_children_wait_until_the_clock_is_set() -> None:
    night = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
    profile = Profile("p", windows=(night,))
    household = Household(
        ZoneInfo("UTC"),
        (
            Person("Lina", AgeBand.FROM_6, profile),
            Person("Noor", AgeBand.FROM_13, profile),
            Person("Omar", AgeBand.FROM_6, Profile("q")),
        ),
    )
    for now, waiting in [
        (datetime(1970, 1, 1, 12, tzinfo=UTC), {"Lina"}),
        (datetime(2026, 11, 26, 12, tzinfo=UTC), set()),
    ]:
        timelines = compile_timelines(household, waits(household, now), now, HORIZON, {})
        blocked = {
            person.name
            for person in household.people
            if judge(timelines[person.name].state(now), Facts("a.example")).action is Action.BLOCK
        }
        assert blocked == waiting
        helpline = judge(timelines["Lina"].state(now), Facts("h.example", helpline=True))
        assert helpline.action is Action.ALLOW
        assert timelines["Lina"].end == now + timedelta(days=8)
