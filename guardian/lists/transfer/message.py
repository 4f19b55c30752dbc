"""DNS messages of a zone transfer, as far as one is made of them (RFC 1035, section 4).

Millions of records come through here: names are read as text once, by what follows them, and a
record stays where it is in its message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct, error
from typing import Final, NamedTuple

from guardian.errors import GuardianError, Said
from guardian.names import to_wire

CNAME: Final = 5
SOA: Final = 6
TSIG: Final = 250
IXFR: Final = 251
AXFR: Final = 252
IN: Final = 1
ANY: Final = 255

QUERY: Final = 0
NOTIFY: Final = 4
QR: Final = 0x8000
AA: Final = 0x0400
TC: Final = 0x0200

HEADER: Final = Struct(">HHHHHH")  # id, flags, and the count of each section
QUESTION: Final = Struct(">HH")
_RECORD: Final = Struct(">HHIH")  # type, class, TTL, length
_SOA: Final = Struct(">5I")
_USUAL: Final = b"abcdefghijklmnopqrstuvwxyz0123456789-_*."
_MOST_LABELS: Final = 128


class Malformed(GuardianError):
    """Bytes that are no DNS message."""


class Record(NamedTuple):
    """owner: text, lower case, no final dot, odd bytes as \\DDD. at, start, end: where it begins in
    its message, and its data.
    """

    owner: bytes
    rtype: int
    rclass: int
    at: int
    start: int
    end: int


class Soa(NamedTuple):
    """What a zone says of itself; all but the serial in seconds (RFC 1035, section 3.3.13)."""

    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int


class Names:
    """The names of one message."""

    def __init__(self, message: bytes) -> None:
        self._message = message
        self._known: dict[int, bytes] = {}

    def read(self, at: int) -> tuple[bytes, int]:
        """A name's text, and where it ends. Raises Malformed."""
        try:
            return self._read(at)
        except IndexError:
            raise Malformed(Said("it is cut short")) from None

    def _read(self, at: int) -> tuple[bytes, int]:
        # Flat on purpose: this is run for each of millions of records.
        message, known = self._message, self._known
        if not message[at]:  # the root, where most records of a policy lead
            return b"", at + 1
        labels: list[bytes] = []
        rest, end, first, before = b"", -1, -1, 0
        lowest = at
        while length := message[at]:
            if length < 64:
                labels.append(message[at + 1 : at + 1 + length])
                at += 1 + length
                if len(labels) > _MOST_LABELS:
                    raise Malformed(Said("a name is too long"))
                continue
            pointer = (length & 63) << 8 | message[at + 1]
            if length < 192 or pointer >= lowest:  # they lead back, so none goes in a circle
                raise Malformed(Said("a name leads nowhere"))
            if end < 0:
                end, first, before = at + 2, pointer, len(labels)
            lowest = at = pointer
            if (told := known.get(at)) is not None:
                rest = told
                break
        text = _text(labels, rest)
        if first >= 0 and first not in known:
            known[first] = _text(labels[before:], rest)
        return text, at + 1 if end < 0 else end


def _text(labels: list[bytes], rest: bytes) -> bytes:
    own = b".".join(labels).lower()
    if own.count(b".") >= max(1, len(labels)) or own.translate(None, _USUAL):
        own = b".".join(map(_escaped, labels))
    return own + b"." + rest if own and rest else own or rest


def _escaped(label: bytes) -> bytes:
    return b"".join(
        bytes((byte,)) if byte in _USUAL[:-1] else b"\\%03d" % byte for byte in label.lower()
    )


@dataclass(frozen=True, slots=True)
class Message:
    """One message. questions: name and qtype. tsig: the signature, where it bears one."""

    wire: bytes
    id: int
    flags: int
    names: Names
    questions: tuple[tuple[bytes, int], ...]
    answers: list[Record]
    tsig: Record | None

    @property
    def opcode(self) -> int:
        return self.flags >> 11 & 15

    @property
    def rcode(self) -> int:
        return self.flags & 15


def read(wire: bytes) -> Message:
    """The message in some bytes. Raises Malformed."""
    try:
        return _read(wire)
    except error:
        raise Malformed(Said("it is cut short")) from None


def _read(wire: bytes) -> Message:
    number, flags, questions, answers, authority, additional = HEADER.unpack_from(wire)
    names, at, asked = Names(wire), HEADER.size, []
    for _ in range(questions):
        name, at = names.read(at)
        asked.append((name, QUESTION.unpack_from(wire, at)[0]))
        at += QUESTION.size
    sections: list[list[Record]] = []
    for count in (answers, authority, additional):
        section: list[Record] = []
        for _ in range(count):
            owner, after = names.read(at)
            rtype, rclass, _, length = _RECORD.unpack_from(wire, after)
            start = after + _RECORD.size
            section.append(Record(owner, rtype, rclass, at, start, start + length))
            at = start + length
        sections.append(section)
    if at > len(wire):
        raise Malformed(Said("it is cut short"))
    last = sections[2][-1] if sections[2] else None
    tsig = last if last is not None and last.rtype == TSIG and at == len(wire) else None
    return Message(wire, number, flags, names, tuple(asked), sections[0], tsig)


def soa_of(message: Message, record: Record) -> Soa:
    """What a SOA record says. Raises Malformed."""
    try:
        _, at = message.names.read(record.start)
        _, at = message.names.read(at)
        if at + _SOA.size != record.end:
            raise Malformed(Said("a SOA record has another length"))
        return Soa(*_SOA.unpack_from(message.wire, at))
    except error:
        raise Malformed(Said("a SOA record is cut short")) from None


def query(number: int, zone: str, qtype: int, held: int | None = None) -> bytes:
    """A question about a zone; for IXFR with the serial that is held."""
    name = to_wire(zone)
    asked = name + QUESTION.pack(qtype, IN)
    if held is None:
        return HEADER.pack(number, QUERY, 1, 0, 0, 0) + asked
    data = b"\0\0" + _SOA.pack(held, 0, 0, 0, 0)
    have = b"\xc0\x0c" + _RECORD.pack(SOA, IN, 0, len(data)) + data
    return HEADER.pack(number, QUERY, 1, 0, 1, 0) + asked + have


def with_record(wire: bytes, owner: bytes, rtype: int, data: Iterable[bytes]) -> bytes:
    """A message with one more record in its last section, of class ANY and TTL 0."""
    counts = HEADER.unpack_from(wire)
    head = HEADER.pack(*counts[:5], counts[5] + 1)
    rdata = b"".join(data)
    return head + wire[HEADER.size :] + owner + _RECORD.pack(rtype, ANY, 0, len(rdata)) + rdata
