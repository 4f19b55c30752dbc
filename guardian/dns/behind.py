"""Who asks behind a forwarder: the EDNS option in which it says for whom it asks.

A router that forwards the queries of its devices is one address to us, and says in each query whose
it is (dnsmasq's add-mac, dnsdist). The option is read and taken out here: what is left is the same
whoever asked, so that all clients of a forwarder share what is cached, and nothing of it goes on.
Nobody but a listed forwarder gets here.
"""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from struct import error as StructError  # noqa: N812 (the module names it in lower case)
from typing import Final

from guardian.dns.view import Asker
from guardian.dns.wire import HEADER, OPT, Malformed, skip_plain_name

NOBODY: Final = ""
"""The sign of all clients that say nothing which could be somebody's."""

_TYPE_CLASS: Final = 4  # bytes behind the name of a question
_OPTION: Final = Struct(">HH")  # code, length
_FIXED: Final = Struct(">HHIH")  # type, class, TTL, length of the rdata
_MAC_TEXT: Final = re.compile(r"[0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5}")
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MAC_BYTES: Final = 6
_BASE64_MAC: Final = 8
_MOST_KNOWN: Final = 4096
_USUAL: Final = 160  # bytes behind the name: longer ones are read each time, lest they fill memory


@dataclass(frozen=True, slots=True)
class Forwarder:
    """How one says for whom it asks. option: the EDNS option's code. read: its data → sign."""

    option: int
    read: Callable[[bytes], str]


def mac_sign(data: bytes) -> str:
    """The hardware address in an option, as "a4:83:e7:00:00:01".

    dnsmasq writes it as six bytes (option 65001), or as text or base64 (both 65073).
    """
    if len(data) == _BASE64_MAC:
        try:
            data = b64decode(data, validate=True)
        except NoBase64:
            return NOBODY
    if len(data) == _MAC_BYTES:
        return data.hex(":")
    text = data.decode("ascii", "replace").lower()
    if _MAC_TEXT.fullmatch(text) is None:
        return NOBODY
    return bytes.fromhex(text.replace(":", "").replace("-", "")).hex(":")


def id_sign(data: bytes) -> str:
    """The client id in an option, as "id:lina-phone"."""
    text = data.decode("ascii", "replace").lower()
    return f"id:{text}" if _ID.fullmatch(text) else NOBODY


READERS: Final = {"mac": mac_sign, "id": id_sign}


def taken_out(wire: bytes, at: int, option: int) -> tuple[bytes, list[bytes]]:
    """A query without its options of one code, and what these held.

    wire: after the ID. at: where the records behind the question begin. Raises Malformed,
    IndexError or StructError for what is no query.
    """
    pieces, found, kept = [wire[:at]], [], at
    while at < len(wire):
        fixed = skip_plain_name(wire, at)
        rtype, _, _, length = _FIXED.unpack_from(wire, fixed)
        first = fixed + _FIXED.size
        at = first + length
        if rtype != OPT:
            continue
        rest, told = _without(wire[first:at], option)
        if told:
            found += told
            pieces += [wire[kept : first - 2], len(rest).to_bytes(2), rest]
            kept = at
    return b"".join([*pieces, wire[kept:]]), found


def _without(options: bytes, option: int) -> tuple[bytes, list[bytes]]:
    rest, found, at = bytearray(), [], 0
    while at < len(options):
        code, length = _OPTION.unpack_from(options, at)
        end = at + _OPTION.size + length
        if end > len(options):
            raise Malformed("an EDNS option runs past its record")
        if code == option:
            found.append(options[at + _OPTION.size : end])
        else:
            rest += options[at:end]
        at = end
    return bytes(rest), found


class Behind:
    """The clients of one forwarder. Known ones cost a look-up; a swap of policy needs a new one."""

    def __init__(
        self, forwarder: Forwarder, itself: Asker, asker_called: Callable[[str], Asker]
    ) -> None:
        """itself: for what it asks without the option. asker_called: sign of a client → asker."""
        self._forwarder = forwarder
        self._itself = itself
        self._asker_called = asker_called
        self._known: dict[bytes, tuple[Asker, bytes]] = {}

    def who(self, wire: bytes) -> tuple[Asker, bytes]:
        """For whom a query (after the ID) is asked, and the query without the option."""
        try:
            end = skip_plain_name(wire, HEADER) + _TYPE_CLASS
        except (Malformed, IndexError):
            return self._itself, wire
        behind = wire[end:]
        known = self._known.get(behind)
        if known is None:
            known = self._read(wire, end)
            if len(behind) <= _USUAL:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[behind] = known
        asker, rest = known
        return asker, wire[:end] + rest

    def _read(self, wire: bytes, end: int) -> tuple[Asker, bytes]:
        try:
            plain, told = taken_out(wire, end, self._forwarder.option)
        except (Malformed, IndexError, StructError):
            return self._itself, wire[end:]
        if not told:
            return self._itself, wire[end:]
        # Who says two things may be a device that added one itself: that is nobody's word.
        sign = self._forwarder.read(told[0]) if len(told) == 1 else NOBODY
        return self._asker_called(sign), plain[end:]
