"""The addresses that an SVCB or HTTPS record gives away: its ipv4hint and ipv6hint.

A browser connects to them without asking for an A or AAAA record first (RFC 9460, section 7.3), so
they count as addresses of the answer. Every hint that somebody could read counts: keys out of order
or a value of an odd length are mistakes for which a strict client turns the record down, and for
which a lenient one does not. What lies behind a length that runs past the record is no one's.
"""

from collections.abc import Iterator
from typing import Final

IPV4HINT: Final = 4
IPV6HINT: Final = 6
_SIZES: Final = {IPV4HINT: 4, IPV6HINT: 16}
_PRIORITY_BYTES: Final = 2
_HEAD_BYTES: Final = 4  # of a parameter: its key and the length of its value
_POINTER: Final = 0xC0


def hints(rdata: bytes) -> Iterator[bytes]:
    """The packed addresses in a record's data, as it came; nothing is raised for any bytes."""
    at = _behind_target(rdata)
    while at + _HEAD_BYTES <= len(rdata):
        key = int.from_bytes(rdata[at : at + 2])
        start = at + _HEAD_BYTES
        at = start + int.from_bytes(rdata[at + 2 : start])
        if at > len(rdata):
            return
        size = _SIZES.get(key)
        if size is not None:
            for place in range(start, at - size + 1, size):
                yield rdata[place : place + size]


def _behind_target(rdata: bytes) -> int:
    """Where the parameters begin; the end of the data where the target's name does not end."""
    at = _PRIORITY_BYTES
    while at < len(rdata):
        length = rdata[at]
        if length == 0:
            return at + 1
        if length & _POINTER == _POINTER:  # no server may, and a client might still follow it
            return at + 2
        if length & _POINTER:
            break
        at += length + 1
    return len(rdata)
