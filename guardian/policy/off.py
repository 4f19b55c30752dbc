"""Whether somebody's internet is off as a whole, and whether anything of it stays open."""

from datetime import datetime
from enum import StrEnum

from guardian.policy.rules import Action, Everything, State, Step
from guardian.policy.timeline import Timeline


class Off(StrEnum):
    """NO: it is on, or some of it. PARTLY: off, but for something that a parent leaves open.
    WHOLLY: off, but for what is open to everybody at every hour.
    """

    NO = "no"
    PARTLY = "partly"
    WHOLLY = "wholly"


def off(state: State) -> Off:
    """How far time or a pause has turned the internet off. What chosen sites leave is no matter."""
    found = [_off(each) for each in state.each]
    return next((each for each in (Off.WHOLLY, Off.PARTLY) if each in found), Off.NO)


def off_until(timeline: Timeline, now: datetime) -> tuple[Off, datetime]:
    """How far it is off now, and until when that is so, or is known to be."""
    what = off(timeline.state(now))
    return what, timeline.until(now, lambda state: off(state) is what) or timeline.end


def _off(state: State) -> Off:
    stops = [
        rule
        for rule in state.rules
        if rule.step in (Step.PAUSE, Step.WINDOW)
        and rule.action is Action.BLOCK
        and isinstance(rule.what, Everything)
    ]
    if not stops:
        return Off.NO
    if any(rule.step is Step.PAUSE and not rule.spares for rule in stops):
        return Off.WHOLLY
    allows = any(
        rule.step is Step.OWN and rule.action is Action.ALLOW for rule in state.of(Step.OWN)
    )
    return Off.PARTLY if allows or all(rule.spares for rule in stops) else Off.WHOLLY
