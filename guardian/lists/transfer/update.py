"""From the zone that we hold to the newest one, at the first primary that has it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from guardian.errors import Said, sentence_of
from guardian.lists.formats import rpz
from guardian.lists.gather import Gathered, Gatherer
from guardian.lists.parsing import Seen
from guardian.lists.report import Parsed
from guardian.lists.source import ZONE, Source
from guardian.lists.standing import together
from guardian.lists.transfer import message as dns
from guardian.lists.transfer import zone as zones
from guardian.lists.transfer.message import Malformed, Soa
from guardian.lists.transfer.primary import Answer, NoAnswer, NoDifference, Primary, said_of
from guardian.lists.transfer.serial import is_newer
from guardian.lists.transfer.stream import Broken, Part, Stream
from guardian.lists.transfer.tsig import BadSignature
from guardian.lists.transfer.zone import DoesNotFit, Zone

MOST_CHANGES: Final = 500_000  # records of a difference; past that, the whole zone is less work

Lines = tuple[Part, list[bytes]]


@dataclass(frozen=True, slots=True)
class Updated:
    """What came of it. zone: None where there is nothing newer. soa: as the primary has it.

    whole: whether all of it was transferred.
    """

    zone: Zone | None
    soa: Soa
    whole: bool = False


class Updater:
    """One zone's records, read as entries of one source."""

    def __init__(self, source: Source, gatherer: Gatherer, rules: str) -> None:
        """rules: see `transfer.zone`."""
        assert source.zone is not None  # noqa: S101  # it has one, or nobody would ask
        self._name = source.zone.name
        self._source = source
        self._gatherer = gatherer
        self._rules = rules

    def update(self, primaries: Sequence[Primary], held: Zone | None) -> Updated:
        """Ask one primary after another. Raises NoAnswer: what each of them said."""
        problems: list[str] = []
        for primary in primaries:
            try:
                return self._from(primary, held)
            except NoAnswer as problem:
                problems.append(sentence_of(problem))
            except (Broken, Malformed, BadSignature) as problem:
                problems.append(said_of(primary, problem))
        raise NoAnswer(together(problems) or Said("it has no primary"))

    def _from(self, primary: Primary, held: Zone | None) -> Updated:
        soa = primary.soa()
        if held is not None and soa.serial == held.soa.serial:
            return Updated(None, soa)
        if held is not None and not is_newer(soa.serial, held.soa.serial):
            raise NoAnswer(
                Said(
                    "%(primary)s has version %(theirs)s, older than ours, %(ours)s",
                    primary=primary,
                    theirs=soa.serial,
                    ours=held.soa.serial,
                )
            )
        if held is not None:
            try:
                return self._transfer(Answer(primary, dns.IXFR, held.soa.serial), held)
            except (NoDifference, DoesNotFit):
                pass  # a server without IXFR, or one whose history is not ours
        return self._transfer(Answer(primary, dns.AXFR), None)

    def _transfer(self, answer: Answer, held: Zone | None) -> Updated:
        stream = Stream(self._name, held.soa.serial if held is not None else None)
        parts = stream.parts(answer.messages())
        first = list(islice(parts, 1))  # from here on it is known what they are parts of
        parts = chain(first, parts)
        if held is not None and stream.is_difference:
            changes = list(_few(parts))
            answer.finish()
            return Updated(self._after(held, changes, stream.end), stream.end)
        gathered = self._gather(parts)
        answer.finish()
        if stream.is_current:
            return Updated(None, stream.end)
        zone = zones.whole(self._name, stream.end, self._rules, gathered)
        return Updated(zone, stream.end, whole=True)

    def _after(self, held: Zone, changes: Sequence[Lines], soa: Soa) -> Zone:
        went = self._gather(each for each in changes if each[0] is Part.WENT)
        came = self._gather(each for each in changes if each[0] is Part.CAME)
        return held.after(went, came, soa)

    def _gather(self, parts: Iterable[Lines]) -> Gathered:
        def parse(parsed: Parsed, drain: Callable[[], None]) -> Seen:
            rpz.parse(_drained(parts, drain), parsed)
            drain()
            return Seen(ZONE, "")

        gathered = self._gatherer.gather_with(self._source, self._name, parse)
        parsed = gathered.parsed
        for lines in parsed.samples.values():  # the number of a record means nothing to anybody
            lines[:] = [line.partition(": ")[2] if ": " in line else line for line in lines]
        return gathered


def _few(parts: Iterable[Lines]) -> Iterator[Lines]:
    """The parts, while they are no more work than the whole zone. Raises DoesNotFit."""
    many = 0
    for part in parts:
        many += len(part[1])
        if many > MOST_CHANGES:
            raise DoesNotFit("it changes too much")
        yield part


def _drained(parts: Iterable[Lines], drain: Callable[[], None]) -> Iterator[bytes]:
    for _, lines in parts:
        yield from lines
        drain()
