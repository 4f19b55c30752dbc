"""One source's content as hashes: read, parsed, guarded, hashed at once.

No more than some thousands of names are in memory at a time, and of a confidential source none is
anywhere else.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Final

from guardian.errors import Said
from guardian.lists.entry import BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, Kind, Variety
from guardian.lists.hashes import Hashes, Sorter, Spill, from_digests, of_number
from guardian.lists.hashing import Hashing, stands_for
from guardian.lists.keyed import hash_of, keyed
from guardian.lists.networks import MOST_RANGES
from guardian.lists.parsing import Seen, parse_source
from guardian.lists.reading import BadSource
from guardian.lists.report import Parsed, Reason
from guardian.lists.self_test import SELF_TEST
from guardian.lists.source import Source, SourceKind
from guardian.lists.suffixes import PublicSuffixes, all_suffixes, icann_suffixes
from guardian.lists.urls.keys import NOWHERE, Pages, address_of
from guardian.lists.whole import may_block
from guardian.names import is_under, to_wire
from guardian.names import suffixes as names_above

MOST_VARIETIES: Final = 1000  # of one source: kinds, scopes and modifiers that differ
_LENGTH: Final = tuple(bytes((n,)) for n in range(64))

Parse = Callable[[Parsed, Callable[[], None]], Seen]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a source says. hashes: of the names, by what is said of them. again: of entries that
    were there before, as often as they were. pages: of a confidential source, what a proxy can keep
    closed. self_test: how many entries are ours. hashing: how the source hashed
    names before we did; "" where it gave names.
    """

    parsed: Parsed
    format: str
    version: str
    hashes: Mapping[Variety, Hashes]
    licence: str = ""
    again: Mapping[Variety, "array[float]"] = field(default_factory=dict)
    pages: Pages = field(default_factory=Pages)
    self_test: int = 0
    hashing: str = ""

    @property
    def duplicates(self) -> int:
        """How many entries were there before."""
        return sum(map(len, self.again.values()))

    @property
    def nearest(self) -> bool:
        """As in `ListInfo`."""
        return self.parsed.nearest

    @property
    def taken(self) -> int:
        """How many different entries were taken."""
        named = sum(map(len, self.hashes.values())) - self.self_test
        return named + len(self.parsed.patterns)

    @property
    def exceptions(self) -> int:
        """How many of them allow."""
        patterns = sum(each.variety.kind is Kind.ALLOW for each in self.parsed.patterns)
        named = sum(len(each) for said, each in self.hashes.items() if said.kind is Kind.ALLOW)
        return named + patterns


def report_of(gathered: Gathered) -> dict[str, Any]:
    """What became of a source, as JSON can hold it."""
    return {
        **gathered.parsed.as_data(),
        "taken": gathered.taken,
        "self_test": gathered.self_test,
        "pages": len(gathered.pages),
        "hashing": gathered.hashing,
        "exceptions": gathered.exceptions,
        "duplicates": gathered.duplicates,
        "format": gathered.format,
        "version": gathered.version,
        "licence": gathered.licence,
    }


class Gatherer:
    """Reads sources with one key and one guard."""

    def __init__(
        self, key: bytes, protected: Iterable[str] = (), spill: Callable[[], Spill] = Spill
    ) -> None:
        """protected: names that no confidential list may block, nor what is above or below them.
        spill: makes one for each source.
        """
        self._key = key
        self._protected = tuple(protected)
        self._spill = spill

    @cached_property
    def _suffixes(self) -> PublicSuffixes:
        return icann_suffixes()

    @cached_property
    def _all_suffixes(self) -> PublicSuffixes:
        return all_suffixes()

    def gather(self, source: Source, content: BinaryIO | Path, where: str) -> Gathered:
        """What a source's content says. content, where: as for `parse_source`.

        Raises BadSource where it cannot be read, is a web page, or was fetched and has no name.
        """

        def parse(parsed: Parsed, drain: Callable[[], None]) -> Seen:
            return parse_source(source, content, where, parsed, drain)

        gathered = self.gather_with(source, where, parse)
        parsed = gathered.parsed
        if source.is_remote and not (
            gathered.taken or parsed.networks or parsed.refused[Reason.PATH]
        ):
            raise BadSource(Said("%(file)s: there is no name in it", file=where))
        return gathered

    def gather_with(self, source: Source, where: str, parse: Parse) -> Gathered:
        """What a parser takes. parse: is given what grows and what it calls now and then, to empty
        that; says what the content is. Raises BadSource.
        """
        confidential = source.kind is SourceKind.IWF
        parsed = Parsed(confidential=confidential, hashing=source.hashing)
        suffixes = self._all_suffixes if confidential else self._suffixes
        free = frozenset() if confidential else may_block(source.category, source.suffixes)
        hasher = _Hasher(self._key, suffixes, parsed, free)
        taken = _Taken(hasher, self._spill())
        plain = {
            BLOCKS_ALL: parsed.names,
            BLOCKS_ONE: parsed.exact,
            BLOCKS_BELOW: parsed.below,
        }

        pages = Pages()
        digests: _Digests | None = None

        def drain() -> None:
            nonlocal digests
            for variety, names in plain.items():
                if names:
                    kept: Iterable[bytes] = names
                    if confidential:
                        kept = self._for_urls(names, parsed, variety, pages)
                    taken.add(variety, kept)
                    names.clear()
            self._add_pages(parsed, pages)
            if parsed.digests:
                digests = digests or self._digests(parsed)
                kept_digests = digests.take()
                taken.add_hashes(BLOCKS_ALL, from_digests([kept_digests]))
                if confidential:  # one may be that of a page: who sees URLs looks for it
                    pages.digests.frombytes(kept_digests)
                    pages.hashings.add(parsed.hashing)
            if parsed.special:
                taken.add_special(parsed)

        seen = parse(parsed, drain)
        self._check_networks(parsed, where)
        self._take_back(parsed, taken)
        if confidential:
            taken.add(BLOCKS_ONE, [SELF_TEST.encode("ascii")])
        return replace(
            taken.gathered(parsed, seen),
            pages=pages,
            self_test=int(confidential),
            hashing=parsed.hashing if digests is not None else "",
        )

    def _digests(self, parsed: Parsed) -> "_Digests":
        return _Digests(self._key, parsed, self._all_suffixes, self._protected)

    def _for_urls(
        self, names: Iterable[bytes], parsed: Parsed, variety: Variety, pages: Pages
    ) -> Iterator[bytes]:
        """The names of a confidential source that it may block, kept for URLs on the way."""
        for name in self._unprotected(names, parsed):
            if variety != BLOCKS_BELOW and name not in self._all_suffixes:
                alone = variety == BLOCKS_ONE
                pages.take_site(name.decode("ascii"), self._key, alone=alone)
            yield name

    def _add_pages(self, parsed: Parsed, pages: Pages) -> None:
        for page in parsed.pages:
            address = address_of(page.url.decode("utf-8", "replace"))
            if address is not NOWHERE and any(
                self._unprotected([address.host.encode("ascii")], parsed)
            ):
                pages.take(address, self._key, folder=page.is_folder)
        parsed.pages.clear()

    def _unprotected(self, names: Iterable[bytes], parsed: Parsed) -> Iterator[bytes]:
        for name in names:
            qname = name.decode("ascii")
            if any(is_under(qname, each) or is_under(each, qname) for each in self._protected):
                parsed.refuse(Reason.PROTECTED, name)
            else:
                yield name

    def _check_networks(self, parsed: Parsed, where: str) -> None:
        if len(parsed.networks) > MOST_RANGES:
            raise BadSource(
                Said(
                    "%(file)s: it has more than %(most)s ranges of addresses",
                    file=where,
                    most=MOST_RANGES,
                )
            )
        if parsed.confidential:  # an index does not hide addresses
            parsed.refused[Reason.ADDRESS] += len(parsed.networks)
            parsed.networks.clear()

    def _take_back(self, parsed: Parsed, taken: "_Taken") -> None:
        parsed.take_patterns_back()
        for name, variety in parsed.taken_back:
            wire = to_wire(name.decode("ascii"))
            taken.leave_out(variety, of_number(hash_of(wire, self._key)))


class _Taken:
    """The hashes of one source while it is read."""

    def __init__(self, hasher: "_Hasher", spill: Spill) -> None:
        self._hasher = hasher
        self._spill = spill
        self._sorters: dict[Variety, Sorter] = {}

    def add(self, variety: Variety, names: Iterable[bytes]) -> None:
        self.add_hashes(variety, self._hasher.hash(names))

    def add_hashes(self, variety: Variety, hashes: "array[float]") -> None:
        sorter = self._sorters.get(variety)
        if sorter is None:
            sorter = self._sorters[variety] = self._spill.sorter()
        sorter.take(hashes)

    def add_special(self, parsed: Parsed) -> None:
        """Take what is not plain, as far as it can be said of a list of this kind."""
        together: dict[Variety, list[bytes]] = {}
        for name, variety in parsed.special:
            if parsed.confidential:
                is_exception = variety.kind is Kind.ALLOW
                parsed.refuse(Reason.EXCEPTION if is_exception else Reason.UNSUPPORTED, name)
            elif variety in together:
                together[variety].append(name)
            elif variety in self._sorters or (len(self._sorters) + len(together) < MOST_VARIETIES):
                together[variety] = [name]
            else:
                parsed.refuse(Reason.TOO_VARIED, name)
        for variety, names in together.items():
            self.add(variety, names)
        parsed.special.clear()

    def leave_out(self, variety: Variety, hashed: float) -> None:
        if variety in self._sorters:
            self._sorters[variety].leave_out(hashed)

    def gathered(self, parsed: Parsed, seen: Seen) -> Gathered:
        """What came of it."""
        hashes = {variety: sorter.sorted() for variety, sorter in self._sorters.items()}
        again = {variety: each.again for variety, each in self._sorters.items() if each.again}
        return Gathered(parsed, seen.format, seen.version, hashes, seen.licence, again)


class _Digests:
    """Hashes what stands for names that a source does not tell.

    Which names these are nobody here knows; but what no such list may block is known, and how its
    digests look: public suffixes, and names of help with all above them.
    """

    def __init__(
        self, key: bytes, parsed: Parsed, suffixes: PublicSuffixes, protected: Iterable[str]
    ) -> None:
        self._key = key
        self._parsed = parsed
        digest = Hashing.read(parsed.hashing).digests()
        above = {each.encode("ascii") for name in protected for each in names_above(name)}
        self._never = {digest(rule): Reason.PUBLIC_SUFFIX for rule in suffixes.rules}
        self._never |= {digest(name): Reason.PROTECTED for name in above}

    def take(self) -> bytes:
        """The hashes of the digests that came, eight bytes each."""
        kept = []
        for digest in self._parsed.digests:
            reason = self._never.get(digest)
            if reason is None:
                kept.append(hash_of(stands_for(digest), self._key).to_bytes(8, "little"))
            else:
                self._parsed.refuse(reason, b"")
        self._parsed.digests.clear()
        return b"".join(kept)


class _Hasher:
    """Hashes names, and holds public suffixes but those that are free."""

    def __init__(
        self, key: bytes, suffixes: PublicSuffixes, parsed: Parsed, free: frozenset[bytes]
    ) -> None:
        self._keyed = keyed(key)
        self._suffixes = suffixes
        self._parsed = parsed
        self._free = free
        self._never = suffixes.rules - free
        # Most names are one label or two before a public suffix: its wire form is made once. What
        # stands behind a star is left out, so that a name right below it gets the long look.
        plain = suffixes.rules - suffixes.wildcards
        self._tails = {rule: to_wire(rule.decode("ascii")) for rule in plain}
        self._tails[b""] = b"\0"

    def hash(self, names: Iterable[bytes]) -> "array[float]":
        """The hashes of names, in their order."""
        # Flat on purpose: this loop runs for each of millions of names; `make bench` has its price.
        fresh, length, wildcards, digests = self._keyed, _LENGTH, self._suffixes.wildcards, []
        tail_of = self._tails.get
        for name in self._not_held(list(names)):
            label, _, rest = name.partition(b".")
            tail = tail_of(rest)
            if tail is None:
                if rest in wildcards and name in self._suffixes and name not in self._free:
                    self._parsed.hold(name)
                    continue
                second, _, behind = rest.partition(b".")
                tail = tail_of(behind)
                if tail is not None and second:
                    tail = length[len(second)] + second + tail
                else:
                    tail = to_wire(rest.decode("ascii"))
            state = fresh()
            state.update(b"%c%b%b" % (len(label), label, tail))
            digests.append(state.digest())
        return from_digests(digests)

    def _not_held(self, names: list[bytes]) -> list[bytes]:
        never = self._never
        if never.isdisjoint(names):
            return names
        for name in filter(never.__contains__, names):
            self._parsed.hold(name)
        return [name for name in names if name not in never]
