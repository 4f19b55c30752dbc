"""From ids to bits: a snapshot's states as views. Each thing a rule can be about gets a bit."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from ipaddress import ip_address
from typing import Final

from guardian.dns.structured import NETWORK_POLICY, Structured
from guardian.dns.view import (
    ANYTHING,
    ESSENTIAL,
    FIRST_FREE_BIT,
    ILLEGAL,
    INWARD,
    ORDINARY,
    Block,
    BlockAnswer,
    Decision,
    OwnStep,
    Rewrite,
    Schedule,
    Step,
    View,
    WatchedView,
)
from guardian.dns.wire import EDE_BLOCKED, EDE_FILTERED, ede_text
from guardian.lists.match import ILLEGAL as ILLEGAL_CATEGORY
from guardian.names import to_wire
from guardian.safety import safe_search
from guardian.service.snapshot import Row, RuleData, Snapshot, StateData

_NOTHING: Final = View(())
_STRICTNESS: Final = {"moderate": 1, "strict": 2}
_REBINDING: Final = "A name of the internet leads into the house"


class Views:
    """All views of a snapshot; the states' numbers are the snapshot's.

    bits: category, service or "safe:engine" → bit. sets: patterns, types, networks, homographs or
    new names that some rule is about, as it names them, or a category with the lists of which it
    has new content ("tried") → bit. own: wire names that
    some rule of somebody's names. A bit or a name that was there stays until other views are made.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        categories: Iterable[str],
        seen: Callable[[str, bytes], None] = lambda _person, _name: None,
    ) -> None:
        """seen: told a person and a wire name, where the names of somebody are to be learnt."""
        categories = tuple(categories)
        engines = sorted({engine for engine, _ in safe_search.targets().values()})
        things = [*categories, *snapshot.services, *(f"safe:{engine}" for engine in engines)]
        things = [thing for thing in things if thing != ILLEGAL_CATEGORY]
        self.bits = {thing: 1 << (FIRST_FREE_BIT + at) for at, thing in enumerate(things)}
        self.bits[ILLEGAL_CATEGORY] = ILLEGAL
        self._categories = frozenset(categories)
        self.sets: dict[tuple[str, tuple[str, ...]], int] = {}
        self.own: set[bytes] = set()
        self.snapshot = snapshot
        self._answers: dict[tuple[object, ...], Block] = {}
        self._seen = seen
        self._rule_steps: dict[tuple[object, ...], dict[RuleData, Step | None]] = {}
        self._views = [self._view(state) for state in snapshot.states]

    def change(self, snapshot: Snapshot, states: Mapping[int, StateData]) -> bool:
        """Follow a snapshot in which some states are others, and nothing else.

        Whether names or answers have to be looked at for more than before.
        """
        looked_at = len(self.own), len(self.sets)
        self.snapshot = snapshot
        self._views += [_NOTHING] * (len(snapshot.states) - len(self._views))
        for number, state in states.items():
            self._views[number] = self._view(state)
        return looked_at != (len(self.own), len(self.sets))

    def metered(self) -> tuple[tuple[str, int], ...]:
        """Each thing whose use is measured ("": everything) with its bit."""
        things = self.snapshot.metered
        return tuple((each, self._metered_bit(each)) for each in things)

    def things(self) -> tuple[tuple[str, int], ...]:
        """Each category and service with its bit; illegal content is none of anybody's."""
        return tuple(
            (thing, bit)
            for thing, bit in self.bits.items()
            if bit != ILLEGAL and not thing.startswith("safe:")
        )

    def tried(self) -> tuple[tuple[str, int], ...]:
        """Each category with a bit that it has with new content of some lists."""
        sets = self.sets.items()
        return tuple((ids[0], bit) for (kind, ids), bit in sets if kind == "tried")

    def _metered_bit(self, thing: str) -> int:
        return self.bits.get(thing, 0) if thing else ORDINARY

    def schedules(self, now: int) -> list[Schedule]:
        """The schedules, each with the view of this second (wall clock) in force."""
        schedules = [Schedule(self.stretches(row)) for row in self.snapshot.schedules]
        for schedule in schedules:
            schedule.advance(now)
        return schedules

    def stretches(self, row: Row) -> list[tuple[int, View]]:
        """What a schedule goes through."""
        return [(start, self._views[state]) for start, state in row]

    def _view(self, state: StateData) -> View:
        brief = sum({self._metered_bit(each) for each in state.metered})
        if state.parts or not state.watched:  # of what several people share nothing is told
            rows = (self._steps(part) for part in state.parts or (state,))
            return View(*rows, brief=brief, servers=state.upstreams.encode())
        steps = list(self._steps(state))
        otherwise = View(_closed(steps, self._block(state, state.answer, (EDE_FILTERED, ""))))
        seen = partial(self._seen, state.watched)
        return WatchedView(steps, otherwise, seen, brief=brief, servers=state.upstreams.encode())

    def _steps(self, state: StateData) -> Iterable[Step | OwnStep]:
        answer = (state.answer, state.addresses, state.ttl)
        known = self._rule_steps.setdefault(answer, {})
        if self.snapshot.inward is not None:
            yield self._no_rebinding(state)
        own_said = False
        for rule in state.rules:
            if rule.kind == "names":
                if not own_said:
                    own_said = True
                    yield self._own_step(state)
                continue
            try:
                step = known[rule]
            except KeyError:
                step = known[rule] = self._step(state, rule)
            if step is not None:
                yield step

    def _no_rebinding(self, state: StateData) -> Step:
        # First, and no rule of anybody's opens it: it is about the house, not about who asks.
        return Step(INWARD, self._block(state, "nodata", (EDE_BLOCKED, _REBINDING)))

    def _own_step(self, state: StateData) -> OwnStep:
        own: dict[bytes, Decision] = {}
        for rule in state.rules:
            if rule.kind == "names":
                decision = self._decision(state, rule)
                for name in map(to_wire, rule.ids):
                    if decision is not None or name not in own:
                        own[name] = decision
        self.own.update(own)
        return OwnStep(own)

    def _step(self, state: StateData, rule: RuleData) -> Step | None:
        bits = self._bits(rule)
        if not bits:
            return None
        spares = sum({self._bit(each, rule.tries) for each in rule.spares})
        return Step(bits, self._decision(state, rule), spares)

    def _bits(self, rule: RuleData) -> int:
        match rule.kind:
            case "everything":
                return ANYTHING
            case "essentials":
                return ESSENTIAL
            case "category":
                return self._bit(rule.ids[0], rule.tries)
            case "patterns" | "types" | "networks" | "homographs" | "new":
                return self._set(rule.kind, rule.ids)
            case "safe":
                return self.bits.get(f"safe:{rule.ids[0]}", 0)
        return 0  # helplines have no bit at all: nothing can meet them

    def _bit(self, thing: str, tries: tuple[str, ...]) -> int:
        """Of a category or service, as it is with new content of some lists."""
        bit = self.bits.get(thing, 0)
        if not tries or bit in (0, ILLEGAL) or thing not in self._categories:
            return bit
        return self._set("tried", (thing, *tries))

    def _set(self, kind: str, ids: tuple[str, ...]) -> int:
        first = 1 << (FIRST_FREE_BIT + len(self.bits))
        return self.sets.setdefault((kind, ids), first << len(self.sets))

    def _decision(self, state: StateData, rule: RuleData) -> Decision:
        if rule.action == "allow":
            return None
        if rule.action == "rewrite":
            return Rewrite(to_wire(_target(*rule.ids)), _STRICTNESS[rule.ids[1]])
        said = rule.ede or (EDE_FILTERED, "")
        return self._block(state, state.answer, said)

    def _block(self, state: StateData, answer: str, said: tuple[int, str]) -> Block:
        """The answer to what is blocked; those who get the same one share it."""
        key = (answer, state.addresses, state.ttl, said)
        block = self._answers.get(key)
        if block is None:
            block = self._answers[key] = _block(state, answer, said, self._structured(said))
        return block

    def _structured(self, said: tuple[int, str]) -> Structured | None:
        """The same for programs, where the household has them told."""
        if self.snapshot.structured is None:
            return None
        option, contacts, organisation = self.snapshot.structured
        code, reason = said
        by_policy = NETWORK_POLICY if code == EDE_BLOCKED else None
        return Structured.of(option, contacts, reason, organisation, "en", by_policy)


def _closed(steps: Iterable[Step | OwnStep], block: Block) -> list[Step | OwnStep]:
    """The steps of who is allowed only what is open by name: all else ends before rewriting."""
    found = list(steps)
    rewriting = (
        at
        for at, step in enumerate(found)
        if isinstance(step, Step) and isinstance(step.decision, Rewrite)
    )
    found.insert(next(rewriting, len(found)), Step(ANYTHING, block))
    return found


def _target(engine: str, level: str) -> str:
    return next(
        levels.get(level) or next(iter(levels.values()))
        for other, levels in safe_search.targets().values()
        if other == engine
    )


def _block(state: StateData, answer: str, said: tuple[int, str], told: Structured | None) -> Block:
    packed = {4: bytes(4), 6: bytes(16)}
    if answer == "address":
        packed = {4: b"", 6: b""}
        for text in state.addresses:
            address = ip_address(text)
            packed[address.version] = address.packed
    code, text = said
    ede = (code, ede_text(text))
    return Block(BlockAnswer(answer), state.ttl, ede, packed[4], packed[6], told)
