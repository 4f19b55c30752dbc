"""From ids to bits: a snapshot's states as views. Each thing a rule can be about gets a bit."""

from collections.abc import Iterable
from ipaddress import ip_address

from guardian.dns.view import (
    ANYTHING,
    ESSENTIAL,
    FIRST_FREE_BIT,
    ILLEGAL,
    NEVER,
    ORDINARY,
    Block,
    BlockAnswer,
    Decision,
    OwnStep,
    Rewrite,
    Schedule,
    Step,
    View,
)
from guardian.dns.wire import EDE_FILTERED, ede_text
from guardian.lists.match import ILLEGAL as ILLEGAL_CATEGORY
from guardian.names import to_wire
from guardian.safety import safe_search
from guardian.service.snapshot import RuleData, Snapshot, StateData


class Views:
    """All views of a snapshot; the states' numbers are the snapshot's.

    bits: category, service or "safe:engine" → bit. sets: patterns, types or networks that some
    rule is about, as it names them → bit.
    """

    def __init__(self, snapshot: Snapshot, categories: Iterable[str]) -> None:
        engines = sorted({engine for engine, _ in safe_search.targets().values()})
        things = [*categories, *snapshot.services, *(f"safe:{engine}" for engine in engines)]
        things = [thing for thing in things if thing != ILLEGAL_CATEGORY]
        self.bits = {thing: 1 << (FIRST_FREE_BIT + at) for at, thing in enumerate(things)}
        self.bits[ILLEGAL_CATEGORY] = ILLEGAL
        self.sets: dict[tuple[str, tuple[str, ...]], int] = {}
        self.snapshot = snapshot
        self._answers: dict[tuple[object, ...], Block] = {}
        self._steps = [tuple(self._state(state)) for state in snapshot.states]
        self._brief = [
            sum({self._metered_bit(each) for each in state.metered}) for state in snapshot.states
        ]

    def metered(self) -> tuple[tuple[str, int], ...]:
        """Each thing whose use is measured ("": everything) with its bit."""
        things = self.snapshot.metered
        return tuple((each, self._metered_bit(each)) for each in things)

    def _metered_bit(self, thing: str) -> int:
        return self.bits.get(thing, 0) if thing else ORDINARY

    def schedules(self, now: int) -> list[Schedule]:
        """The schedules, each with the view of this second (wall clock) in force."""
        return [self._schedule(row, now) for row in self.snapshot.schedules]

    def _schedule(self, row: tuple[tuple[int, int], ...], now: int) -> Schedule:
        ends = [start for start, _ in row[1:]] + [NEVER]
        stretches = [
            (start, View(self._steps[state], until, self._brief[state]))
            for (start, state), until in zip(row, ends, strict=True)
        ]
        schedule = Schedule(stretches)
        schedule.advance(now)
        return schedule

    def _state(self, state: StateData) -> Iterable[Step | OwnStep]:
        own: dict[bytes, Decision] = {}
        for rule in state.rules:
            if rule.kind == "names":
                decision = self._decision(state, rule)
                for name in map(to_wire, rule.ids):
                    if decision is not None or name not in own:
                        own[name] = decision
        own_said = False
        for rule in state.rules:
            if rule.kind == "names":
                if not own_said:
                    own_said = True
                    yield OwnStep(own)
            elif bits := self._bits(rule):
                spares = sum({self.bits.get(each, 0) for each in rule.spares})
                yield Step(bits, self._decision(state, rule), spares)

    def _bits(self, rule: RuleData) -> int:
        match rule.kind:
            case "everything":
                return ANYTHING
            case "essentials":
                return ESSENTIAL
            case "category":
                return self.bits.get(rule.ids[0], 0)
            case "patterns" | "types" | "networks":
                first = 1 << (FIRST_FREE_BIT + len(self.bits))
                return self.sets.setdefault((rule.kind, rule.ids), first << len(self.sets))
            case "safe":
                return self.bits.get(f"safe:{rule.ids[0]}", 0)
        return 0  # helplines have no bit at all: nothing can meet them

    def _decision(self, state: StateData, rule: RuleData) -> Decision:
        if rule.action == "allow":
            return None
        if rule.action == "rewrite":
            return Rewrite(to_wire(_target(*rule.ids)))
        said = rule.ede or (EDE_FILTERED, "")
        key = (state.answer, state.addresses, state.ttl, said)
        if key not in self._answers:
            self._answers[key] = _block(state, said)
        return self._answers[key]


def _target(engine: str, level: str) -> str:
    return next(
        levels.get(level) or next(iter(levels.values()))
        for other, levels in safe_search.targets().values()
        if other == engine
    )


def _block(state: StateData, said: tuple[int, str]) -> Block:
    packed = {4: bytes(4), 6: bytes(16)}
    if state.answer == "address":
        packed = {4: b"", 6: b""}
        for text in state.addresses:
            address = ip_address(text)
            packed[address.version] = address.packed
    code, text = said
    return Block(BlockAnswer(state.answer), state.ttl, (code, ede_text(text)), packed[4], packed[6])
