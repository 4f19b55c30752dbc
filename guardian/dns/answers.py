"""What an upstream said, read strictly: the chain from the question, its TTL, where it points.

An answer is kept as the bytes that follow the question, so that a reply is made by putting the
client's own header, question and OPT around them. All its TTLs are brought down to the least of
them (a cache may always shorten), which makes ageing one store per record.
"""

from struct import Struct
from struct import error as StructError  # noqa: N812 (the struct module's only lower-case class)
from typing import Final

from guardian.dns.wire import (
    AD,
    CNAME,
    DNAME,
    HEADER,
    HTTPS,
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
_FIXED: Final = Struct(">HHIH")
_PROOF: Final = frozenset({SOA, NSEC, NSEC3, RRSIG})


class Answer:
    """One answer, whoever asked.

    body: all that follows the question, without OPT; ttls_at: offsets of TTL fields in it.
    expires: second (wall clock) at which its TTL has run down.
    targets: wire names that it points to (CNAME, DNAME, SVCB, HTTPS): they are judged too.
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
        "mask",
        "rcode",
        "targets",
        "ttls_at",
    )

    def __init__(
        self,
        rcode: int,
        counts: bytes = counts(0),
        body: bytes = b"",
        ttls_at: tuple[int, ...] = (),
        *,
        expires: int,
        targets: tuple[bytes, ...] = (),
        ad: bool = False,
        ede: tuple[int, bytes] | None = None,
    ) -> None:
        self.rcode = rcode
        self.counts = counts
        self.body = body
        self.ttls_at = ttls_at
        self.expires = expires
        self.targets = targets
        self.ad = ad
        self.ede = ede
        self.mask = 0
        self.generation = -1

    def with_ttl(self, seconds: int) -> bytes:
        """The body with every TTL set."""
        if not self.ttls_at:
            return self.body
        body = bytearray(self.body)
        ttl = pack_u32(seconds)
        for at in self.ttls_at:
            body[at : at + 4] = ttl
        return bytes(body)


def failure(now: int, ede: tuple[int, bytes]) -> Answer:
    """SERVFAIL with its reason."""
    return Answer(SERVFAIL, expires=now + FAILURE_TTL, ede=ede)


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
    if questions != 1 or not flags & QR or flags & OPCODE or wire[HEADER:start] != question:
        raise Malformed("not an answer to the question")
    rcode = flags & 15
    if rcode not in (NOERROR, NXDOMAIN):
        return Answer(rcode, expires=now + FAILURE_TTL)
    name = question[:-4].lower()
    qtype = question[-4] << 8 | question[-3]
    ttl, ttls_at, targets, at, kept, found, signed = _read_chain(wire, start, answers, name, qtype)
    proofs = 0
    if authority and kept == answers and (signed or not found):
        proof_ttl, proof_ttls, end = _read_proof(wire, at, authority, negative=not found)
        if proof_ttls:
            at, proofs = end, authority
            ttls_at += proof_ttls
            ttl = min(ttl, proof_ttl)
    if not found and not proofs:
        ttl = 0
    begin = [offset - start for offset in ttls_at]
    return Answer(
        rcode,
        counts(kept, proofs),
        wire[start:at],
        tuple(begin),
        expires=now + min(ttl, MAX_TTL),
        targets=tuple(targets),
        ad=bool(flags & AD),
    )


def _read_chain(
    wire: bytes, at: int, count: int, name: bytes, qtype: int
) -> tuple[int, list[int], list[bytes], int, int, bool, bool]:
    """TTL, its offsets, targets, end, records kept; are the type asked for and RRSIGs there?"""
    ttl, found, signed = MAX_TTL, False, False
    ttls_at: list[int] = []
    targets: list[bytes] = []
    chain = {name}
    for kept in range(count):
        if wire[at : at + 2] == TO_QUESTION:
            owner, fixed = name, at + 2
        else:
            owner, fixed = read_name(wire, at)
        rtype, _, own_ttl, length = _FIXED.unpack_from(wire, fixed)
        if owner not in chain and not (rtype == DNAME and name.endswith(owner)):
            if not kept:
                raise Malformed("the answer is to another name")
            return ttl, ttls_at, targets, at, kept, found, signed
        at = fixed + 10 + length
        if at > len(wire):
            raise Malformed("a record runs past the message")
        target = _target(wire, rtype, fixed + 10)
        if target is not None:
            targets.append(target)
            chain.add(target)
        found |= rtype == qtype
        signed |= rtype == RRSIG
        ttls_at.append(fixed + 4)
        if own_ttl < ttl:
            ttl = own_ttl
    return ttl, ttls_at, targets, at, count, found, signed


def _target(wire: bytes, rtype: int, rdata_at: int) -> bytes | None:
    if rtype in (CNAME, DNAME):
        return read_name(wire, rdata_at)[0]
    if rtype in (SVCB, HTTPS):
        name = read_name(wire, rdata_at + 2)[0]
        return name if name != b"\0" else None
    return None


def _read_proof(wire: bytes, at: int, count: int, *, negative: bool) -> tuple[int, list[int], int]:
    """TTL, its offsets and the end of an authority section; no offsets where it proves nothing."""
    ttl, ttls_at, has_soa = MAX_TTL, [], False
    for _ in range(count):
        record = read_record(wire, at)
        if record.rtype not in _PROOF:
            return ttl, [], at
        ttls_at.append(record.ttl_at)
        ttl = min(ttl, record.ttl)
        if record.rtype == SOA:
            has_soa = True
            ttl = min(ttl, _minimum(wire, record))
        at = record.end
    return ttl, ttls_at if has_soa or not negative else [], at


def _minimum(wire: bytes, soa: Record) -> int:
    # The last field of the SOA caps what a negative answer lives (RFC 2308, section 5).
    return int.from_bytes(wire[soa.end - 4 : soa.end])


def addresses(answer: Answer, rtype: int) -> list[bytes]:
    """The rdata of every record of a type whose data has no names in it (A, AAAA)."""
    found = []
    for ttl_at in answer.ttls_at:
        if int.from_bytes(answer.body[ttl_at - 4 : ttl_at - 2]) == rtype:
            length = int.from_bytes(answer.body[ttl_at + 4 : ttl_at + 6])
            found.append(answer.body[ttl_at + 6 : ttl_at + 6 + length])
    return found
