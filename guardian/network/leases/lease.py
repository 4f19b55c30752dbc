"""One lease: who was given an address, under which name, until when."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

_HARDWARE: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_ .-]{0,61}[a-z0-9_])?")  # as a configuration has it
_ETHERNET: Final = 1  # of IANA's hardware types
_LLT, _LL = 1, 3  # RFC 8415, sections 11.2 and 11.4
_CLOCKLESS: Final = 1_000_000_000  # servers without a clock write how long, in place of until when


@dataclass(frozen=True, slots=True)
class Lease:
    """An address that a DHCP server gave to a device.

    mac: the hardware address that asked; "" where the server does not tell. duid_mac: the one
    inside of a DHCPv6 client's DUID, which may be that of another of its network cards.
    name: what the device calls itself, in lower case; "" for nothing that could be a name.
    ends: seconds since 1970; 0 where no end is known.
    """

    address: str
    mac: str = ""
    duid_mac: str = ""
    name: str = ""
    ends: int = 0

    def holds(self, now: float) -> bool:
        """Whether it has not ended by now, in seconds since 1970."""
        return not self.ends or now < self.ends


def read_address(text: str) -> str:
    """An address as DNS sees it. Raises ValueError."""
    return str(ip_address(text))


def read_mac(text: str) -> str:
    """A hardware address, written with colons or without; "" for what is none."""
    lower = text.strip().lower()
    if len(lower) == 12 and ":" not in lower:
        lower = ":".join(lower[at : at + 2] for at in range(0, 12, 2))
    return lower if _HARDWARE.fullmatch(lower) and lower.strip("0:") else ""


def read_name(text: str) -> str:
    """A device's name for itself, which anybody may have made up; "" for what cannot be used.

    Of a full name the first part is meant: a server may have put the house's domain behind it.
    """
    lower = text.strip().lower().rstrip(".")
    if " " not in lower:
        lower = lower.partition(".")[0]
    return lower if _NAME.fullmatch(lower) else ""


def read_end(text: str) -> int:
    """When a lease ends; 0 for never, and where the server has no clock. Raises ValueError."""
    ends = int(text)
    return ends if ends >= _CLOCKLESS else 0


def mac_of_duid(duid: bytes) -> str:
    """The Ethernet address in a DUID of the kinds LLT and LL; "" in all others (RFC 8415)."""
    kind, hardware = int.from_bytes(duid[:2], "big"), int.from_bytes(duid[2:4], "big")
    start = {_LLT: 8, _LL: 4}.get(kind)
    if start is None or hardware != _ETHERNET or len(duid) != start + 6:
        return ""
    return read_mac(duid[start:].hex())


def read_duid(text: str) -> bytes:
    """A DUID in hexadecimal, with colons or without; empty for what is none."""
    try:
        return bytes.fromhex(text.replace(":", ""))
    except ValueError:
        return b""
