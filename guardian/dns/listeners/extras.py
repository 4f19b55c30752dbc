"""EDNS options that only streams have: padding (RFC 7830, RFC 8467) and keepalive (RFC 7828).

A reply carries them only where its query asks for them. They are added on the way out: the finished
replies in the caches have none, because what a connection is told is not about the answer.
"""

from struct import Struct
from struct import error as StructError  # noqa: N812 (the module names it in lower case)
from typing import Final

from guardian.dns.replies import STREAM_SIZE, with_options
from guardian.dns.wire import HEADER, OPT, Malformed, skip_plain_name

BLOCK: Final = 468  # bytes that a padded reply is a multiple of (RFC 8467, section 4.1)
_KEEPALIVE: Final = 11
_PADDING: Final = 12
_FIXED: Final = Struct(">HHIH")  # type, class, TTL, length of the rdata
_OPTION: Final = Struct(">HH")  # code, length
_MOST_KNOWN: Final = 1024
_USUAL: Final = 160  # bytes behind the name: longer ones are read each time, lest they fill memory

PADDED: Final = 1
KEPT: Final = 2
"""What a query may want."""


class Extras:
    """What one listener adds to replies."""

    def __init__(self, idle: float, *, pads: bool) -> None:
        """idle: seconds after which a silent connection is closed. pads: only what is sealed is."""
        self._may = KEPT | (PADDED if pads else 0)
        self._keepalive = _OPTION.pack(_KEEPALIVE, 2) + int(idle * 10).to_bytes(2)
        self._known: dict[bytes, int] = {}

    def wanted(self, wire: bytes) -> int:
        """What a query (after the ID) asks for, as a sum of the above; 0 for most."""
        end = wire.find(0, HEADER)
        tail = wire[end:]  # clients repeat it in all their queries
        known = self._known.get(tail)
        if known is None:
            try:
                known = _read(wire) & self._may
                is_name = skip_plain_name(wire, HEADER) == end + 1
            except (Malformed, IndexError, StructError):
                return 0  # that it is no query is judged elsewhere
            if is_name and len(tail) <= _USUAL:  # no NUL within a label: the rest stands by itself
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[tail] = known
        return known

    def added(self, reply: bytes, wanted: int) -> bytes:
        """A reply (after the ID) with what its query asked for."""
        options = self._keepalive if wanted & KEPT else b""
        if wanted & PADDED:
            size = 2 + len(reply) + len(options) + _OPTION.size
            padding = -size % BLOCK
            if size + padding > STREAM_SIZE:
                padding = 0
            options += _OPTION.pack(_PADDING, padding) + bytes(padding)
        return with_options(reply, options, STREAM_SIZE)


def _read(wire: bytes) -> int:
    """What a query wants. Raises Malformed, IndexError or StructError for what is none."""
    wanted, at = 0, skip_plain_name(wire, HEADER) + 4
    while at < len(wire):
        at = skip_plain_name(wire, at)
        rtype, _, _, length = _FIXED.unpack_from(wire, at)
        at += _FIXED.size
        end = at + length
        while rtype == OPT and at < end:
            code, size = _OPTION.unpack_from(wire, at)
            wanted |= {_PADDING: PADDED, _KEEPALIVE: KEPT}.get(code, 0)
            at += _OPTION.size + size
        at = end
    return wanted
