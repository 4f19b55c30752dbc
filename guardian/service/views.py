"""From ids to bits: a snapshot's states as views, and names as masks.

Each thing that a rule can be about gets a bit. Classifying a name is the one cost of policy on a
query that is not cached: a look-up of the name among the few that are special, one of its hash in
the index, and one of what its parent was found to be.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Final

from guardian.dns.view import (
    ANYTHING,
    ESSENTIAL,
    FIRST_FREE_BIT,
    HOUSE,
    ILLEGAL,
    NEVER,
    ORDINARY,
    OWN,
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
from guardian.lists.index import NONE, Index
from guardian.lists.match import ILLEGAL as ILLEGAL_CATEGORY
from guardian.names import to_wire, wire_suffixes
from guardian.safety import safe_search
from guardian.service.snapshot import RuleData, Snapshot, StateData

_MOST_PARENTS: Final = 4096  # half a megabyte: what a household asks for often is among them


class Views:
    """All views of a snapshot; the states' numbers are the snapshot's.

    bits: category, service or "safe:engine" → bit.
    """

    def __init__(self, snapshot: Snapshot, categories: Iterable[str]) -> None:
        engines = sorted({engine for engine, _ in safe_search.targets().values()})
        things = [*categories, *snapshot.services, *(f"safe:{engine}" for engine in engines)]
        things = [thing for thing in things if thing != ILLEGAL_CATEGORY]
        self.bits = {thing: 1 << (FIRST_FREE_BIT + at) for at, thing in enumerate(things)}
        self.bits[ILLEGAL_CATEGORY] = ILLEGAL
        self._snapshot = snapshot
        self._answers: dict[tuple[object, ...], Block] = {}
        self._steps = [tuple(self._state(state)) for state in snapshot.states]

    def metered(self) -> tuple[tuple[str, int], ...]:
        """Each thing whose use is measured ("": everything) with its bit."""
        things = self._snapshot.metered
        return tuple((each, self.bits.get(each, ORDINARY if not each else 0)) for each in things)

    def schedules(self, now: int) -> list[Schedule]:
        """The schedules, each with the view of this second (wall clock) in force."""
        return [self._schedule(row, now) for row in self._snapshot.schedules]

    def _schedule(self, row: tuple[tuple[int, int], ...], now: int) -> Schedule:
        ends = [start for start, _ in row[1:]] + [NEVER]
        stretches = [
            (start, View(self._steps[state], until))
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


def classifier(
    snapshot: Snapshot,
    bits: dict[str, int],
    index: Index | None,
    special: "Special",
    house: Iterable[bytes] = (),
) -> Callable[[bytes, int], int]:
    """The function from wire name and qtype to mask. house: what gets the bit of that name."""
    exact, under = special.masks(snapshot, bits)
    spared = _spared(snapshot, bits)
    background = ESSENTIAL | bits.get("ads", 0)
    for name in house:
        if under.get(name) != special.HELPLINE:
            under[name] = under.get(name, 0) | HOUSE
    known_names = {b"\0", *exact, *under}
    label_set = index.label_set if index is not None else lambda _name: NONE
    parents: dict[bytes, bool] = {b"\0": False}

    def is_known(name: bytes) -> bool:
        """Whether a name or anything above it is special or listed."""
        known = parents.get(name)
        if known is None:
            known = name in under or label_set(name) != NONE or is_known(name[name[0] + 1 :])
            if len(parents) > _MOST_PARENTS:
                parents.clear()
                parents[b"\0"] = False
            parents[name] = known
        return known

    def classify(name: bytes, qtype: int) -> int:
        if (
            name in known_names
            or label_set(name) != NONE
            or (parents.get(parent := name[name[0] + 1 :], True) and is_known(parent))
        ):
            return judge_known(name, qtype)
        return ANYTHING | ORDINARY

    def judge_known(name: bytes, qtype: int) -> int:
        mask = ANYTHING | exact.get(name, 0)
        helpline = False
        kept = 0
        for suffix in wire_suffixes(name):
            found = under.get(suffix, 0)
            if found == special.HELPLINE:
                helpline = True
            else:
                kept |= spared.get(suffix, 0)
                mask |= found & ~kept
        listed = 0
        if index is not None:
            for category in index.match(name, qtype).blocked_categories:
                listed |= bits.get(category, 0)
        if listed & ILLEGAL:
            return ILLEGAL
        if helpline:
            return mask & HOUSE
        if not (mask | listed) & background:
            mask |= ORDINARY
        return mask | listed

    return classify


def _spared(snapshot: Snapshot, bits: dict[str, int]) -> dict[bytes, int]:
    """Names below a service's that are not the service's → its bit."""
    found: dict[bytes, int] = {}
    for service, (_, keep) in snapshot.services.items():
        for name in map(to_wire, keep):
            found[name] = found.get(name, 0) | bits[service]
    return found


class Special:
    """The few names that the product itself knows: helplines, essentials, search engines."""

    HELPLINE: Final = -1

    def __init__(
        self, helplines: Iterable[str], essentials: Iterable[str], exact_essentials: Iterable[str]
    ) -> None:
        """The first two cover what is below them."""
        self._exact_essentials = [to_wire(name) for name in exact_essentials]
        self._helplines = [to_wire(name) for name in helplines]
        self._essentials = [to_wire(name) for name in essentials]

    def masks(
        self, snapshot: Snapshot, bits: dict[str, int]
    ) -> tuple[dict[bytes, int], dict[bytes, int]]:
        """Masks by exact name, and by name with all below it; HELPLINE stands for a helpline."""
        exact = {
            to_wire(qname): bits[f"safe:{engine}"]
            for qname, (engine, _) in safe_search.targets().items()
        }
        exact |= dict.fromkeys(self._exact_essentials, ESSENTIAL)
        under = dict.fromkeys(self._essentials, ESSENTIAL)
        for state in snapshot.states:
            for rule in state.rules:
                if rule.kind == "names":
                    for name in map(to_wire, rule.ids):
                        under[name] = under.get(name, 0) | OWN
        for service, (names, _) in snapshot.services.items():
            for name in map(to_wire, names):
                under[name] = under.get(name, 0) | bits[service]
        under.update(dict.fromkeys(self._helplines, self.HELPLINE))
        return exact, under
