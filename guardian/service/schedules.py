"""Timelines in plain words, for a snapshot: the resolver that reads it loads no policy."""

from dataclasses import replace
from functools import lru_cache
from typing import Final, Generic, TypeVar

from guardian.policy.rules import (
    Action,
    Category,
    Essentials,
    Everything,
    Helplines,
    Homographs,
    Names,
    Networks,
    Patterns,
    Rule,
    SafeSearch,
    State,
    Types,
    Unfamiliar,
)
from guardian.policy.timeline import Stretches, Timeline
from guardian.service.snapshot import Row, RuleData, StateData

_MOST_RULES: Final = 4096

Value = TypeVar("Value")


class Table(Generic[Value]):
    """Rows with numbers that stay. Equal rows are one; each counts how many refer to it.

    A row that nobody refers to keeps its number until another takes it: it may come back.
    """

    def __init__(self) -> None:
        self.rows: list[Value] = []
        self._numbers: dict[Value, int] = {}
        self._users: list[int] = []
        self._free: dict[int, None] = {}

    def __contains__(self, row: Value) -> bool:
        return row in self._numbers

    def take(self, row: Value, wanted: int | None = None) -> tuple[int, Value | None]:
        """Refer to a row: its number, and the row whose place it took, if it did.

        wanted: the number that it gets where it has none and nobody refers to that one.
        """
        number, before = self._numbers.get(row), None
        if number is None:
            number, before = self._place(row, wanted)
        self._users[number] += 1
        self._free.pop(number, None)
        return number, before

    def again(self, number: int) -> None:
        """Refer to a row once more."""
        self._users[number] += 1
        self._free.pop(number, None)

    def release(self, number: int) -> None:
        """Refer to a row no longer."""
        self._users[number] -= 1
        if not self._users[number]:
            self._free[number] = None

    def _place(self, row: Value, wanted: int | None) -> tuple[int, Value | None]:
        if wanted is not None and wanted not in self._free:
            wanted = None
        number = next(iter(self._free), None) if wanted is None else wanted
        before = None
        if number is None:
            number = len(self.rows)
            self.rows.append(row)
            self._users.append(0)
        else:
            before = self.rows[number]
            del self._numbers[before]
            self.rows[number] = row
        self._numbers[row] = number
        return number, before


class Schedules:
    """Timelines as rows of numbered states, for as long as people have them."""

    def __init__(self) -> None:
        self._states: Table[StateData] = Table()
        self._rows: Table[Row] = Table()
        # People with one profile share their stretches, and 100,000 have but a few of them.
        self._known: dict[tuple[int, str], tuple[Stretches, int]] = {}
        self._known_as: dict[int, list[tuple[int, str]]] = {}

    @property
    def states(self) -> tuple[StateData, ...]:
        """All states by number."""
        return tuple(self._states.rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All schedules by number."""
        return tuple(self._rows.rows)

    def number(self, timeline: Timeline, before: int | None = None, servers: str = "") -> int:
        """The number of a timeline's schedule, for one more who has it.

        before: the number that they had, which this one keeps where nobody else needs it.
        servers: the group of upstreams that is asked for them.
        """
        key = (id(timeline.stretches), servers)
        known = self._known.get(key)
        if known is not None:
            self._rows.again(known[1])
            return known[1]
        row = self._row(timeline.stretches, servers)
        is_new = row not in self._rows
        number, replaced = self._rows.take(row, before)
        if not is_new:
            self._let_go(row)
        if replaced is not None:
            self._let_go(replaced)
            for each in self._known_as.pop(number, ()):
                del self._known[each]
        self._known[key] = (timeline.stretches, number)
        self._known_as.setdefault(number, []).append(key)
        return number

    def _row(self, stretches: Stretches, servers: str) -> Row:
        """Stretches by the numbers of their states, each of which is referred to once more."""
        numbers: dict[int, int] = {}
        row: list[tuple[int, int]] = []
        for start, state in stretches:
            if id(state) not in numbers:
                number, _ = self._states.take(state_data(state, servers))
                if number in numbers.values():
                    self._states.release(number)
                numbers[id(state)] = number
            # What was before now is no longer asked for: so rows stay alike while time passes.
            row.append((int(start.timestamp()) if row else 0, numbers[id(state)]))
        return tuple(row)

    def _let_go(self, row: Row) -> None:
        for state in {state for _, state in row}:
            self._states.release(state)

    def release(self, number: int) -> None:
        """Somebody has this schedule no longer."""
        self._rows.release(number)


def state_data(state: State, servers: str = "") -> StateData:
    """A policy state in plain words. servers: the group of upstreams that is asked in it."""
    answer = state.block_answer
    return StateData(
        tuple(_tried(_rule_data(rule), state.tries) for rule in state.rules),
        answer.answer.value,
        tuple(str(address) for address in answer.addresses),
        answer.ttl,
        tuple(sorted(state.metered)),
        tuple(map(state_data, state.parts)),
        state.watched,
        servers,
    )


def _tried(rule: RuleData, tries: tuple[str, ...]) -> RuleData:
    """A rule as it is where new content of some lists counts."""
    is_about_lists = tries and (rule.kind == "category" or rule.spares)
    return replace(rule, tries=tries) if is_about_lists else rule


@lru_cache(_MOST_RULES)
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
        case Homographs():
            kind = "homographs"
        case Unfamiliar():
            kind = "new"
        case SafeSearch(engine=engine, level=level):
            kind, ids = "safe", (engine.value, level.value)
        case Helplines():
            kind = "helplines"
        case Essentials():
            kind = "essentials"
    blocks = rule.action is Action.BLOCK and rule.ede is not None
    ede = (rule.ede, rule.reason) if blocks and rule.ede is not None else None
    return RuleData(kind, ids, rule.action.value, ede, tuple(sorted(rule.spares)))
