"""What an upstream said, read strictly: the chain from the question, its TTL, where it points.

An answer is kept as the bytes that follow the question, so that a reply is made by putting the
client's own header, question and OPT around them. All its TTLs are brought down to the least of
them (a cache may always shorten), which makes ageing one store per record.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from struct import Struct
from struct import error as StructError  # noqa: N812 (the struct module's only lower-case class)
from typing import Final

from guardian.dns.hints import hints
from guardian.dns.networks import is_inward
from guardian.dns.query import Shape
from guardian.dns.rdata import check_rdata
from guardian.dns.wire import (
    AAAA,
    AD,
    CNAME,
    DNAME,
    HEADER,
    HTTPS,
    IN,
    NOERROR,
    NSEC,
    NSEC3,
    NXDOMAIN,
    OPCODE,
    QR,
    RRSIG,
    SERVFAIL,
    SOA,
    SVCB,
    TO_QUESTION,
    A,
    Malformed,
    Record,
    counts,
    pack_u32,
    read_name,
    read_record,
)

MAX_TTL: Final = 86_400  # seconds
FAILURE_TTL: Final = 5  # seconds a failure is remembered (RFC 9520, section 3.2)
STALE_TTL: Final = 30  # seconds (RFC 8767, section 4)
MAX_STALE: Final = 86_400  # seconds past its TTL that an answer may still serve

_HEAD: Final = Struct(">HHHHH")
_QR_OPCODE: Final = QR | OPCODE
_FIXED: Final = Struct(">HHIH")
_PROOF: Final = frozenset({SOA, NSEC, NSEC3, RRSIG})
_ADDRESSES: Final = frozenset({A, AAAA})
_MAPPED: Final = bytes(10) + b"\xff\xff"
_HINTING: Final = frozenset({SVCB, HTTPS})
_POINTING: Final = frozenset({CNAME, DNAME, SVCB, HTTPS})
MOST_PLAIN: Final = 8  # behind the longest name they are 506 bytes: a reply fits every limit
_PLAIN_HEADS: Final = {  # header of an answer with nothing unusual → its counts
    bytes((0x80 | first, second, 0, 1)) + counts(answers) + bytes((0, additional)): counts(answers)
    for first in (0, 1, 4, 5)  # AA and RD may be set, or not
    for second in (0, 0x10, 0x80, 0x90)  # so may CD and RA
    for answers in range(1, MOST_PLAIN + 1)
    for additional in (0, 1)
}
_plain_record: Final = Struct(">6sIH").unpack_from  # owner, type, class; TTL; length of the rdata
_ONE: Final = counts(1)
_DNAME_TYPE: Final = DNAME.to_bytes(2)
_NO_TTL: Final = 1 << 31  # from here on a TTL means 0 (RFC 2181, section 8)


class Answer:
    """One answer, whoever asked.

    counts: of answers and authority. body: all that follows the question, without OPT.
    ttls_at: offsets of TTL fields in it; ttl: what they say, seconds.
    expires: second (wall clock) at which its TTL has run down.
    targets: wire names that it points to (CNAME, DNAME, SVCB, HTTPS): they are judged too.
    inward: whether an address or a hint in it is one within a house (`networks.is_inward`).
    mask, generation: what the names are, under the policy of that generation.
    ede: an extended error of our own, where the answer is a failure.
    """

    __slots__ = (
        "ad",
        "body",
        "counts",
        "ede",
        "expires",
        "generation",
        "inward",
        "mask",
        "rcode",
        "targets",
        "ttl",
        "ttls_at",
    )

    def __init__(
        self,
        rcode: int,
        counts: bytes = counts(0),
        body: bytes = b"",
        ttls_at: tuple[int, ...] = (),
        ttl: int = 0,
        expires: int = 0,
        targets: tuple[bytes, ...] = (),
        ad: bool = False,  # noqa: FBT001, FBT002 (one is made for each miss: no keywords)
        ede: tuple[int, bytes] | None = None,
    ) -> None:
        self.rcode = rcode
        self.counts = counts
        self.body = body
        self.ttls_at = ttls_at
        self.ttl = ttl
        self.expires = expires
        self.targets = targets
        self.ad = ad
        self.ede = ede
        self.inward = False
        self.mask = 0
        self.generation = -1

    def with_ttl(self, seconds: int) -> bytes:
        """The body with every TTL set."""
        if seconds == self.ttl:
            return self.body
        return with_ttls(self.body, 0, self.ttls_at, seconds)


Plain = tuple[bytes, bytes, int, int, int, int]
"""An answer of a few addresses and nothing else: counts, body, TTL, expires, mask, generation.

Most misses end in one that nobody asks for again: it becomes an `Answer` when somebody does.
"""


def from_plain(plain: Plain) -> Answer:
    """The same as an `Answer`."""
    counted, body, ttl, expires, mask, generation = plain
    count = counted[1]
    answer = Answer(NOERROR, counted, body, _plain_offsets(count, len(body) // count), ttl, expires)
    answer.mask, answer.generation = mask, generation
    return answer


def with_ttls(wire: bytes, start: int, ttls_at: Iterable[int], seconds: int) -> bytes:
    """Bytes with the TTL fields at these offsets from `start` set."""
    changed = bytearray(wire)
    ttl = pack_u32(seconds)
    for at in ttls_at:
        changed[start + at : start + at + 4] = ttl
    return bytes(changed)


def failure(now: int, ede: tuple[int, bytes]) -> Answer:
    """SERVFAIL with its reason."""
    return Answer(SERVFAIL, expires=now + FAILURE_TTL, ede=ede)


def read_plain(wire: bytes, question: bytes, shape: Shape | None, now: int) -> Plain | None:
    """What most answers are: a few addresses of the very name, with one TTL and nothing beside.

    None for any other message, good or bad, and for addresses that may be the house's own;
    `read_answer` would come to the same as this one where this one is not None, at four times the
    price. shape: as of the question's `Form`.
    """
    head, _, records = wire.partition(question)
    counted = _PLAIN_HEADS.get(head)
    if counted is None or shape is None or len(records) < shape[2]:
        return None
    owner, length, size, inward = shape
    found, ttl, found_length = _plain_record(records)
    if found != owner or found_length != length or ttl > MAX_TTL or records[12:14] in inward:
        return None
    if counted != _ONE:
        size *= counted[1]
        if len(records) < size or not _alike(records, shape[2], size, inward):
            return None
    return counted, records[:size], ttl, now + ttl, 0, -1


def _alike(records: bytes, size: int, end: int, inward: frozenset[bytes]) -> bool:
    """Whether all records begin like the first, TTL and length included, and none leads inward."""
    first = records[:12]
    return all(
        records[at : at + 12] == first and records[at + 12 : at + 14] not in inward
        for at in range(size, end, size)
    )


def read_answer(wire: bytes, question: bytes, now: int) -> Answer:
    """The answer in an upstream's message (bytes after the ID) to the question that was sent.

    Raises Malformed for a message that is no answer to it. The truncation bit is the caller's.
    """
    try:
        return _read(wire, question, now)
    except (StructError, IndexError):
        raise Malformed("the message ends early") from None


def _read(wire: bytes, question: bytes, now: int) -> Answer:
    flags, questions, answers, authority, _ = _HEAD.unpack_from(wire)
    start = HEADER + len(question)
    if questions != 1 or flags & _QR_OPCODE != QR or not wire.startswith(question, HEADER):
        raise Malformed("not an answer to the question")
    rcode = flags & 15
    if rcode and rcode != NXDOMAIN:
        return Answer(rcode, expires=now + FAILURE_TTL)
    ad = flags & AD != 0
    ttls_at, ttls, targets, at, kept, found, signed = _read_chain(wire, start, answers, question)
    proofs = 0
    if authority and kept == answers and (signed or not found):
        proof_ttls_at, proof_ttls, end = _read_proof(wire, at, authority, negative=not found)
        if proof_ttls_at:
            at, proofs = end, authority
            ttls_at += proof_ttls_at
            ttls += proof_ttls
    ttl = min(MAX_TTL, *ttls) if found or proofs else 0
    offsets = tuple([ttl_at - start for ttl_at in ttls_at])
    body = with_ttls(wire[start:at], 0, offsets, ttl)
    answer = Answer(rcode, counts(kept, proofs), body, offsets, ttl, now + ttl, targets, ad)
    answer.inward = any(map(is_inward, _given(answer)))
    return answer


@lru_cache(256)
def _plain_offsets(count: int, size: int) -> tuple[int, ...]:
    return tuple(6 + size * at for at in range(count))


def _read_chain(
    wire: bytes, at: int, count: int, question: bytes
) -> tuple[list[int], list[int], tuple[bytes, ...], int, int, bool, bool]:
    """Offsets of TTLs, TTLs, targets, end, records kept; are the type asked for and RRSIGs there?

    The records kept are those of the question's name and of the names that it leads to.
    """
    qtype = question[-4] << 8 | question[-3]
    size = len(wire)
    ttls_at: list[int] = []
    ttls: list[int] = []
    targets: tuple[bytes, ...] = ()
    found = signed = False
    for kept in range(count):
        fixed = at + 2
        if not wire.startswith(TO_QUESTION, at):
            owner, fixed = read_name(wire, at)
            if not _leads_to(owner, question, targets, wire, fixed):
                if not kept:
                    raise Malformed("the answer is to another name")
                return ttls_at, ttls, targets, at, kept, found, signed
        rtype, rclass, ttl, length = _FIXED.unpack_from(wire, fixed)
        at = fixed + 10 + length
        if at > size:
            raise Malformed("a record runs past the message")
        if rclass != IN:
            raise Malformed("a record of another class than the question")
        check_rdata(wire, rtype, fixed + 10, at)
        if rtype == qtype:
            found = True
        if rtype in _POINTING:
            targets += _target(wire, rtype, fixed + 10)
        elif rtype == RRSIG:
            signed = True
        ttls_at.append(fixed + 4)
        ttls.append(ttl if ttl < _NO_TTL else 0)
    return ttls_at, ttls, targets, at, count, found, signed


def _leads_to(
    owner: bytes, question: bytes, targets: tuple[bytes, ...], wire: bytes, fixed: int
) -> bool:
    """Whether a record's owner is the name asked for, or one that earlier records lead to."""
    name = question[:-4].lower()
    if owner == name or owner in targets:
        return True
    return wire[fixed : fixed + 2] == _DNAME_TYPE and name.endswith(owner)


def _target(wire: bytes, rtype: int, rdata_at: int) -> tuple[bytes, ...]:
    name, _ = read_name(wire, rdata_at if rtype in (CNAME, DNAME) else rdata_at + 2)
    return (name,) if name != b"\0" else ()


def _read_proof(
    wire: bytes, at: int, count: int, *, negative: bool
) -> tuple[list[int], list[int], int]:
    """Offsets of TTLs, TTLs and the end of an authority section; no offsets: it proves nothing."""
    ttls_at: list[int] = []
    ttls: list[int] = []
    has_soa = False
    for _ in range(count):
        record = read_record(wire, at)
        if record.rtype not in _PROOF or record.rclass != IN:
            return [], [], at
        check_rdata(wire, record.rtype, record.rdata_at, record.end)
        ttls_at.append(record.ttl_at)
        ttls.append(record.ttl)
        if record.rtype == SOA:
            has_soa = True
            ttls[-1] = min(record.ttl, _minimum(wire, record))
        at = record.end
    return (ttls_at, ttls, at) if has_soa or not negative else ([], [], at)


def _minimum(wire: bytes, soa: Record) -> int:
    # The last field of the SOA caps what a negative answer lives (RFC 2308, section 5).
    return int.from_bytes(wire[soa.end - 4 : soa.end])


def addresses(answer: Answer, rtype: int) -> list[bytes]:
    """The rdata of every record of a type whose data has no names in it (A, AAAA)."""
    return [rdata for found, rdata in _data(answer) if found == rtype]


def leads_to(answer: Answer) -> list[bytes]:
    """Every address, packed, that the answer gives: in records of its own and as hints.

    An IPv4 address in the clothes of IPv6 (::ffff:0:0/96, RFC 4291) comes as IPv4.
    """
    return [each.removeprefix(_MAPPED) if len(each) > 4 else each for each in _given(answer)]


def _given(answer: Answer) -> Iterator[bytes]:
    for rtype, rdata in _data(answer):
        if rtype in _ADDRESSES:
            yield rdata
        elif rtype in _HINTING:
            yield from hints(rdata)


def _data(answer: Answer) -> Iterator[tuple[int, bytes]]:
    """Type and data of each record, names in it as they came."""
    body = answer.body
    for ttl_at in answer.ttls_at:
        length = int.from_bytes(body[ttl_at + 4 : ttl_at + 6])
        yield (
            int.from_bytes(body[ttl_at - 4 : ttl_at - 2]),
            body[ttl_at + 6 : ttl_at + 6 + length],
        )
