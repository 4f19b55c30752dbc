"""What a client asks, read from its bytes after the ID.

A client's queries differ in little but their names, and those of many clients are alike: a query is
a name and a *form*, and a form that was read once serves all later queries of its kind.
"""

from functools import lru_cache
from struct import Struct
from struct import error as StructError  # noqa: N812 (the module names it in lower case)
from typing import Final

from guardian.dns.networks import INWARD_STARTS
from guardian.dns.wire import (
    BADVERS,
    CD,
    CLASSIC_UDP_SIZE,
    DO,
    FORMERR,
    HEADER,
    IN,
    NXNAME,
    OPT,
    QR,
    RA,
    RD,
    REFUSED,
    TO_QUESTION,
    UDP_SIZE,
    Malformed,
    opt_record,
    pack_u16,
    skip_plain_name,
)

_HEAD: Final = Struct(">HHHHH")  # flags, questions, answers, authority, additional
_TYPE_CLASS: Final = Struct(">HH")
_RECORD: Final = Struct(">HHIH")  # type, class, TTL, length of the rdata
_LONGEST_END: Final = HEADER + 254
_USUAL: Final = 64  # bytes behind the name: longer ones are read each time, lest they fill memory
_TRANSFERS: Final = frozenset({249, 250, 251, 252, 253, 254})  # TKEY … MAILA: not for a forwarder
_ASKED_COUNTS: Final = b"\0\1\0\0\0\0\0\1"
ONE_QUESTION: Final = b"\0\1"  # the count behind the flags


Shape = tuple[bytes, int, int, frozenset[bytes]]
"""Of an address record: owner, type and class as they begin it; length of the rdata; size; and with
which two bytes an address may begin that is to be looked at twice."""

_SHAPES: Final = {
    type_class: (TO_QUESTION + type_class, length, 12 + length, INWARD_STARTS[length])
    for type_class, length in ((b"\0\1\0\1", 4), (b"\0\x1c\0\1", 16))
}


class Form:
    """All that a query says besides its name.

    size: the largest UDP reply it takes, bytes, between 512 and 1232.
    edns_version: None where there was no OPT record (RFC 6891).
    empty_options: codes of options without data: those by which something is asked for.
    refused: the rcode that such a query gets whatever its name; None for what can be answered.
    key: what tells answers to one name apart: type, class and the bits that change an answer.
    asked_head, asked_end: what stands around the question when an upstream is asked.
    reply_flags: of a plain answer. reply_end: its OPT record, if one was asked for.
    reply_head, reply_additional: its header before and behind the counts of answers and authority.
    plain: the shape of an address record that answers it; None for questions of other types.
    """

    __slots__ = (
        "asked_end", "asked_head", "dnssec_ok", "edns_version", "empty_options", "flags", "key",
        "plain", "qclass",
        "qtype", "refused", "reply_additional", "reply_end", "reply_flags", "reply_head", "size",
    )  # fmt: skip

    def __init__(
        self,
        flags: int,
        type_class: bytes,
        size: int,
        edns_version: int | None,
        *,
        dnssec_ok: bool,
        empty_options: frozenset[int] = frozenset(),
    ) -> None:
        self.flags = flags
        self.qtype, self.qclass = _TYPE_CLASS.unpack(type_class)
        self.size = size
        self.edns_version = edns_version
        self.dnssec_ok = dnssec_ok
        self.empty_options = empty_options
        self.plain = _SHAPES.get(type_class)
        self.refused = _refused(self.qtype, self.qclass, edns_version)
        passed_on = flags & (RD | CD)
        self.key = type_class + (passed_on | dnssec_ok).to_bytes(2)
        own_opt = opt_record(0, dnssec_ok=dnssec_ok)
        self.asked_head = passed_on.to_bytes(2) + _ASKED_COUNTS
        self.asked_end = own_opt
        self.reply_flags = QR | RA | passed_on
        self.reply_end = b"" if edns_version is None else own_opt
        self.reply_head = pack_u16(self.reply_flags) + ONE_QUESTION
        self.reply_additional = b"\0\1" if self.reply_end else b"\0\0"

    def alone(self) -> "Form":
        """The form of a query of our own for the same type: no OPT, no DNSSEC records."""
        return Form(
            self.flags, _TYPE_CLASS.pack(self.qtype, self.qclass), self.size, None, dnssec_ok=False
        )


def _refused(qtype: int, qclass: int, edns_version: int | None) -> int | None:
    if edns_version:
        return BADVERS
    if qclass != IN or qtype in _TRANSFERS:
        return REFUSED
    return FORMERR if qtype in (0, OPT, NXNAME) else None


class Query:
    """A query. name: lower-case wire name; question: the client's spelling, with type and class.

    key: what tells answers apart.
    """

    __slots__ = ("form", "key", "name", "question")

    def __init__(self, question: bytes, form: Form) -> None:
        self.question = question
        self.name = question[:-4].lower()
        self.form = form
        self.key = self.name + form.key


def parse_query(wire: bytes) -> Query:
    """The query in a packet's bytes after the ID; QR and opcode are the caller's to judge first.

    Raises Malformed for anything that RFC 1035, 6891 or 9619 do not let a query be.
    """
    return Query(*read_query(wire))


def read_query(wire: bytes) -> tuple[bytes, Form]:
    """What a `Query` is made from, where making one would be too much. As `parse_query`."""
    try:
        at = HEADER
        while length := wire[at]:  # as `skip_plain_name`, without the call
            if length > 63:
                raise Malformed("a question's name is not compressed")
            at += length + 1
        if at > _LONGEST_END:
            raise Malformed("a name is longer than 255 bytes")
        rest = wire[at + 1 :]
        read = _usual_form if len(rest) <= _USUAL else _read_form
        return wire[HEADER : at + 5], read(wire[:HEADER], rest)
    except (StructError, IndexError):
        raise Malformed("the message ends early") from None


def _read_form(head: bytes, rest: bytes) -> Form:
    """head: flags and counts. rest: all behind the name."""
    flags, questions, answers, authority, additional = _HEAD.unpack(head)
    if questions != 1 or answers or authority:
        raise Malformed("a query has one question and no answers")
    if len(rest) < _TYPE_CLASS.size:
        raise Malformed("the message ends early")
    size, version, dnssec_ok, empty = _read_opt(rest, 4, additional)
    return Form(flags, rest[:4], size, version, dnssec_ok=dnssec_ok, empty_options=empty)


# A client's OPT record is the same in all its queries, even with a cookie (RFC 7873).
_usual_form: Final = lru_cache(1024)(_read_form)


def _read_opt(
    wire: bytes, at: int, additional: int
) -> tuple[int, int | None, bool, frozenset[int]]:
    """Size, EDNS version, DO and the options without data, from the records behind the question."""
    size, version, dnssec_ok = CLASSIC_UDP_SIZE, None, False
    empty: frozenset[int] = frozenset()
    for _ in range(additional):
        owner = at
        at = skip_plain_name(wire, at)
        rtype, payload, ttl, length = _RECORD.unpack_from(wire, at)
        at += 10
        if rtype == OPT:
            if version is not None or wire[owner]:
                raise Malformed("one OPT record, at the root")
            size = min(max(payload, CLASSIC_UDP_SIZE), UDP_SIZE)
            version, dnssec_ok = ttl >> 16 & 0xFF, bool(ttl & DO)
            empty = _empty_options(wire, at, at + length)
        at += length
    if at != len(wire):
        raise Malformed("the message does not end with its last record")
    return size, version, dnssec_ok, empty


def _empty_options(wire: bytes, at: int, end: int) -> frozenset[int]:
    """Codes of the options between two offsets that have no data."""
    empty = []
    while at < end:
        length = int.from_bytes(wire[at + 2 : at + 4])
        if not length:
            empty.append(int.from_bytes(wire[at : at + 2]))
        at += 4 + length
    if at != end or end > len(wire):
        raise Malformed("an EDNS option runs past its record")
    return frozenset(empty)
