"""Whether new content of a list is doubtful: it is held against the one in force, and searched for
names that no family filter blocks. Pure: no file is read here.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from guardian.lists.entry import Kind, Scope
from guardian.lists.expressions import Automaton, read
from guardian.lists.hashes import found, of_number
from guardian.lists.keyed import hash_of
from guardian.lists.runs import Run
from guardian.lists.source import Source, SourceKind
from guardian.lists.trust.doubts import Before, Doubt, Why, format_name
from guardian.names import suffixes, to_wire

FEW: Final = 100  # names: a change of no more is never too large, so that a small list may double
SHOWN: Final = 10  # canaries


class Canaries:
    """Finds canaries among hashes."""

    def __init__(self, canaries: Mapping[str, frozenset[str]], key: bytes) -> None:
        """canaries: name → categories whose lists may name it."""
        self._may = canaries
        self._at: dict[float, list[tuple[str, _Place]]] = {}
        self._hash: dict[str, int] = {}
        for name in canaries:
            own, *above = suffixes(name)
            self._hash[name] = self._note(own, name, _Place.ITS_OWN, key)
            self._note(f"www.{own}", name, _Place.WWW, key)
            for parent in above:
                self._note(parent, name, _Place.ABOVE, key)

    def _note(self, at: str, name: str, place: "_Place", key: bytes) -> int:
        number = hash_of(to_wire(at), key)
        self._at.setdefault(of_number(number), []).append((name, place))
        return number

    def found(self, run: Run, category: str) -> dict[int, str]:
        """The canaries that content would block in a category: hash → name."""
        return self._named(run, category) | self._matched(run, category)

    def _matched(self, run: Run, category: str) -> dict[int, str]:
        """Those in which an expression of it is found."""
        blocking = [text for said, text in run.patterns if said.kind is Kind.BLOCK]
        if not blocking:
            return {}
        matches = Automaton(map(read, blocking)).matches
        return {
            self._hash[name]: name
            for name, may in self._may.items()
            if category not in may and matches(name)
        }

    def _named(self, run: Run, category: str) -> dict[int, str]:
        named = {said: found(hashes, self._at) for said, hashes in run.hashes.items()}
        allowed = {
            number
            for said, numbers in named.items()
            if said.kind is Kind.ALLOW
            for number in numbers
        }
        names = sorted(
            {
                name
                for said, numbers in named.items()
                if said.kind is Kind.BLOCK
                for number in numbers - allowed
                for name, place in self._at[number]
                if said.scope in _BLOCKING[place] and category not in self._may[name]
            }
        )
        return {self._hash[name]: name for name in names}


class _Place(StrEnum):
    """Where an entry stands, seen from a canary."""

    ITS_OWN = "its own"
    WWW = "www"
    ABOVE = "above"


_BLOCKING: Final = {
    _Place.ITS_OWN: frozenset(Scope),
    _Place.WWW: frozenset({Scope.EXACT, Scope.SUBDOMAINS}),
    _Place.ABOVE: frozenset({Scope.SUBDOMAINS, Scope.BELOW}),
}


def judge(
    source: Source, new: Run, before: Before | None, canaries: Mapping[int, str]
) -> tuple[Doubt, ...]:
    """Why new content of a source should wait; () where it may count.

    before: what is in force, None for nothing: then canaries alone count. canaries: those that the
    new content would block, as `Canaries.found` gives them.
    """
    doubts = list(_changes(source, new, before)) if before is not None else []
    if source.kind is not SourceKind.ALLOW:
        known = before.canaries if before is not None else frozenset()
        if added := [name for number, name in canaries.items() if number not in known]:
            shown = () if source.kind is SourceKind.IWF else tuple(added[:SHOWN])
            doubts.append(Doubt(Why.CANARY, "", str(len(added)), shown))
    if source.shadow:
        doubts.append(Doubt(Why.STAGED))
    return tuple(doubts)


def _changes(source: Source, new: Run, before: Before) -> Iterator[Doubt]:
    share, by = source.change, abs(new.taken - before.names)
    if share is not None and by > FEW and by > share * before.names:
        why = Why.GROWS if new.taken > before.names else Why.SHRINKS
        yield Doubt(why, str(before.names), str(new.taken))
    was, now = format_name(before.format), format_name(new.format)
    if was and now != was and source.format == "auto":
        yield Doubt(Why.FORMAT, was, now)
