"""Whether a device asks guardian, as far as that can be seen, and what it tried instead.

Pure: what was seen and the time come as arguments. Nothing here says what somebody did: a phone
does most of it by itself, and what cannot be seen is not made up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

QUIET: Final = timedelta(minutes=30)  # an awake phone asks for something every few minutes
RECENT: Final = timedelta(hours=24)  # for so long, what was tried is shown first


class Kind(StrEnum):
    """What a device tried, the most telling first."""

    VPN = "vpn"  # the first packet of a WireGuard or OpenVPN tunnel
    IPSEC = "ipsec"  # of an IPsec tunnel; calls over Wi-Fi begin in the same way
    RESOLVER = "resolver"  # HTTPS to the address of a well-known resolver
    ENCRYPTED = "encrypted"  # DNS over TLS or QUIC elsewhere, port 853
    DNS = "dns"  # plain DNS elsewhere, port 53
    NAMES = "names"  # names of VPN, proxy and other DNS services, which were blocked for it
    ROUTER = "router"  # it says that the router's address is its own (ARP)
    ADVERTISES = "advertises"  # it offers itself as a router (IPv6), beside the one there was
    DHCP = "dhcp"  # it gives out addresses, beside the server there was


AROUND: Final = frozenset(
    {Kind.VPN, Kind.IPSEC, Kind.RESOLVER, Kind.ENCRYPTED, Kind.DNS, Kind.NAMES}
)
"""Ways by which a device's own look-ups go past guardian."""

HOUSE: Final = frozenset({Kind.ROUTER, Kind.ADVERTISES, Kind.DHCP})
"""What turns the whole house's traffic, not only the device's own."""


@dataclass(frozen=True, slots=True)
class Bypass:
    """What a device tried on a day or lately.

    sign: its hardware address; where that is not known, what it is known by. times: how often,
    about. last: when, UTC.
    """

    sign: str
    kind: Kind
    times: int
    last: datetime


class State(StrEnum):
    """What can be said of a device in a word."""

    HIDDEN = "hidden"  # a VPN, relay or resolver was seen whose contents guardian cannot see
    ELSEWHERE = "elsewhere"  # it asks another resolver
    ASKS = "asks"
    SILENT = "silent"  # it is there, and asks nothing
    AWAY = "away"  # nothing is heard of it now


_HIDDEN: Final = frozenset({Kind.VPN, Kind.IPSEC, Kind.RESOLVER, Kind.NAMES})


@dataclass(frozen=True, slots=True)
class Honesty:
    """A device's state. tried: what it tried lately, the most telling first."""

    state: State
    tried: tuple[Bypass, ...] = ()

    @property
    def because(self) -> Bypass | None:
        """What the state is about, where that is something that it tried."""
        if self.state not in (State.HIDDEN, State.ELSEWHERE):
            return None
        return next((each for each in self.tried if each.kind in AROUND), None)


AWAY: Final = Honesty(State.AWAY)


def judged(
    asked: datetime | None, heard: datetime | None, tried: Iterable[Bypass], now: datetime
) -> Honesty:
    """What can be said of a device now.

    asked: when it looked something up last. heard: when the network showed it last.
    """
    order = [*Kind]
    lately = sorted(
        (each for each in tried if now - each.last <= RECENT),
        key=lambda each: order.index(each.kind),
    )
    found = tuple(lately)
    around = [each.kind for each in found if each.kind in AROUND]
    if around:
        return Honesty(State.HIDDEN if around[0] in _HIDDEN else State.ELSEWHERE, found)
    if asked is not None and now - asked < QUIET:
        return Honesty(State.ASKS, found)
    is_there = heard is not None and now - heard < QUIET
    return Honesty(State.SILENT if is_there else State.AWAY, found)
