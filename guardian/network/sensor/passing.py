"""Which packets tell of a way around guardian: the filter that passes these, and what they are.

Of a packet that passes, the kernel hands over its headers and, of WireGuard's, the four bytes by
which it is known: no question and no content ever reaches us. Of a connection only its first packet
passes. What goes to guardian itself does not pass.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from guardian.network.sensor import bpf
from guardian.policy.honesty import Kind

Network = IPv4Network | IPv6Network

_IPV4, _IPV6, _ARP = 0x0800, 0x86DD, 0x0806
_TCP, _UDP, _ICMPV6 = 6, 17, 58
_ETHERNET: Final = 14
_ADVERTISEMENT: Final = 134  # of a router (RFC 4861, section 4.2)
_DHCP_SERVER: Final = 67
_PORTS: Final = {53: Kind.DNS, 853: Kind.ENCRYPTED, 443: Kind.RESOLVER, 1194: Kind.VPN}
_UDP_PORTS: Final = {**_PORTS, 500: Kind.IPSEC, 4500: Kind.IPSEC}
_WIREGUARD: Final = b"\x01\0\0\0"  # type 1 and three zeros (wireguard.com/protocol)
_WIREGUARD_LENGTH: Final = 8 + 148  # of the UDP datagram that begins a tunnel
_MOST_OF_DHCP: Final = 600


def program(own: Iterable[str], resolvers: Sequence[Network]) -> bytes:
    """The filter. own: addresses of this machine, where asking is no way around.

    resolvers: to which HTTPS counts. Raises ValueError where these are far too many.
    """
    here = [ip_network(each) for each in own]
    known = [each for each in resolvers if each not in here]
    own4, own6 = _by_family(here)
    known4, known6 = _by_family(known)
    return bpf.assembled(
        [
            ("half", 12),
            ("if", _ARP, "claim"),
            ("if", _IPV4, "IPv4"),
            ("if", _IPV6, "IPv6"),
            ("take", 0),
            "IPv4",
            ("half", 20),
            ("if any", 0x1FFF, "drop"),  # a later fragment
            ("x of IPv4", 14),
            ("byte", 23),
            ("if", _UDP, "UDP"),
            ("if", _TCP, "TCP"),
            ("take", 0),
            "IPv6",
            ("x", 40),
            ("byte", 20),
            ("if", _UDP, "UDP"),
            ("if", _TCP, "TCP"),
            ("unless", _ICMPV6, "drop"),
            ("byte", 54),
            ("if", _ADVERTISEMENT, "claim"),
            ("take", 0),
            "TCP",
            ("word", bpf.DIRECTION),
            ("if", bpf.OUTGOING, "drop"),
            ("byte+x", 27),
            ("and", 0x12),  # SYN and ACK
            ("unless", 0x02, "drop"),  # the first packet alone
            ("half+x", 16),
            ("if", 53, "elsewhere"),
            ("if", 853, "elsewhere"),
            ("if", 1194, "elsewhere"),
            ("if", 443, "HTTPS"),
            ("take", 0),
            "UDP",
            ("half+x", 14),
            ("if", _DHCP_SERVER, "DHCP"),
            ("word", bpf.DIRECTION),
            ("if", bpf.OUTGOING, "drop"),
            ("half+x", 18),
            ("unless", _WIREGUARD_LENGTH, "no WireGuard"),
            ("word+x", 22),
            ("unless", 0x01000000, "no WireGuard"),
            # A frame of the other family has other bytes there, which are next to never these.
            *bpf.to_any(own4, "drop", " WireGuard"),
            *bpf.to_any(own6, "drop", " WireGuard"),
            ("take headers", _ETHERNET + 12),
            "no WireGuard",
            ("half+x", 16),
            ("if", 53, "elsewhere"),
            ("if", 853, "elsewhere"),
            ("if", 443, "QUIC"),
            ("if", 500, "IKE"),
            ("if", 4500, "IKE behind a NAT"),
            ("unless", 1194, "drop"),
            ("byte+x", 22),
            ("and", 0xF8),
            ("if", 0x38, "elsewhere"),  # P_CONTROL_HARD_RESET_CLIENT_V2
            ("if", 0x50, "elsewhere"),  # …_V3
            ("take", 0),
            "QUIC",
            ("byte+x", 22),
            ("and", 0xF0),
            ("if", 0xC0, "HTTPS"),  # Initial of version 1 (RFC 9000, section 17.2.2)
            ("if", 0xD0, "HTTPS"),  # of version 2 (RFC 9369, section 3.2)
            ("take", 0),
            "IKE behind a NAT",  # four zeros come first (RFC 3948, section 2.2)
            ("word+x", 22),
            ("unless", 0, "drop"),
            ("word+x", 34),
            ("unless", 0, "drop"),
            ("word+x", 38),
            ("unless", 0, "drop"),
            ("take headers", _ETHERNET + 8),
            "IKE",  # who answers has no number yet (RFC 7296, section 3.1)
            ("word+x", 30),
            ("unless", 0, "drop"),
            ("word+x", 34),
            ("unless", 0, "drop"),
            ("take headers", _ETHERNET + 8),
            "HTTPS",
            ("half", 12),
            ("if", _IPV6, "HTTPS by IPv6"),
            *bpf.to_any(known4, "headers"),
            ("take", 0),
            "HTTPS by IPv6",
            *bpf.to_any(known6, "headers"),
            ("take", 0),
            "elsewhere",
            ("half", 12),
            ("if", _IPV6, "elsewhere by IPv6"),
            *bpf.to_any(own4, "drop"),
            ("take headers", _ETHERNET + 8),
            "elsewhere by IPv6",
            *bpf.to_any(own6, "drop"),
            "headers",
            ("take headers", _ETHERNET + 8),
            "DHCP",
            ("take", _MOST_OF_DHCP),
            "claim",
            ("take", 70),
            "drop",
            ("take", 0),
        ]
    )


def _by_family(networks: Iterable[Network]) -> tuple[list[Network], list[Network]]:
    every = list(networks)
    return [each for each in every if each.version == 4], [
        each for each in every if each.version == 6
    ]


@dataclass(frozen=True, slots=True)
class Passing:
    """A packet on its way around. mac: of the card that sent it. target: where it goes."""

    mac: str
    kind: Kind
    target: str


def understood(frame: bytes) -> Passing | None:
    """What a frame is that passed the filter, or None; the filter knows the rest of it."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == _IPV4 and len(frame) >= _ETHERNET + 20:
        start, protocol = _ETHERNET + (frame[14] & 0x0F) * 4, frame[23]
        target = frame[30:34]
    elif kind == _IPV6 and len(frame) >= _ETHERNET + 40:
        start, protocol, target = _ETHERNET + 40, frame[20], frame[38:54]
    else:
        return None
    header = frame[start : start + 8]
    if start < _ETHERNET + 20 or len(header) < 8 or protocol not in (_TCP, _UDP):
        return None
    port, ports = int.from_bytes(header[2:4], "big"), _PORTS if protocol == _TCP else _UDP_PORTS
    length = int.from_bytes(header[4:6], "big")
    what = ports.get(port)
    if protocol == _UDP and length == _WIREGUARD_LENGTH:
        begins = frame[start + 8 : start + 12] == _WIREGUARD
        what = Kind.VPN if begins else what
    if what is None:
        return None
    return Passing(frame[6:12].hex(":"), what, str(ip_address(target)))
