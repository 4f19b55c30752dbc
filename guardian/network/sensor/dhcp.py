"""What a device says when it asks for an address: DHCP options 12, 55 and 60 (RFC 2132); and
whether a server gives one.

The list of options that it wants (55), in its order, and the kind that it says it is of (60) are
alike in devices of one kind and differ between kinds: a fingerprint.
"""

from typing import Final

from guardian.network.leases.lease import read_mac, read_name
from guardian.network.sensor.heard import By, Heard, fingerprint

_COOKIE: Final = b"\x63\x82\x53\x63"
_OPTIONS: Final = 240  # where they begin
_REQUEST, _REPLY = 1, 2  # of a client, of a server
_PAD, _END = 0, 255
_NAME, _MESSAGE, _WANTED, _KIND = 12, 53, 55, 60
_GIVES: Final = (b"\x02", b"\x05")  # DHCPOFFER, DHCPACK


def parse(payload: bytes) -> Heard | None:
    """What a client's message says of it; None for others, and for one that is cut off."""
    if len(payload) < _OPTIONS or payload[0] != _REQUEST or payload[236:_OPTIONS] != _COOKIE:
        return None
    mac = read_mac(payload[28:34].hex()) if payload[1:3] == b"\x01\x06" else ""
    options = _options(payload[_OPTIONS:])
    if not mac or options is None:
        return None
    name = read_name(options.get(_NAME, b"").rstrip(b"\0").decode(errors="replace"))
    mark = fingerprint(options.get(_WANTED, b""), options.get(_KIND, b""))
    return Heard(mac, By.DHCP, name, mark)


def is_offer(payload: bytes) -> bool:
    """Whether a server offers or gives an address in it."""
    if len(payload) < _OPTIONS or payload[0] != _REPLY or payload[236:_OPTIONS] != _COOKIE:
        return False
    return (_options(payload[_OPTIONS:]) or {}).get(_MESSAGE) in _GIVES


def _options(data: bytes) -> dict[int, bytes] | None:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data) and (code := data[at]) != _END:
        if code == _PAD:
            at += 1
            continue
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            return None
        end = at + 2 + data[at + 1]
        found[code] = found.get(code, b"") + data[at + 2 : end]  # a long one comes in pieces
        at = end
    return found
