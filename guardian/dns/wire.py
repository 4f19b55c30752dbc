"""DNS messages as bytes: names, records, and the numbers that stand for things in them.

All offsets count from *after the ID*: clients repeat themselves to the byte but for the two bytes
of the ID, so everything from there on can serve as a key. A position that a compression pointer
names counts from the ID, as RFC 1035, section 4.1.4 has it: two more. This module opens no socket
and raises nothing but `Malformed`.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from struct import Struct
from struct import error as StructError  # noqa: N812 (the module names it in lower case)
from typing import Final

A: Final = 1
NS: Final = 2
CNAME: Final = 5
SOA: Final = 6
PTR: Final = 12
MX: Final = 15
TXT: Final = 16
AAAA: Final = 28
SRV: Final = 33
DNAME: Final = 39
OPT: Final = 41
RRSIG: Final = 46
NSEC: Final = 47
NSEC3: Final = 50
SVCB: Final = 64
HTTPS: Final = 65
NXNAME: Final = 128
ANY: Final = 255
IN: Final = 1

NOERROR: Final = 0
FORMERR: Final = 1
SERVFAIL: Final = 2
NXDOMAIN: Final = 3
NOTIMP: Final = 4
REFUSED: Final = 5
BADVERS: Final = 16
BADCOOKIE: Final = 23

QR: Final = 0x8000
TC: Final = 0x0200
RD: Final = 0x0100
RA: Final = 0x0080
AD: Final = 0x0020
CD: Final = 0x0010
OPCODE: Final = 0x7800
DO: Final = 0x8000  # in the OPT record's TTL field (RFC 3225)

HEADER: Final = 10  # bytes of the header after the ID
TO_QUESTION: Final = b"\xc0\x0c"  # a compression pointer to the name asked for
UDP_SIZE: Final = 1232  # what fits everywhere unfragmented (RFC 9715)
CLASSIC_UDP_SIZE: Final = 512

EDE_STALE: Final = 3
EDE_BLOCKED: Final = 15
EDE_FILTERED: Final = 17
EDE_PROHIBITED: Final = 18
EDE_NO_REACHABLE_AUTHORITY: Final = 22
EDE_NETWORK_ERROR: Final = 23
EDE_INVALID_QUERY_TYPE: Final = 30
EDE_TEXT_LIMIT: Final = 160  # bytes of UTF-8, so that a reason never takes an answer's place

_U16: Final = Struct(">H")
_U32: Final = Struct(">I")
_COUNTS: Final = Struct(">HHHH")
_FIXED: Final = Struct(">HHIH")  # type, class, TTL, length of the rdata
_OPT_FIXED: Final = Struct(">xHHBBHH")  # root, type, size, extended rcode, version, flags, length
_MAX_POINTERS: Final = 32
_EDE_OPTION: Final = 15


class Malformed(ValueError):
    """Bytes that are no DNS message, or not one that this place in the exchange allows."""


def skip_plain_name(wire: bytes, at: int) -> int:
    """The offset behind an uncompressed name; IndexError where the bytes end first."""
    start = at
    length = wire[at]
    while length:
        if length > 63:
            raise Malformed("a question's name is not compressed")
        at += length + 1
        length = wire[at]
    if at - start > 254:
        raise Malformed("a name is longer than 255 bytes")
    return at + 1


def skip_name(wire: bytes, at: int) -> int:
    """The offset behind a name that may be compressed; IndexError where the bytes end first."""
    while length := wire[at]:
        if length >= 192:
            return at + 2
        at += length + 1
    return at + 1


def read_name(wire: bytes, at: int) -> tuple[bytes, int]:
    """A name that may be compressed, lower case and whole, and the offset behind it.

    Raises Malformed for loops, pointers forward and names over 255 bytes; IndexError at the end.
    """
    pieces: list[bytes] = []
    behind = total = 0
    limit = at
    for _ in range(_MAX_POINTERS):
        start = at
        while 0 < (length := wire[at]) < 64:
            at += length + 1
        pieces.append(wire[start:at])
        total += at - start
        if length == 0:
            if total > 254:
                break
            return b"".join(pieces).lower() + b"\0", behind or at + 1
        if length < 192:
            raise Malformed("a label of unknown kind")
        behind = behind or at + 2
        at = ((length & 0x3F) << 8 | wire[at + 1]) - 2
        if not HEADER <= at < limit:
            raise Malformed("a compression pointer points forward or into the header")
        limit = at
    raise Malformed("a name is too long or its pointers do not end")


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record: its lower-case wire owner and where its parts lie in the message."""

    owner: bytes
    rtype: int
    rclass: int
    ttl: int
    ttl_at: int
    rdata_at: int
    end: int


def read_record(wire: bytes, at: int) -> Record:
    """The record at an offset; Malformed or IndexError where there is none."""
    owner, at = read_name(wire, at)
    try:
        rtype, rclass, ttl, length = _FIXED.unpack_from(wire, at)
    except StructError:
        raise Malformed("a record ends early") from None
    end = at + 10 + length
    if end > len(wire):
        raise Malformed("a record's data runs past the message")
    return Record(owner, rtype, rclass, ttl if ttl < 1 << 31 else 0, at + 4, at + 10, end)


def opt_record(rcode: int, *, dnssec_ok: bool, ede: tuple[int, bytes] | None = None) -> bytes:
    """Our OPT record, with an extended error (RFC 8914, section 2) where there is one."""
    option = b""
    if ede is not None:
        code, text = ede
        option = _COUNTS.pack(_EDE_OPTION, len(text) + 2, code, 0)[:6] + text
    flags = DO if dnssec_ok else 0
    return _OPT_FIXED.pack(OPT, UDP_SIZE, rcode >> 4, 0, flags, len(option)) + option


def ede_text(text: str) -> bytes:
    """A reason as EXTRA-TEXT: UTF-8, cut between characters at 160 bytes."""
    return text.encode()[:EDE_TEXT_LIMIT].decode(errors="ignore").encode()


@lru_cache(1024)
def counts(answers: int, authority: int = 0) -> bytes:
    """The header's counts of answers and of authority."""
    return bytes((answers >> 8, answers & 255, authority >> 8, authority & 255))


def random_case(question: bytes, chance: Random) -> bytes:
    """A question with each letter of its name in upper or lower case, by chance.

    An answer that was forged without seeing the question cannot repeat it
    (draft-vixie-dnsext-dns0x20).
    """
    name = question[:-4]
    bits = chance.getrandbits(len(name))
    upper = name.upper()
    mixed = bytes(
        big if bits >> at & 1 else small
        for at, (big, small) in enumerate(zip(upper, name.lower(), strict=True))
    )
    return mixed + question[-4:]


def pack_u16(number: int) -> bytes:
    """Two bytes in network order."""
    return _U16.pack(number)


def pack_u32(number: int) -> bytes:
    """Four bytes in network order."""
    return _U32.pack(number)


def record(owner: bytes, rtype: int, ttl: int, rdata: bytes) -> bytes:
    """One record of class IN; `owner` may be a compression pointer."""
    return owner + _FIXED.pack(rtype, IN, ttl, len(rdata)) + rdata
