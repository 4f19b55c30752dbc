"""`firewall`: what a router that guardian runs on does for it, so that nobody gets past."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from guardian.policy.devices import Address, ClientId, Device, HostName, Mac, Network
from guardian.settings import kinds
from guardian.settings.fields import (
    Field,
    Kind,
    Reading,
    Section,
    Unusable,
    Values,
    Wrong,
    list_of,
    record,
    scalar,
)
from guardian.settings.nodes import Node

_INTERFACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,14}")  # IFNAMSIZ is 16 with its end


@dataclass(frozen=True, slots=True)
class Firewall:
    """interfaces: those of the house; () for no firewall. exempt: devices it is not about.

    encrypted: whether port 853 elsewhere is refused. known_resolvers: whether well-known resolvers
    are, and resolvers: these too; spare: networks that are not, after all.
    end_streams: whether what is open ends when somebody's internet goes off.
    """

    interfaces: tuple[str, ...] = ()
    exempt: tuple[Mac | Address | Network, ...] = ()
    encrypted: bool = True
    known_resolvers: bool = False
    resolvers: tuple[Network, ...] = ()
    spare: tuple[Network, ...] = ()
    end_streams: bool = True

    @property
    def is_wanted(self) -> bool:
        """Whether there is to be one at all."""
        return bool(self.interfaces)

    @property
    def ends_what_is_open(self) -> bool:
        """Whether there is one that ends streams at bedtime."""
        return self.is_wanted and self.end_streams


def _interface(text: str) -> str:
    if not _INTERFACE.fullmatch(text):
        raise Wrong(f'"{text}" is no network interface', "write it as br-lan or eth1")
    return text


def _exempt(kind: Kind[Device]) -> Kind[Mac | Address | Network]:
    def read(node: Node, reading: Reading) -> Mac | Address | Network:
        device = kind.read(node, reading)
        if isinstance(device, HostName | ClientId):
            reading.note(
                node,
                Wrong(
                    "a firewall does not see what a device calls itself",
                    "write its hardware address, IP address or network",
                ),
            )
            raise Unusable
        return device

    return Kind("a hardware address, IP address or network", '"a4:83:e7:00:00:01"', read)


_NETWORK_OR_ADDRESS: Final = scalar(
    "an IP address or a network",
    "203.0.113.0/24",
    lambda text: kinds.network(text) if "/" in text else _alone(kinds.plain_address(text)),
)


def _alone(address: IPv4Address | IPv6Address) -> Network:
    if isinstance(address, IPv4Address):
        return IPv4Network(address)
    return IPv6Network(address)


INTERFACES: Final = Field(
    "interfaces",
    list_of(scalar("a network interface", "br-lan", _interface), "a list of interfaces"),
    "The interfaces of this machine behind which the house is, as `ip link` calls them. Without "
    "one there is no firewall.",
    default="[]",
)
ENCRYPTED: Final = Field(
    "encrypted",
    kinds.SWITCH,
    "Refuse DNS over TLS and QUIC to elsewhere (port 853): devices fall back to guardian.",
    default="true",
)
KNOWN_RESOLVERS: Final = Field(
    "known_resolvers",
    kinds.SWITCH,
    "Refuse everything to the addresses of well-known public resolvers, DNS over HTTPS by address "
    "above all. guardian itself may ask them.",
    default="false",
)
RESOLVERS: Final = Field(
    "resolvers",
    list_of(_NETWORK_OR_ADDRESS, "a list of addresses and networks"),
    "Further ones that are refused.",
    default="[]",
)
SPARE: Final = Field(
    "spare",
    list_of(_NETWORK_OR_ADDRESS, "a list of addresses and networks"),
    "Addresses that are not refused although `known_resolvers` has them.",
    default="[]",
)
EXEMPT: Final = Field(
    "exempt",
    list_of(_exempt(kinds.DEVICE), "a list of devices"),
    "Devices that the firewall is not about, bedtime neither: a parent's work computer. For a "
    "while: `guardian firewall exempt`.",
    default="[]",
)
END_STREAMS: Final = Field(
    "end_streams",
    kinds.SWITCH,
    "When somebody's internet goes off (bedtime, a pause, a budget that is used up), end what "
    "their devices have open. `guardian firewall keep` does it.",
    default="true",
)


def _build(values: Values, _: Reading) -> Firewall:
    return Firewall(
        tuple(dict.fromkeys(values[INTERFACES])),
        values[EXEMPT],
        values[ENCRYPTED],
        values[KNOWN_RESOLVERS],
        values[RESOLVERS],
        values[SPARE],
        values[END_STREAMS],
    )


SECTION: Final = Section(
    "firewall",
    "Where guardian runs on the router itself: what `guardian firewall apply` puts into the "
    "kernel. See [firewall.md](firewall.md).",
    (INTERFACES, ENCRYPTED, KNOWN_RESOLVERS, RESOLVERS, SPARE, EXEMPT, END_STREAMS),
    "firewall:\n  interfaces: [br-lan, br-guest]\n  known_resolvers: true\n"
    '  exempt: ["02:00:00:00:00:09"]\n',
)
FIREWALL: Final = record(SECTION, _build, "the keys interfaces, encrypted and so on")
