"""Timelines in plain words, for a snapshot: the resolver that reads it loads no policy."""

from guardian.policy.rules import (
    Action,
    Category,
    Essentials,
    Everything,
    Helplines,
    Names,
    Networks,
    Patterns,
    Rule,
    SafeSearch,
    State,
    Types,
)
from guardian.policy.timeline import Stretches, Timeline
from guardian.service.snapshot import RuleData, StateData


class Schedules:
    """Timelines as rows of numbered states; equal rows and equal states are numbered once."""

    def __init__(self) -> None:
        # People with one profile share their stretches, and 100,000 have but a few of them.
        self._known: dict[int, tuple[Stretches, int]] = {}
        self._known_states: dict[int, tuple[State, int]] = {}
        self.states: dict[StateData, int] = {}
        self.rows: dict[tuple[tuple[int, int], ...], int] = {}

    def number(self, timeline: Timeline) -> int:
        """The number of a timeline's schedule."""
        known = self._known.get(id(timeline.stretches))
        if known is not None:
            return known[1]
        row = tuple(
            (int(start.timestamp()), self._state(state)) for start, state in timeline.stretches
        )
        number = self.rows.setdefault(row, len(self.rows))
        self._known[id(timeline.stretches)] = (timeline.stretches, number)
        return number

    def _state(self, state: State) -> int:
        known = self._known_states.get(id(state))
        if known is not None:
            return known[1]
        number = self.states.setdefault(state_data(state), len(self.states))
        self._known_states[id(state)] = (state, number)
        return number


def state_data(state: State) -> StateData:
    """A policy state in plain words."""
    answer = state.block_answer
    return StateData(
        tuple(_rule_data(rule) for rule in state.rules),
        answer.answer.value,
        tuple(str(address) for address in answer.addresses),
        answer.ttl,
        tuple(sorted(state.metered)),
    )


def _rule_data(rule: Rule) -> RuleData:
    kind: str
    ids: tuple[str, ...] = ()
    match rule.what:
        case Everything():
            kind = "everything"
        case Category(id=category):
            kind, ids = "category", (category,)
        case Names(names=names):
            kind, ids = "names", tuple(sorted(names))
        case Patterns(patterns=patterns):
            kind, ids = "patterns", tuple(sorted(patterns))
        case Types(qtypes=qtypes):
            kind, ids = "types", tuple(map(str, sorted(qtypes)))
        case Networks(networks=networks):
            kind, ids = "networks", tuple(sorted(map(str, networks)))
        case SafeSearch(engine=engine, level=level):
            kind, ids = "safe", (engine.value, level.value)
        case Helplines():
            kind = "helplines"
        case Essentials():
            kind = "essentials"
    blocks = rule.action is Action.BLOCK and rule.ede is not None
    ede = (rule.ede, rule.reason) if blocks and rule.ede is not None else None
    return RuleData(kind, ids, rule.action.value, ede, tuple(sorted(rule.spares)))
