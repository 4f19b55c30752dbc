"""Is a record's data of the form that its type has? Only the types in which names may be compressed
(RFC 3597, section 4) and those that we read ourselves: of all others, bytes are bytes.
"""

from typing import Final

from guardian.dns.wire import (
    AAAA,
    CNAME,
    DNAME,
    HTTPS,
    MX,
    NS,
    PTR,
    SOA,
    SRV,
    SVCB,
    TXT,
    A,
    Malformed,
    read_name,
)

_SIZES: Final = {A: 4, AAAA: 16}
_AROUND: Final = {  # bytes before the names, how many names, bytes behind them
    NS: (0, 1, 0),
    CNAME: (0, 1, 0),
    SOA: (0, 2, 20),
    PTR: (0, 1, 0),
    MX: (2, 1, 0),
    SRV: (6, 1, 0),
    DNAME: (0, 1, 0),
}


def check_rdata(wire: bytes, rtype: int, at: int, end: int) -> None:
    """Raises Malformed, or IndexError, where the data between two offsets is not of its type."""
    size = _SIZES.get(rtype)
    if size is not None:
        if end - at != size:
            raise Malformed("an address of another length than its family's")
        return
    around = _AROUND.get(rtype)
    if around is not None:
        before, names, behind = around
        at += before
        for _ in range(names):
            _, at = read_name(wire, at)
        if at + behind != end:
            raise Malformed("a record's data is longer or shorter than its type's")
    elif rtype == TXT:
        _check_strings(wire, at, end)
    elif rtype in (SVCB, HTTPS):
        _check_parameters(wire, at + 2, end)


def _check_strings(wire: bytes, at: int, end: int) -> None:
    if at == end:
        raise Malformed("a text record without a text")
    while at < end:
        at += wire[at] + 1
    if at != end:
        raise Malformed("a text runs past its record")


def _check_parameters(wire: bytes, at: int, end: int) -> None:
    """Those of an SVCB or HTTPS record, behind its priority (RFC 9460, section 2.2)."""
    _, at = read_name(wire, at)
    while at < end:
        at += 4 + int.from_bytes(wire[at + 2 : at + 4])
    if at != end:
        raise Malformed("a parameter runs past its record")
