"""Replies, as the bytes that follow the ID."""

from typing import Final

from guardian.dns.answers import Answer, addresses
from guardian.dns.query import ONE_QUESTION, Query, parse_query
from guardian.dns.structured import Structured
from guardian.dns.view import Block, BlockAnswer
from guardian.dns.wire import (
    AAAA,
    AD,
    CNAME,
    EDE_INVALID_QUERY_TYPE,
    EDE_PROHIBITED,
    FORMERR,
    HEADER,
    NOERROR,
    NXDOMAIN,
    NXNAME,
    OPCODE,
    OPT,
    QR,
    RA,
    RD,
    REFUSED,
    SOA,
    TC,
    TO_QUESTION,
    A,
    Malformed,
    counts,
    opt_record,
    pack_u16,
    record,
)
from guardian.names import to_wire

# A device asks for these to learn whether Private Relay may be used; only a negative answer is a no
# (developer.apple.com, "Prepare your network or web server for iCloud Private Relay").
_SIGNALS: Final = frozenset(
    map(to_wire, ("mask.icloud.com", "mask-h2.icloud.com", "mask-canary.icloud.com"))
)
STREAM_SIZE: Final = 65_535
_OPT_BEGIN: Final = b"\0" + pack_u16(OPT)
_OPT_SIZE: Final = 11  # of an OPT record without options


def reply(
    query: Query,
    rcode: int,
    counted: bytes = counts(0),
    body: bytes = b"",
    limit: int = STREAM_SIZE,
    ad: bool = False,  # noqa: FBT001, FBT002 (every packet comes by here: no keywords)
    ede: tuple[int, bytes] | None = None,
) -> bytes:
    """A reply to a query; over `limit` bytes it goes without its body and with TC set."""
    form, question = query.form, query.question
    flags, opt = form.reply_flags, form.reply_end
    if rcode or ad or ede is not None:
        flags |= rcode & 15
        if ad and (form.flags & AD or form.dnssec_ok):
            flags |= AD
        if opt:
            opt = opt_record(rcode, dnssec_ok=form.dnssec_ok, ede=ede)
    if 12 + len(question) + len(body) + len(opt) > limit:
        flags |= TC
        counted, body = counts(0), b""
    head = form.reply_head if flags == form.reply_flags else pack_u16(flags) + ONE_QUESTION
    return b"".join((head, counted, form.reply_additional, question, body, opt))


def from_answer(
    query: Query, answer: Answer, ttl: int, limit: int, ede: tuple[int, bytes] | None = None
) -> bytes:
    """An answer put into words for one client, its TTLs set to so many seconds."""
    body = answer.body if ttl == answer.ttl else answer.with_ttl(ttl)
    return reply(query, answer.rcode, answer.counts, body, limit, answer.ad, ede)


def blocked(query: Query, block: Block, ttl: int, *, limit: int) -> bytes:
    """What a blocked name gets, with the reason as extended error (RFC 8914)."""
    told = block.structured
    if told is not None and told.option not in query.form.empty_options:
        told = None
    rcode, counted, body = NOERROR, counts(0, 1), soa(ttl)
    match BlockAnswer.NXDOMAIN if query.name in _SIGNALS else block.answer:
        case BlockAnswer.REFUSED:
            rcode, counted, body = REFUSED, counts(0), b""
        case BlockAnswer.NXDOMAIN:
            rcode = NXDOMAIN
        case BlockAnswer.ZERO | BlockAnswer.ADDRESS if told is None:
            rdata = {A: block.ipv4, AAAA: block.ipv6}.get(query.form.qtype)
            if rdata:
                counted, body = counts(1), record(TO_QUESTION, query.form.qtype, ttl, rdata)
        case _:  # no data; and nothing is forged for who can show why
            pass
    if told is None:
        return reply(query, rcode, counted, body, limit=limit, ede=block.ede)
    return _told(query, rcode, counted, body, limit, block.ede[0], told)


def _told(
    query: Query, rcode: int, counted: bytes, body: bytes, limit: int, code: int, told: Structured
) -> bytes:
    """A block with as much of its structured reason as fits."""
    wire = b""
    for text in (told.whole, told.brief, b""):
        wire = reply(query, rcode, counted, body, limit=limit, ede=(code, text))
        if not wire[0] & TC >> 8:
            break
    return wire


def soa(ttl: int) -> bytes:
    """A synthetic SOA at the question's name: without one, clients cache no negative answer."""
    timers = b"".join(n.to_bytes(4) for n in (1, 3600, 600, 86_400, ttl))
    return record(TO_QUESTION, SOA, ttl, b"\0\0" + timers)


def alias(query: Query, target: bytes, answer: Answer, ttl: int, *, limit: int) -> bytes:
    """The question's name as an alias of another, with that one's addresses; no other types.

    AD is never set on it: the alias is ours (RFC 4035).
    """
    cname = record(TO_QUESTION, CNAME, ttl, target)
    target_at = 12 + len(query.question) + 12
    owner = (0xC000 | target_at).to_bytes(2)
    found = addresses(answer, query.form.qtype) if query.form.qtype in (A, AAAA) else []
    body = cname + b"".join(record(owner, query.form.qtype, ttl, rdata) for rdata in found)
    if found or query.form.qtype == CNAME:
        return reply(query, NOERROR, counts(1 + len(found)), body, limit=limit)
    return reply(query, NOERROR, counts(1, 1), body + soa(ttl), limit=limit)


def refused_header(wire: bytes, rcode: int = FORMERR) -> bytes:
    """A bare header for a message that could not be read: RD and opcode are all it echoes."""
    flags = int.from_bytes(wire[:2])
    return pack_u16(QR | RA | flags & (0x7800 | RD) | rcode) + bytes(8)


def prohibited(wire: bytes) -> bytes:
    """What who gets no answers hears to a query (after the ID); nothing to what is none.

    It is hardly longer than the query: whoever asks in another's name gains nothing by it.
    """
    if len(wire) < HEADER or wire[0] & (QR | OPCODE) >> 8:
        return b""
    try:
        query = parse_query(wire)
    except Malformed:
        return b""
    return reply(query, REFUSED, limit=query.form.size, ede=(EDE_PROHIBITED, b""))


def unanswerable(query: Query, rcode: int) -> bytes:
    """What a query gets that is refused whatever its name.

    NXNAME is no type to ask for, and that is said (RFC 9824, section 3.5).
    """
    ede = (EDE_INVALID_QUERY_TYPE, b"") if query.form.qtype == NXNAME else None
    return reply(query, rcode, limit=query.form.size, ede=ede)


def plain_answer(rtype: int, rdatas: list[bytes], ttl: int, now: int) -> Answer:
    """An answer of our own: records of one type at the question's name."""
    body = b""
    ttls_at = []
    for rdata in rdatas:
        ttls_at.append(len(body) + 6)
        body += record(TO_QUESTION, rtype, ttl, rdata)
    return Answer(NOERROR, counts(len(rdatas)), body, tuple(ttls_at), ttl, now + ttl)


def negative_answer(rcode: int, ttl: int, now: int) -> Answer:
    """NXDOMAIN or NODATA of our own, with its SOA."""
    return Answer(rcode, counts(0, 1), soa(ttl), (6,), ttl, now + ttl)


def with_options(wire: bytes, options: bytes, limit: int) -> bytes:
    """A reply of ours (after the ID) with more EDNS options, where it has an OPT record and fits.

    limit: bytes of the whole, with an ID.
    """
    at = _opt_of(wire)
    if at < 0 or len(wire) + 2 + len(options) > limit:
        return wire
    told = wire[at + _OPT_SIZE :] + options
    return wire[: at + _OPT_SIZE - 2] + pack_u16(len(told)) + told


def _opt_of(wire: bytes) -> int:
    """Where a reply's OPT record begins, which is its last; -1 where it has none."""
    at = wire.rfind(_OPT_BEGIN, HEADER)
    while at >= 0:
        length = wire[at + _OPT_SIZE - 2 : at + _OPT_SIZE]
        if len(length) == 2 and at + _OPT_SIZE + int.from_bytes(length) == len(wire):
            return at
        at = wire.rfind(_OPT_BEGIN, HEADER, at)
    return -1
