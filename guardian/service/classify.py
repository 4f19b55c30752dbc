"""From names to masks: what a name is, as bits.

This is the one cost of policy on a query that is not cached: a look-up of the name among the few
that are special, one of its hash in the index, and one of what its parent was found to be.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from typing import Final

from guardian.dns.answers import Answer, leads_to
from guardian.dns.view import ANYTHING, ESSENTIAL, HOUSE, ILLEGAL, ORDINARY, OWN
from guardian.lists.index import NONE, Index
from guardian.names import from_wire, to_wire, wire_suffixes
from guardian.patterns import compiled
from guardian.safety import safe_search
from guardian.safety.homographs import Protected
from guardian.service.known_names import Newcomers
from guardian.service.snapshot import Snapshot
from guardian.service.views import Views

_MOST_PARENTS: Final = 4096  # half a megabyte: what a household asks for often is among them

Classify = Callable[[bytes, int], int]
"""Wire name and qtype → mask."""


def classifier(
    views: Views, index: Index | None, special: "Special", house: Iterable[bytes] = ()
) -> Classify:
    """The function from wire name and qtype to mask. house: what gets the bit of that name."""
    snapshot, bits = views.snapshot, views.bits
    exact, under = special.masks(snapshot, bits)
    own = views.own
    spared = _spared(snapshot, bits)
    trials = _trials(views)
    background = ESSENTIAL | bits.get("ads", 0)
    for name in house:
        if under.get(name) != special.HELPLINE:
            under[name] = under.get(name, 0) | HOUSE
    known_names = {b"\0", *exact, *under}
    label_set = index.label_set if index is not None else lambda _name: NONE
    parents: dict[bytes, bool] = {b"\0": False}
    unlisted = ANYTHING | ORDINARY

    def is_known(name: bytes) -> bool:
        """Whether a name or anything above it is special or listed; for those not in `parents`."""
        known: bool | None = name in under or name in own or label_set(name) != NONE
        if not known:
            parent = name[name[0] + 1 :]
            known = parents.get(parent)
            if known is None:
                known = is_known(parent)
        if len(parents) > _MOST_PARENTS:
            parents.clear()
            parents[b"\0"] = False
        parents[name] = known
        return known

    def classify(name: bytes, qtype: int) -> int:
        # Flat on purpose: each miss comes by here.
        if name in known_names or name in own or label_set(name) != NONE:
            return judge_known(name, qtype)
        parent = name[name[0] + 1 :]
        known = parents.get(parent)
        if known is None:
            known = is_known(parent)
        return judge_known(name, qtype) if known else unlisted

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
                if suffix in own:
                    mask |= OWN
        listed = 0
        if index is not None:
            for category in index.match(name, qtype).blocked_categories:
                listed |= bits.get(category, 0)
            for tried, theirs in trials:
                for category in index.match(name, qtype, tried).blocked_categories:
                    listed |= theirs.get(category, 0)
        if listed & ILLEGAL:
            return ILLEGAL
        if helpline:
            return mask & HOUSE
        if not (mask | listed) & background:
            mask |= ORDINARY
        return mask | listed

    def classify_any(name: bytes, qtype: int) -> int:
        mask = classify(name, qtype)
        if mask == unlisted and index is not None and index.by_pattern(name):
            return judge_known(name, qtype)
        return mask

    has_patterns = index is not None and index.has_patterns
    return _with_sets(classify_any if has_patterns else classify, views)


def _with_sets(classify: Classify, views: Views) -> Classify:
    """The classifier with patterns, types and looks on top, where some rule is about these."""
    patterns = [
        (bit, [compiled(each) for each in ids])
        for (kind, ids), bit in views.sets.items()
        if kind == "patterns"
    ]
    by_type: dict[int, int] = {}
    for (kind, ids), bit in views.sets.items():
        if kind == "types":
            for qtype in map(int, ids):
                by_type[qtype] = by_type.get(qtype, 0) | bit
    homograph = views.sets.get(("homographs", ()), 0)
    if homograph:
        classify = _with_homographs(classify, homograph, views.snapshot.protected)
    if not patterns and not by_type:
        return classify

    def classify_more(name: bytes, qtype: int) -> int:
        mask = classify(name, qtype)
        if mask & ANYTHING:
            mask |= by_type.get(qtype, 0)
            qname = from_wire(name)
            for bit, expressions in patterns:
                if any(each.fullmatch(qname) for each in expressions):
                    mask |= bit
        return mask

    return classify_more


def _with_homographs(classify: Classify, bit: int, own: Iterable[str]) -> Classify:
    looks_like = Protected(own).looks_like

    def classify_looks(name: bytes, qtype: int) -> int:
        mask = classify(name, qtype)
        if b"xn--" in name and mask & ANYTHING and looks_like(from_wire(name)):
            mask |= bit
        return mask

    return classify_looks


def with_new_names(classify: Classify, views: Views, newcomers: Newcomers | None) -> Classify:
    """The classifier for names that are asked for, where some rule is about new ones.

    What only an answer points to is nobody's choice, and neither new nor known by it.
    """
    if newcomers is None:
        return classify
    bit = 0 if views.snapshot.learning else views.sets.get(("new", ()), 0)
    is_new, never_new = newcomers.is_new, ESSENTIAL | HOUSE

    def classify_asked(name: bytes, qtype: int) -> int:
        mask = classify(name, qtype)
        if mask & ANYTHING and not mask & never_new and is_new(name):
            mask |= bit
        return mask

    return classify_asked


def answer_classifier(views: Views, index: Index | None = None) -> Callable[[Answer], int] | None:
    """The function from an answer to the bits of its addresses; None where no rule is about any."""
    listed = index.networks if index is not None and index.networks else None
    bits, trials = views.bits, _trials(views)
    blocked = [
        ([ip_network(each) for each in ids], bit)
        for (kind, ids), bit in views.sets.items()
        if kind == "networks"
    ]
    if not blocked and listed is None:
        return None

    def classify_answer(answer: Answer) -> int:
        mask = 0
        for address in map(ip_address, leads_to(answer)):
            if listed is not None:
                for category in listed.categories(address):
                    mask |= bits.get(category, 0)
                for tried, theirs in trials:
                    for category in listed.categories(address, tried):
                        mask |= theirs.get(category, 0)
            for networks, bit in blocked:
                if any(address in each for each in networks):
                    mask |= bit
        return mask

    return classify_answer


def _trials(views: Views) -> list[tuple[tuple[str, ...], dict[str, int]]]:
    """The lists that somebody tries new content of, and the bits of categories for them."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for (kind, ids), bit in views.sets.items():
        if kind == "tried":
            category, *tried = ids
            found.setdefault(tuple(tried), {})[category] = bit
    return list(found.items())


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
        for service, (names, _) in snapshot.services.items():
            for name in map(to_wire, names):
                under[name] = under.get(name, 0) | bits[service]
        under.update(dict.fromkeys(self._helplines, self.HELPLINE))
        return exact, under
