"""How a transferred zone is kept: as a run (see `runs`), and what a difference needs besides.

No name is in the file but in the samples of what was refused, so that a confidential zone is kept
like any other. An entry that two records say survives the loss of one: how often each is said
again is known. What a record becomes depends on rules of ours (the key, public suffixes, what is
protected); they are named with the run, and where they are others now, a zone is of no use for a
difference and is transferred whole.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import Any, Final

from guardian.errors import Said
from guardian.lists import index, runs
from guardian.lists.entry import Variety
from guardian.lists.gather import Gathered
from guardian.lists.hashes import PARTS, Hashes, Held
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.report import SAMPLES, Parsed, Reason
from guardian.lists.runs import Run
from guardian.lists.source import ZONE
from guardian.lists.transfer.message import Soa

_FLOAT: Final = Struct("<d")
_PART_BYTE: Final = 6  # of a hash in memory, where its part stands
_NOTHING: Final = Held(array("d"))

Times = Mapping[float, int]
"""Hash → how often."""


class DoesNotFit(ValueError):
    """A difference from something else than what we hold."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One version of a zone. rules: by which its records were read. parsed: what else was read.
    hashes: of its entries. again: how often each is said once more.
    """

    name: str
    soa: Soa
    rules: str
    parsed: Parsed
    hashes: Mapping[Variety, Hashes]
    again: Mapping[Variety, Times]

    def after(self, went: Gathered, came: Gathered, soa: Soa) -> "Zone":
        """The zone once some entries went and some came. Raises DoesNotFit."""
        parsed = _after(self.parsed, went.parsed, came.parsed)
        hashes: dict[Variety, Hashes] = {}
        again: dict[Variety, Times] = {}
        for variety in {**self.hashes, **went.hashes, **came.hashes}:
            change = _counted(came, variety)
            change.subtract(_counted(went, variety))
            before = self.hashes.get(variety, _NOTHING)
            hashes[variety], again[variety] = _changed(before, self.again.get(variety, {}), change)
        return Zone(self.name, soa, self.rules, parsed, hashes, again)


def whole(name: str, soa: Soa, rules: str, gathered: Gathered) -> Zone:
    """A zone of which everything came at once."""
    again = {variety: Counter(each) for variety, each in gathered.again.items()}
    return Zone(name, soa, rules, gathered.parsed, gathered.hashes, again)


def _counted(gathered: Gathered, variety: Variety) -> "Counter[float]":
    hashes = gathered.hashes.get(variety, _NOTHING)
    counts = Counter(chain.from_iterable(map(hashes.part, range(PARTS))))
    counts.update(gathered.again.get(variety, ()))
    return counts


def _changed(before: Hashes, again: Times, change: "Counter[float]") -> tuple[Hashes, Times]:
    """The hashes after a change, and how often each is said again."""
    left = Counter(again)
    came: dict[int, list[float]] = {}
    went: dict[int, set[float]] = {}
    for number, values in _by_part(value for value, times in change.items() if times):
        part = before.part(number)
        for value in values:
            has = _is_in(part, value)
            times = has + left[value] + change[value]
            if times < 0:
                raise DoesNotFit("a record went that we do not have")
            left[value] = max(0, times - 1)
            if has and not times:
                went.setdefault(number, set()).add(value)
            elif times and not has:
                came.setdefault(number, []).append(value)
    return Changed(before, came, went), +left


def _by_part(values: Iterable[float]) -> Iterator[tuple[int, list[float]]]:
    parts: dict[int, list[float]] = {}
    for value in values:
        parts.setdefault(_FLOAT.pack(value)[_PART_BYTE], []).append(value)
    return iter(parts.items())


def _is_in(part: "array[float]", value: float) -> bool:
    place = bisect_left(part, value)
    return place < len(part) and part[place] == value


class Changed:
    """Hashes of which some went and some came, by their part; only these parts are made anew."""

    def __init__(
        self, before: Hashes, came: Mapping[int, Sequence[float]], went: Mapping[int, set[float]]
    ) -> None:
        self._before = before
        self._came = came
        self._went = went

    def __len__(self) -> int:
        came = sum(map(len, self._came.values()))
        return len(self._before) + came - sum(map(len, self._went.values()))

    def part(self, number: int) -> "array[float]":
        part = self._before.part(number)
        came, went = self._came.get(number, ()), self._went.get(number, ())
        if not came and not went:
            return part
        return array("d", sorted(chain((each for each in part if each not in went), came)))


def _after(before: Parsed, went: Parsed, came: Parsed) -> Parsed:
    """What else was read of a zone, after a difference."""
    if went.held:  # which of these are held still, only the whole zone can say
        raise DoesNotFit("a public suffix went")
    parsed = Parsed(before.confidential, nearest=True)
    parsed.lines = before.lines - went.lines + came.lines
    parsed.networks = list(_left(before.networks, went.networks, came.networks).elements())
    for counts in ("refused", "unsupported"):
        three = (getattr(each, counts).elements() for each in (before, went, came))
        setattr(parsed, counts, _left(*three))
    parsed.held = list(dict.fromkeys([*before.held, *came.held]))
    for reason in parsed.refused:
        gone = went.samples.get(reason, ())
        samples = [each for each in before.samples.get(reason, ()) if each not in gone]
        parsed.samples[reason] = [*samples, *came.samples.get(reason, ())][:SAMPLES]
    return parsed


def _left(before: Iterable[Any], went: Iterable[Any], came: Iterable[Any]) -> "Counter[Any]":
    counts = Counter(before)
    counts.update(came)
    counts.subtract(Counter(went))
    if any(count < 0 for count in counts.values()):
        raise DoesNotFit("a record went that we do not have")
    return +counts


def write(path: Path, zone: Zone, key: bytes) -> None:
    """Keep a zone, whole or not at all. Raises OSError."""
    more = {
        "zone": zone.name,
        "soa": zone.soa,
        "networks": [str(network) for network in zone.parsed.networks],
        "again": [
            [index.entry_row(0, *variety), list(times.items())]
            for variety, times in zone.again.items()
            if times
        ],
    }
    again = {each: array("d", Counter(times).elements()) for each, times in zone.again.items()}
    gathered = Gathered(
        zone.parsed,
        ZONE,
        str(zone.soa.serial),
        zone.hashes,
        again=again,
        self_test=int(zone.parsed.confidential),
    )
    replace_file(path, runs.content(gathered, key, zone.rules, more), 0o600)


def run_in(path: Path, key: bytes) -> Run:
    """The zone in a file, to be compiled. Raises BadSource for a damaged one, or another key's."""
    run = runs.load(path, key, None)
    if run is None:
        raise BadSource(Said("%(file)s: it is damaged; it will be transferred again", file=path))
    return run


def read(path: Path, key: bytes, *, confidential: bool = False) -> Zone:
    """The zone in a file, for a difference. Raises BadSource as `run_in` does."""
    run = run_in(path, key)
    report, more = run.report, run.more
    parsed = Parsed(confidential, nearest=True, lines=report["lines"])
    parsed.networks = [ip_network(each) for each in more["networks"]]
    parsed.refused = Counter({Reason(each): count for each, count in report["refused"].items()})
    parsed.unsupported = Counter(report["unsupported"])
    parsed.samples = {Reason(each): lines for each, lines in report["samples"].items()}
    parsed.held = report["held"]
    again = {index.variety_of(row): dict(times) for row, times in more["again"]}
    return Zone(more["zone"], Soa(*more["soa"]), run.made_of, parsed, run.hashes, again)
