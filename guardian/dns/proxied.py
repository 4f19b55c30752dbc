"""Who asks through a front end: the header of PROXY protocol, version 2, before each query.

A front end such as dnsdist takes the queries of many and asks us from one address; in a header it
says who asked it. On UDP it is before each packet, on TCP once at the start of a stream.
Source: haproxy.org/download/2.8/doc/proxy-protocol.txt, section 2.2. Nobody but a listed front end
gets here: who is not listed would be asking under any name it likes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from guardian.dns.view import Asker
from guardian.dns.wire import Malformed

SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
MOST_BYTES: Final = 1024  # of a whole header: a query has to fit behind it into a packet
_FIXED: Final = Struct(">12sBBH")  # signature, version and command, family and transport, length
_LOCAL: Final = 0x20  # the front end's own, such as its looking whether we are well
_PROXY: Final = 0x21
_SIZES: Final = {0x00: 0, 0x11: 4, 0x12: 4, 0x21: 16, 0x22: 16}
"""By family and transport: the bytes of an address. 0: a client of which nothing is told."""

_VALUE: Final = Struct(">BH")
_CRC: Final = 0x03  # PP2_TYPE_CRC32C: nobody sends it where UDP and TCP have sums of their own


@dataclass(frozen=True, slots=True)
class Header:
    """What a front end says of a client.

    size: bytes of the header. client: its packed address; None where the front end asks for itself.
    values: what else is said, by type (section 2.2.7).
    """

    size: int
    client: bytes | None = None
    values: dict[int, bytes] = field(default_factory=dict)


def read_header(data: bytes) -> Header | None:
    """The header at the start of these bytes; None where more of them are needed to tell.

    Raises Malformed for anything else: it is not guessed whether a header is there.
    """
    if len(data) < _FIXED.size:
        if SIGNATURE.startswith(data[:12]):
            return None
        raise Malformed("no PROXY header")
    signature, command, family, length = _FIXED.unpack_from(data)
    if signature != SIGNATURE or command not in (_LOCAL, _PROXY):
        raise Malformed("no PROXY header of version 2")
    end = _FIXED.size + length
    if end > MOST_BYTES:
        raise Malformed("a PROXY header that is longer than any has to be")
    if len(data) < end:
        return None
    if command == _LOCAL:
        return Header(end)
    size = _SIZES.get(family)
    if size is None or length < (about := 2 * (size + 2) if size else 0):
        raise Malformed("a PROXY header with no address of a family that asks for names")
    client = data[16 : 16 + size] if size else None
    return Header(end, client, _values(data[16 + about : end]))


def _values(data: bytes) -> dict[int, bytes]:
    values: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        if at + _VALUE.size > len(data):
            raise Malformed("a value of a PROXY header ends early")
        kind, length = _VALUE.unpack_from(data, at)
        at += _VALUE.size + length
        if at > len(data) or kind in values or kind == _CRC:
            raise Malformed("a value of a PROXY header runs past it, or is there twice")
        values[kind] = data[at - length : at]
    return values


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """Who is believed about its clients.

    who: who asks, and the query that is to be answered, by header and query (after the ID); nobody,
    and the reply, where the client is not served (`listeners.udp.Stranger`).
    """

    who: Callable[[Header, bytes], tuple[Asker | None, bytes]]
