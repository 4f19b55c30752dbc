"""From a family's wishes to verdicts: pure arithmetic, no I/O, time comes in as an argument."""

from guardian.policy.judge import Facts, Verdict, judge
from guardian.policy.people import Household, Person, Profile
from guardian.policy.timeline import HORIZON, Pause, Timeline, compile_timelines

__all__ = [
    "HORIZON",
    "Facts",
    "Household",
    "Pause",
    "Person",
    "Profile",
    "Timeline",
    "Verdict",
    "compile_timelines",
    "judge",
]
