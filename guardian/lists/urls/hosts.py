"""A URL's host as browsers read it (WHATWG URL Standard, section 3.5)."""

import re
from functools import partial
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import unquote

from guardian.names import InvalidName
from guardian.names import normalise as qname_of

_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
_FULL_STOPS: Final = {
    0x3002: ".",
    0xFF0E: ".",
    0xFF61: ".",
}  # of other scripts
_MOST_PARTS: Final = 4


def host_of(text: str) -> str:
    """A host as qname, as "192.0.2.1", or as "[2001:db8::1]"; "" where it is none of these."""
    if text.startswith("["):
        return _v6(text)
    text = unquote(text, errors="replace") if "%" in text else text
    text = text.lower().translate(_FULL_STOPS).removesuffix(".")
    try:
        host = qname_of(text)
    except InvalidName:
        return ""
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _v4(host)
    return host


def _v6(text: str) -> str:
    try:
        address = IPv6Address(text[1:].removesuffix("]")) if text.endswith("]") else None
    except AddressValueError:
        return ""
    return f"[{address}]" if address is not None and "%" not in text else ""


def _v4(text: str) -> str:
    """An IPv4 address in any of its spellings: "0x7f.1" and "2130706433" are 127.0.0.1."""
    parts = text.split(".")
    if len(parts) > _MOST_PARTS:
        return ""
    try:
        *first, last = map(_number, parts)
    except ValueError:
        return ""
    if any(each > 0xFF for each in first) or last >= 256 ** (5 - len(parts)):
        return ""
    high = sum(each << 8 * (3 - at) for at, each in enumerate(first))
    return str(IPv4Address(high + last))


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return (partial(int, base=8) if text.startswith("0") else int)(text)
