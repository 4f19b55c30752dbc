"""What is said about a reply in HTTP: how long it may be kept, and when it was made.

A reply is for whoever asked, under the rules that hold for them now: it is `private`, so that no
proxy's cache gives it to another child, and lives no longer than its records, whose TTLs end with
the view (RFC 8484, section 5.1).
"""

from email.utils import formatdate
from functools import lru_cache
from struct import Struct
from struct import error as StructError  # noqa: N812 (the module names it in lower case)
from typing import Final

from guardian.dns.wire import NOERROR, NXDOMAIN, OPT, SOA, Malformed, skip_name, skip_plain_name

PHRASES: Final = {
    400: b"Bad Request",
    403: b"Forbidden",
    404: b"Not Found",
    405: b"Method Not Allowed",
    413: b"Content Too Large",
    414: b"URI Too Long",
    415: b"Unsupported Media Type",
    431: b"Request Header Fields Too Large",
    501: b"Not Implemented",
    505: b"HTTP Version Not Supported",
}

_COUNTS: Final = Struct(">HHHH")
_RECORD: Final = Struct(">HHIH")  # type, class, TTL, length of the rdata
_FIRST: Final = 10  # where the question begins, after the ID
_TYPE_CLASS: Final = 4


@lru_cache(1024)
def cache_control(packet: bytes) -> bytes:
    """How long a reply (ID in front) may be kept: the least TTL of its records; of a negative, SOA.

    Failures are not kept.
    """
    try:
        return b"private, max-age=%d" % _seconds(packet[2:])
    except (Malformed, IndexError, StructError):
        return b"no-store"


@lru_cache(2)
def http_date(second: int) -> bytes:
    """A second of the wall clock as HTTP writes it (RFC 9110, section 5.6.7)."""
    return formatdate(second, usegmt=True).encode()


def _seconds(wire: bytes) -> int:
    """wire: after the ID, one that was built here."""
    if wire[1] & 15 not in (NOERROR, NXDOMAIN):
        return 0
    questions, answers, authority, _ = _COUNTS.unpack_from(wire, 2)
    at = _FIRST
    for _ in range(questions):
        at = skip_plain_name(wire, at) + _TYPE_CLASS
    least: int | None = None
    for place in range(answers + authority):
        at = skip_name(wire, at)
        rtype, _, ttl, length = _RECORD.unpack_from(wire, at)
        at += _RECORD.size + length
        if rtype != OPT and (place < answers or rtype == SOA):
            least = ttl if least is None else min(least, ttl)
    return least or 0
