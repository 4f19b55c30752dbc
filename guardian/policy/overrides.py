"""What is otherwise on one device, whoever has it: no internet, or extra time, until it ends.

A device's own timeline is that of its owner with these laid over it. A block leaves helplines open
and nothing else. Extra time opens what windows and budgets stop, as for a person: content stays
filtered, and a pause of the owner holds on the device too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guardian.policy.devices import Device, read_sign
from guardian.policy.people import EDE_OF_KIND, Household, HouseholdKind
from guardian.policy.rules import Action, Everything, Rule, State, Step
from guardian.policy.shared import strictest
from guardian.policy.timeline import (
    ALLOW_HELPLINES,
    BLOCK_ILLEGAL,
    DeviceBlock,
    DeviceFree,
    OnDevice,
    Spell,
    Timeline,
)

_ALL_TIME: Final = frozenset({""})


@dataclass(frozen=True, slots=True)
class Override:
    """A device on which something is otherwise.

    signs: all that it is known by. blocked: at all times. spells: what is so for a while.
    """

    signs: tuple[Device, ...]
    blocked: bool = False
    spells: tuple[OnDevice, ...] = ()

    def holds(self, kind: type[OnDevice], at: datetime) -> bool:
        """Whether something is so on it at an instant."""
        return any(isinstance(each, kind) and each.holds(at) for each in self.spells)


def overrides(household: Household, spells: Iterable[Spell]) -> tuple[Override, ...]:
    """The devices on which something is otherwise, each once."""
    by_sign = {sign: each for each in household.devices for sign in each.signs}
    found = {
        each.signs: Override(each.signs, blocked=True) for each in household.devices if each.blocked
    }
    for spell in spells:
        if not isinstance(spell, OnDevice) or spell.thing is None:
            continue
        sign = read_sign(spell.thing)
        signs = by_sign[sign].signs if sign in by_sign else (sign,)
        before = found.get(signs, Override(signs))
        found[signs] = replace(before, spells=(*before.spells, spell))
    return tuple(found.values())


def overridden(base: Timeline, override: Override, kind: HouseholdKind) -> Timeline:
    """The timeline of a device. base: its owner's, or that of devices nobody has named."""
    start, end = base.stretches[0][0], base.end
    edges = {at for each in override.spells for at in (each.since, each.until)}
    edges |= {at for at, _ in base.stretches}
    known: dict[tuple[int, Callable[[State], State]], State] = {}
    blocked = _blocked_by(kind)
    row: list[tuple[datetime, State]] = []
    for at in sorted(edge for edge in edges if start <= edge < end):
        state = base.state(at)
        if override.blocked or override.holds(DeviceBlock, at):
            change = blocked
        elif override.holds(DeviceFree, at):
            change = freed
        else:
            change = _as_it_is
        state = known.setdefault((id(state), change), change(state))
        if not row or row[-1][1] != state:
            row.append((at, state))
    return replace(base, stretches=tuple(row))


def freed(state: State) -> State:
    """A state in which time stops nothing; what stops content stays."""
    if state.parts:
        return strictest(tuple(map(freed, state.parts)))
    rules = tuple(rule for rule in state.rules if rule.step is not Step.WINDOW)
    return replace(state, rules=rules, extra_time=_ALL_TIME)


def _blocked_by(kind: HouseholdKind) -> Callable[[State], State]:
    """Makes of a state that in which nothing but helplines is open."""
    rule = Rule(Step.PAUSE, Everything(), Action.BLOCK, "device", "device", ede=EDE_OF_KIND[kind])

    def blocked(state: State) -> State:
        return State((BLOCK_ILLEGAL, ALLOW_HELPLINES, rule), state.block_answer)

    return blocked


def _as_it_is(state: State) -> State:
    return state
