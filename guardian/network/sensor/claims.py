"""Who says that it is the router, or gives out addresses: a second one turns the house's traffic.

Whom a role belongs to is whoever was heard in it first, and this machine before all others. Another
one counts while the first is still heard; where it has been silent for a while, the house has a new
router, and nothing is wrong.
"""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from guardian.network.leases.lease import read_mac
from guardian.network.sensor import dhcp, frames
from guardian.policy.honesty import Kind

_ARP, _IPV6, _ICMPV6, _ADVERTISEMENT = 0x0806, 0x86DD, 58, 134
_ETHERNET_ARP: Final = b"\0\x01\x08\0\x06\x04"  # RFC 826: Ethernet, IPv4, and their lengths
_DHCP_SERVER: Final = 67
_SILENT_SECONDS: Final = 600.0
_MOST_ROLES: Final = 64


@dataclass(frozen=True, slots=True)
class Claim:
    """A hardware address says that it has a role. about: the router's address; "" elsewhere."""

    mac: str
    kind: Kind
    about: str = ""


def understood(frame: bytes) -> Claim | None:
    """What a frame claims; None for one that claims nothing."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == _ARP and len(frame) >= 42 and frame[14:20] == _ETHERNET_ARP:
        mac = read_mac(frame[22:28].hex())
        address = IPv4Address(frame[28:32])
        return Claim(mac, Kind.ROUTER, str(address)) if mac and int(address) else None
    sender = read_mac(frame[6:12].hex())
    if kind == _IPV6 and len(frame) >= 62 and frame[20] == _ICMPV6 and sender:
        # One that is no way out of the house (lifetime 0) only tells of its own network.
        leads_out = frame[54] == _ADVERTISEMENT and any(frame[60:62])
        return Claim(sender, Kind.ADVERTISES) if leads_out else None
    message = frames.parse(frame)
    if message is not None and message.source == _DHCP_SERVER and sender:
        return Claim(sender, Kind.DHCP) if dhcp.is_offer(message.payload) else None
    return None


class Roles:
    """Who has which role on a network. macs: hardware addresses of this machine."""

    def __init__(self, macs: Collection[str]) -> None:
        self._macs = frozenset(macs)
        self._known: dict[tuple[Kind, str], tuple[str, float]] = {}

    def is_false(
        self, claim: Claim, own: Collection[str], gateways: Collection[str], now: float
    ) -> bool:
        """Whether somebody else has the role that one claims.

        own, gateways: addresses of this machine and of its routers. now: seconds, monotonic.
        """
        is_own = claim.mac in self._macs
        if claim.kind is Kind.ROUTER and claim.about not in gateways:
            return claim.about in own and not is_own
        role = claim.kind, claim.about
        holder, heard = self._known.get(role, ("", 0.0))
        if is_own or claim.mac == holder:
            self._known[role] = claim.mac, now
            return False
        if holder in self._macs or (holder and now - heard < _SILENT_SECONDS):
            return True
        if len(self._known) < _MOST_ROLES or role in self._known:
            self._known[role] = claim.mac, now
        return False
