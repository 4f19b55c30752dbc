"""Which addresses a device has now, by its hardware address and by the name it gives itself.

What the kernel's neighbour table says of an address holds before what a lease says, and that before
what the address itself says: an IPv6 address may have the hardware address in it (EUI-64, RFC 4291,
appendix A). So all addresses of a device are joined, the private ones of IPv6 (RFC 8981) too.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Final

from guardian.network import rtnetlink
from guardian.network.leases.files import AUTO, LeaseFiles
from guardian.network.leases.lease import Lease
from guardian.policy.devices import (
    DeviceTable,
    HostName,
    Mac,
    Owner,
    Sign,
    read_client_id,
    read_mac,
)

_UNIVERSAL: Final = 0x02  # the bit of a first byte that EUI-64 turns round
_GROUP: Final = 0x01


class Neighbours(Mapping[str, tuple[str, ...]]):
    """MAC or lower-case host name → addresses; it never changes."""

    __slots__ = ("_by_sign", "_names", "_owners", "_said", "fingerprints")

    def __init__(
        self,
        macs: Mapping[str, str] = {},
        names: Mapping[str, str] = {},
        said: Mapping[str, str] = {},
        fingerprints: Mapping[str, str] = {},
    ) -> None:
        """macs: address → MAC. names: address → the name of its device by a lease.

        said: MAC → name that it says to everybody: shown, and nobody's rules hang on it.
        fingerprints: MAC → of how it asks for an address, as far as that was heard.
        """
        self.fingerprints = fingerprints
        self._owners, self._names, self._said = macs, names, said
        by_sign: dict[str, list[str]] = {}
        for address, mac in macs.items():
            by_sign.setdefault(mac, []).append(address)
        named: dict[str, dict[str, None]] = {}
        for address, name in names.items():
            whole = by_sign[macs[address]] if address in macs else (address,)
            named.setdefault(name, {}).update(dict.fromkeys(whole))
        self._by_sign: dict[str, tuple[str, ...]] = {
            sign: tuple(sorted(addresses)) for sign, addresses in {**named, **by_sign}.items()
        }

    def __getitem__(self, sign: str) -> tuple[str, ...]:
        return self._by_sign[sign]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_sign)

    def __len__(self) -> int:
        return len(self._by_sign)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Neighbours):
            return self._all == other._all
        return self._by_sign == other

    @property
    def _all(self) -> tuple[object, ...]:
        return self._by_sign, self._said, self.fingerprints

    __hash__ = None  # type: ignore[assignment]

    def signs_of(self, address: str) -> tuple[Mac | None, HostName | None]:
        """The hardware address and the name that are known for an address."""
        mac = self._owners.get(address)
        name = self._names.get(address) or self.name_of(mac or "")
        return Mac(mac) if mac else None, HostName(name) if name else None

    def name_of(self, mac: str) -> str:
        """What a device calls itself, by any of its addresses; "" where that is not known."""
        addresses = self._by_sign.get(mac, ())
        return next((self._names[each] for each in addresses if each in self._names), "")

    def called(self, mac: str) -> str:
        """The name to show of a device: by its lease, or what it says; "" for none."""
        return self.name_of(mac) or self._said.get(mac, "")


NOBODY: Final = Neighbours()


def joined(
    linked: Mapping[str, str],
    leases: Iterable[Lease],
    now: float,
    before: Mapping[str, str] = {},
    asked: Iterable[str] = (),
    said: Mapping[str, str] = {},
    fingerprints: Mapping[str, str] = {},
) -> Neighbours:
    """What is known of a house, put together.

    linked: address → MAC as the kernel has it; before: what it had and forgot. asked: addresses
    that asked. now: seconds since 1970, for leases that have ended. said,
    fingerprints: see `Neighbours`.
    """
    macs = dict(before)
    names: dict[str, str] = {}
    for each in leases:
        if not each.holds(now):
            continue
        there = linked.get(each.address)
        if there and each.mac and there != each.mac:
            continue  # somebody else took the address: the lease's name is not theirs
        if each.mac or each.duid_mac:
            macs[each.address] = each.mac or each.duid_mac
        if each.name:
            names[each.address] = each.name
        else:
            names.pop(each.address, None)
    for address in asked:
        if address not in macs and (mac := mac_inside(address)):
            macs[address] = mac
    macs |= linked
    return Neighbours(macs, names, said, fingerprints)


def mac_inside(address: str) -> str:
    """The hardware address in an IPv6 address that was made from it; "" where none is."""
    if ":" not in address:
        return ""
    try:
        host = IPv6Address(address).packed[8:]
    except ValueError:
        return ""
    if host[3:5] != b"\xff\xfe" or not host[0] & _UNIVERSAL or host[0] & _GROUP:
        return ""
    return bytes((host[0] ^ _UNIVERSAL, *host[1:3], *host[5:])).hex(":")


def read(places: Iterable[str] = (AUTO,)) -> Neighbours:
    """What the kernel and the files of leases say now."""
    return joined(rtnetlink.neighbours(), LeaseFiles(places).read(), time.time())


def owner_of(client: str, table: Neighbours, devices: DeviceTable) -> Owner | None:
    """Whose a client is: an address, or what a forwarder told, "id:lina-phone" or a MAC.

    None for a client that is nobody's, and for a text that is none of these.
    """
    if (client_id := read_client_id(client)) is not None:
        return devices.owner(client_id=client_id)
    if (mac := read_mac(client)) is not None:
        owner = devices.owner(mac=mac)
        for address in table.get(mac.text, ()) if owner is None else ():
            owner = owner or owner_of(address, table, devices)
        # A forwarder's client has no address of its own to us: no network has it.
        return owner if owner is not None and owner.sign is not Sign.NETWORK else None
    try:
        return devices.owner(ip_address(client), *table.signs_of(client))
    except ValueError:
        return None
