"""From an Ethernet frame to the UDP message in it, IPv4 and IPv6."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

_IPV4, _IPV6, _UDP = 0x0800, 0x86DD, 17
_ETHERNET: Final = 14
_IPV6_HEADER: Final = 40
_UDP_HEADER: Final = 8
_LATER_FRAGMENT: Final = 0x1FFF


@dataclass(frozen=True, slots=True)
class Message:
    """mac: of the card that sent it. address: who says to have sent it. source, target: ports."""

    mac: str
    address: str
    source: int
    target: int
    payload: bytes


def parse(frame: bytes) -> Message | None:
    """The message; None for every other frame, and for a cut-off one."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == _IPV4 and len(frame) >= _ETHERNET + 20 and frame[23] == _UDP:
        start, packed = _ETHERNET + (frame[14] & 0x0F) * 4, frame[26:30]
        if int.from_bytes(frame[20:22], "big") & _LATER_FRAGMENT:
            return None
    elif kind == _IPV6 and len(frame) >= _ETHERNET + _IPV6_HEADER and frame[20] == _UDP:
        start, packed = _ETHERNET + _IPV6_HEADER, frame[22:38]
    else:
        return None
    header = frame[start : start + _UDP_HEADER]
    if start < _ETHERNET + 20 or len(header) < _UDP_HEADER:
        return None
    source, target, length = (int.from_bytes(header[at : at + 2], "big") for at in (0, 2, 4))
    payload = frame[start + _UDP_HEADER : start + max(length, _UDP_HEADER)]
    return Message(frame[6:12].hex(":"), str(ip_address(packed)), source, target, payload)
