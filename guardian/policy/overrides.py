"""What is otherwise on one device, whoever has it: no internet, or extra time, until it ends; new
content of a list that only this device has, to try it.

A device's own timeline is that of its owner with these laid over it. A block leaves helplines open
and nothing else. Extra time opens what windows and budgets stop, as for a person: content stays
filtered, and a pause of the owner holds on the device too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
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

Trials = Mapping[str, Sequence[str]]
"""A list of which new content is tried → signs of the devices that do."""

NO_TRIALS: Final[Trials] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Override:
    """A device on which something is otherwise.

    signs: all that it is known by. blocked: at all times. spells: what is so for a while. tries:
    ids of lists of which it has new content.
    """

    signs: tuple[Device, ...]
    blocked: bool = False
    spells: tuple[OnDevice, ...] = ()
    tries: tuple[str, ...] = ()

    def holds(self, kind: type[OnDevice], at: datetime) -> bool:
        """Whether something is so on it at an instant."""
        return any(isinstance(each, kind) and each.holds(at) for each in self.spells)


def overrides(
    household: Household, spells: Iterable[Spell], trials: Trials = NO_TRIALS
) -> tuple[Override, ...]:
    """The devices on which something is otherwise, each once."""
    by_sign = {sign: each for each in household.devices for sign in each.signs}
    found = {
        each.signs: Override(each.signs, blocked=True) for each in household.devices if each.blocked
    }

    def of(text: str) -> Override:
        sign = read_sign(text)
        signs = by_sign[sign].signs if sign in by_sign else (sign,)
        return found.get(signs, Override(signs))

    for spell in spells:
        if not isinstance(spell, OnDevice) or spell.thing is None:
            continue
        before = of(spell.thing)
        found[before.signs] = replace(before, spells=(*before.spells, spell))
    for list_id, devices in trials.items():
        for device in devices:
            before = of(device)
            tries = tuple(sorted({*before.tries, list_id}))
            found[before.signs] = replace(before, tries=tries)
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
        state = known.setdefault((id(state), change), trying(change(state), override.tries))
        if not row or row[-1][1] != state:
            row.append((at, state))
    return replace(base, stretches=tuple(row))


def freed(state: State) -> State:
    """A state in which time stops nothing; what stops content stays."""
    if state.parts:
        return strictest(tuple(map(freed, state.parts)))
    rules = tuple(rule for rule in state.rules if rule.step is not Step.WINDOW)
    return replace(state, rules=rules, extra_time=_ALL_TIME)


def trying(state: State, tries: tuple[str, ...]) -> State:
    """A state in which new content of some lists counts."""
    if not tries:
        return state
    parts = tuple(trying(part, tries) for part in state.parts)
    return replace(state, parts=parts, tries=tries)


def _blocked_by(kind: HouseholdKind) -> Callable[[State], State]:
    """Makes of a state that in which nothing but helplines is open."""
    rule = Rule(Step.PAUSE, Everything(), Action.BLOCK, "device", "device", ede=EDE_OF_KIND[kind])

    def blocked(state: State) -> State:
        return State((BLOCK_ILLEGAL, ALLOW_HELPLINES, rule), state.block_answer)

    return blocked


def _as_it_is(state: State) -> State:
    return state
