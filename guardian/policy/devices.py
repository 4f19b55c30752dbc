"""Devices and whose they are: the surest sign first, then the narrowest network."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from guardian.policy.people import Holder


ID_PREFIX: Final = "id:"
_MAC: Final = re.compile(r"[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}")
_CLIENT_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

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


@dataclass(frozen=True, slots=True)
class ClientId:
    """What a device, or a forwarder that it asks, says it is: one DNS label in lower case.

    A label, so that it can stand in a path (DoH) and in a server's name (DoT, DoQ) as well.
    """

    text: str


Device = Mac | HostName | ClientId | Address | Network


def read_mac(text: str) -> Mac | None:
    """The hardware address that a text is, written with colons or hyphens."""
    lower = text.lower()
    return Mac(lower.replace("-", ":")) if _MAC.fullmatch(lower) else None


def read_client_id(text: str) -> ClientId | None:
    """The client id that a text such as "id:lina-phone" is."""
    lower = text.lower()
    name = lower.removeprefix(ID_PREFIX)
    return ClientId(name) if name != lower and _CLIENT_ID.fullmatch(name) else None


def is_told(client: str) -> bool:
    """Whether a client is called by what a forwarder told of it, and not by its address."""
    return read_mac(client) is not None or read_client_id(client) is not None


@lru_cache(maxsize=4096)  # pages ask for all of a house again and again
def read_sign(text: str) -> Device:
    """What a device is known by, from how `written` writes it; no network."""
    try:
        return ip_address(text)
    except ValueError:
        return read_mac(text) or read_client_id(text) or HostName(text.lower())


def written(device: Device) -> str:
    """A device as a configuration writes it."""
    match device:
        case ClientId(text):
            return f"{ID_PREFIX}{text}"
        case Mac(text) | HostName(text):
            return text
    return str(device)


class Follows(StrEnum):
    """Whose rules hold for what several people use."""

    STRICTEST = "strictest"
    CHECKED_IN = "checked-in"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class SharedDevice:
    """Something that several people use: a TV, a console.

    name: no person's and no other's in the household.
    of: names of people; the strictest of them holds where nobody alone is followed.
    person: the name of the one that it follows, for PERSON.
    """

    name: str
    devices: tuple[Device, ...]
    follows: Follows
    of: tuple[str, ...]
    person: str | None = None


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """One device by all that it is known by: whoever has one of its signs has all of them.

    name: no other device's. signs: no networks.
    blocked: it has no internet but helplines, whoever has it. ignored: it is not shown as new.
    """

    signs: tuple[Device, ...]
    name: str
    blocked: bool = False
    ignored: bool = False


class Sign(StrEnum):
    """By what a device was recognised."""

    CLIENT_ID = "client id"
    ADDRESS = "address"
    MAC = "hardware address"
    NAME = "device name"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a device is, and how we know."""

    holder: "Holder"
    device: Device
    sign: Sign


class DeviceTable:
    """Who asks: by client id, address, hardware address, name, then the narrowest network."""

    def __init__(self, holders: Iterable["Holder"]) -> None:
        self._single: dict[Device, Holder] = {}
        networks: list[tuple[Network, Holder]] = []
        for holder in holders:
            for device in holder.devices:
                if isinstance(device, IPv4Network | IPv6Network):
                    networks.append((device, holder))
                else:
                    self._single[device] = holder
        self._networks = sorted(networks, key=lambda each: -each[0].prefixlen)

    def owner(
        self,
        address: Address | None = None,
        mac: Mac | None = None,
        name: HostName | None = None,
        client_id: ClientId | None = None,
    ) -> Owner | None:
        """Whose device this is; None where nobody has named it."""
        signs = (
            (client_id, Sign.CLIENT_ID),
            (address, Sign.ADDRESS),
            (mac, Sign.MAC),
            (name, Sign.NAME),
        )
        for device, sign in signs:
            if device is not None and (holder := self._single.get(device)) is not None:
                return Owner(holder, device, sign)
        if address is not None:
            for network, holder in self._networks:
                if network.version == address.version and address in network:
                    return Owner(holder, network, Sign.NETWORK)
        return None
