"""Devices and whose they are: the surest sign first, then the narrowest network."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guardian.policy.people import Person

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Mac:
    """A hardware address: six bytes as "a4:83:e7:00:00:01"."""

    text: str


@dataclass(frozen=True, slots=True)
class HostName:
    """The name a device gives itself to DHCP, in lower case."""

    text: str


Device = Mac | HostName | Address | Network


class Sign(StrEnum):
    """By what a device was recognised."""

    ADDRESS = "address"
    MAC = "hardware address"
    NAME = "device name"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a device is, and how we know."""

    person: "Person"
    device: Device
    sign: Sign


class DeviceTable:
    """Who asks: by address, then hardware address, then name, then the narrowest network."""

    def __init__(self, people: Iterable["Person"]) -> None:
        self._single: dict[Device, Person] = {}
        networks: list[tuple[Network, Person]] = []
        for person in people:
            for device in person.devices:
                if isinstance(device, IPv4Network | IPv6Network):
                    networks.append((device, person))
                else:
                    self._single[device] = person
        self._networks = sorted(networks, key=lambda each: -each[0].prefixlen)

    def owner(
        self, address: Address, mac: Mac | None = None, name: HostName | None = None
    ) -> Owner | None:
        """Whose device this is; None where nobody has named it."""
        signs = ((address, Sign.ADDRESS), (mac, Sign.MAC), (name, Sign.NAME))
        for device, sign in signs:
            if device is not None and (person := self._single.get(device)) is not None:
                return Owner(person, device, sign)
        for network, person in self._networks:
            if network.version == address.version and address in network:
                return Owner(person, network, Sign.NETWORK)
        return None
