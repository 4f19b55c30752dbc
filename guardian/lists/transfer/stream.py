"""What the messages of a transfer come to: a whole zone, or what went and what came.

AXFR: the SOA, all records, the SOA again (RFC 5936, section 2.2). IXFR: the new SOA; then for each
step the old SOA, what went, the newer SOA, what came; the new SOA again. A SOA that is no newer
than ours says all, and any record but the old SOA in the second place begins a whole zone
(RFC 1995, section 4). A transfer that ends before its end is nothing.
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Final

from guardian.errors import GuardianError, Said
from guardian.lists.transfer.message import SOA, Malformed, Message, Record, Soa, soa_of
from guardian.lists.transfer.records import Lines
from guardian.lists.transfer.serial import is_newer

MOST_RECORDS: Final = 20_000_000


class Broken(GuardianError):
    """A transfer that is not one."""


class Part(Enum):
    """What lines are."""

    WHOLE = auto()  # of the zone, as it is now
    WENT = auto()
    CAME = auto()


class Stream:
    """One transfer. is_current: there is nothing newer. is_difference: what comes is one; both are
    known with the first lines. records: how many it had.
    """

    def __init__(self, zone: str, held: int | None) -> None:
        """held: our serial, where a difference from it was asked for."""
        self._apex = zone.encode("ascii")
        self._lines = Lines(zone)
        self._held = held
        self._at = -1  # the serial at which a difference is
        self._part = Part.WHOLE
        self._ended = False
        self._soa: Soa | None = None
        self.is_current = False
        self.is_difference = False
        self.records = 0

    @property
    def end(self) -> Soa:
        """The version that it leads to. Raises Broken before it has begun."""
        if self._soa is None:
            raise Broken(Said("it is empty"))
        return self._soa

    def parts(self, messages: Iterable[Message]) -> Iterator[tuple[Part, list[bytes]]]:
        """Lines of records, a message's worth or less at a time. Raises Broken, Malformed."""
        for message in messages:
            yield from self._take(message)
            if self._ended:
                return
            if self.records > MOST_RECORDS:
                raise Broken(Said("it sends more than %(most)s records", most=f"{MOST_RECORDS:,}"))
        raise Broken(Said("it ended half way"))

    def _take(self, message: Message) -> Iterator[tuple[Part, list[bytes]]]:
        lines: list[bytes] = []
        line_of = self._lines.of
        for record in message.answers:
            if self.is_current:
                return
            if self._ended:
                raise Broken(Said("it goes on after its end"))
            self.records += 1
            if record.rtype != SOA and self.records > 2:
                if (line := line_of(message, record)) is not None:
                    lines.append(line)
                continue
            part = self._part
            self._turn(message, record)
            if lines:
                yield part, lines
                lines = []
            if record.rtype != SOA and (line := line_of(message, record)) is not None:
                lines.append(line)
        if lines:
            yield self._part, lines

    def _turn(self, message: Message, record: Record) -> None:
        """The first two records, and each SOA: what follows is something else."""
        soa = self._read_soa(message, record)
        if self._soa is None:
            if soa is None:
                raise Broken(Said("it does not begin with its SOA record"))
            self._soa = soa
            if self._held is not None and not is_newer(soa.serial, self._held):
                self.is_current = self._ended = True
        elif self.records == 2 and self._held is not None and soa and soa.serial == self._held:
            self._at, self._part, self.is_difference = soa.serial, Part.WENT, True
        elif soa is None:
            return
        elif self._part is Part.WHOLE:
            if soa.serial != self._soa.serial:
                raise Broken(Said("it begins with one version and ends with another"))
            self._ended = True
        elif self._part is Part.WENT:
            self._at, self._part = soa.serial, Part.CAME
        elif self._at == self._soa.serial == soa.serial:
            self._ended = True
        elif soa.serial != self._at:
            raise Broken(Said("one of its steps does not begin where the last one ended"))
        else:
            self._part = Part.WENT

    def _read_soa(self, message: Message, record: Record) -> Soa | None:
        if record.rtype != SOA:
            return None
        if record.owner != self._apex:
            raise Malformed(Said("it sends the SOA record of another zone"))
        return soa_of(message, record)
