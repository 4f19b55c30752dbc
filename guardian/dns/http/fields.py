"""Header fields of HTTP/2 and HTTP/3: read strictly, and written without any state.

Heads that a client sends again are the same bytes, and mean the same for as long as nothing was
added to the table that they refer to (RFC 7541): they are read once.
"""

from collections.abc import Iterable
from typing import Final

from hpack import Decoder
from hpack.exceptions import HPACKError

from guardian.dns.http.request import METHODS, MOST_FIELDS, Head, read_head
from guardian.dns.http.response import cache_control, http_date

_MOST_KEPT: Final = 64  # heads of one client
_LONGEST_KEPT: Final = 512  # bytes
_PSEUDO: Final = frozenset({b":method", b":scheme", b":path", b":authority"})
_NEEDED: Final = (b":method", b":scheme", b":path")
_OF_CONNECTIONS: Final = frozenset(  # RFC 9113, section 8.2.2
    {b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade"}
)
_UPPER: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NOT_IN_VALUES: Final = frozenset(b"\0\r\n")

# Entries of the static table, appendix A of RFC 7541, as literals that are not indexed.
_STATUS_200: Final = b"\x88"
_STATUSES: Final = {400: b"\x8c", 404: b"\x8d"}
_STATUS: Final = b"\x08\x03%d"
_ALLOW: Final = b"\x0f\x07%c%b" % (len(METHODS), METHODS)
_MEDIA_TYPE: Final = b"\x0f\x10\x17application/dns-message"
_CACHE_CONTROL: Final = b"\x0f\x09%c%b"
_DATE: Final = b"\x0f\x12\x1d%b"
_ALT_SVC: Final = b"\x00\x07alt-svc%c%b"


class Broken(ValueError):
    """Fields that cannot be read: the tables of both ends are not the same any more."""


class HeadReader:
    """Reads the heads of one connection."""

    def __init__(self, path: bytes) -> None:
        self._path = path
        self._decoder = Decoder(max_header_list_size=MOST_FIELDS)
        self._known: dict[bytes, Head | None] = {}

    def head(self, block: bytes) -> Head | None:
        """What a field block asks; None where it is malformed. Raises Broken."""
        try:
            return self._known[block]
        except KeyError:
            pass
        newest, *others = self._state()
        head = head_of(self.fields(block), self._path)
        newest_now, *others_now = self._state()
        if newest_now is not newest or others_now != others:
            self._known.clear()
        elif len(block) <= _LONGEST_KEPT:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[block] = head
        return head

    def fields(self, block: bytes) -> list[tuple[bytes, bytes]]:
        """The fields of a block. Raises Broken."""
        try:
            return self._decoder.decode(block, raw=True)  # type: ignore[return-value]
        except HPACKError:
            raise Broken from None

    def _state(self) -> tuple[object, int, int]:
        """The table changes only where this does: its newest entry, their number, its size."""
        table = self._decoder.header_table
        entries = table.dynamic_entries
        return entries[0] if entries else None, len(entries), table.maxsize


def head_of(fields: Iterable[tuple[bytes, bytes]], path: bytes) -> Head | None:
    """What a request's fields ask; None where they are malformed (RFC 9113, section 8.3)."""
    pseudo: dict[bytes, bytes] = {}
    regular: list[tuple[bytes, bytes]] = []
    for name, value in fields:
        if name[:1] == b":":
            if regular or name not in _PSEUDO or name in pseudo:
                return None
            pseudo[name] = value
        elif not name or name in _OF_CONNECTIONS or not _UPPER.isdisjoint(name):
            return None
        else:
            regular.append((name, value))
        if not _NOT_IN_VALUES.isdisjoint(value) or (name == b"te" and value != b"trailers"):
            return None
    if any(not pseudo.get(name) for name in _NEEDED):
        return None
    return read_head(pseudo[b":method"], pseudo[b":path"], regular, path)


def answer_block(packet: bytes, second: int) -> bytes:
    """The fields of a reply."""
    told = cache_control(packet)
    return b"".join(
        (
            *(_STATUS_200, _MEDIA_TYPE, _CACHE_CONTROL % (len(told), told)),
            _DATE % http_date(second),
        )
    )


def alternative_field(alternative: bytes) -> bytes:
    """The field that says where else all this is (RFC 7838); up to 126 bytes."""
    return _ALT_SVC % (len(alternative), alternative)


def refusal_block(status: int, second: int) -> bytes:
    """The fields of a status alone."""
    block = _STATUSES.get(status) or _STATUS % status
    return block + (_ALLOW if status == 405 else b"") + _DATE % http_date(second)
