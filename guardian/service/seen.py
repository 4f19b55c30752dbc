"""The devices that asked lately, known or not."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from itertools import islice
from typing import Final

from guardian.network.neighbours import Neighbours, owner_of
from guardian.policy.devices import DeviceTable, HostName, Mac, is_told, read_mac
from guardian.policy.sightings import Sighting
from guardian.store.devices import Devices
from guardian.web.house import Seen

_MOST: Final = 2000
_WRITTEN: Final = timedelta(minutes=1)  # a device that asks all the time is written so often

_MOST_STRANGERS: Final = 50  # that news is made of at a time
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1"})


def plain_address(text: str) -> str:
    """An address as DNS sees it: no scope, no IPv4 inside IPv6. Raises ValueError."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class SeenDevices:
    """Each device by its hardware address, or by its address while that is not known."""

    def __init__(self) -> None:
        self._seen: dict[str, Sighting] = {}  # in the order of the last time
        self._written: dict[str, Sighting] = {}
        self._gone: set[str] = set()

    def remember(self, kept: Iterable[Sighting]) -> None:
        """Know again what was kept, the last one first."""
        known = {each.sign: each for each in reversed(list(kept))}
        self._written = dict(known)
        self._seen = known | self._seen

    def see(self, client: str, now: datetime, table: Neighbours) -> str:
        """A client asked: an address, or what a forwarder told of it; gives its sign."""
        sign = self._put(client, now, table)
        if len(self._seen) > _MOST:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._gone.add(oldest)
        return sign

    def recognise(self, table: Neighbours) -> None:
        """Learn the hardware addresses of those that are known by their address alone, and how
        they call themselves by now.
        """
        for each in [*self._seen.values()]:
            mac, name = _signs(each.sign, table)
            if mac and not each.mac:
                self._put(each.sign, each.last, table)
                continue
            known = _with(each, name, table)
            if known != each:
                self._seen[each.sign] = known

    def _put(self, client: str, at: datetime, table: Neighbours) -> str:
        mac, name = _signs(client, table)
        address = "" if is_told(client) else client
        before = self._seen.pop(client, None)
        if mac and mac != client:  # it may have been known by its address alone
            if before is not None:
                self._gone.add(client)
            before = self._seen.pop(mac, before)
        sign = mac or client
        if before is None:
            before = Sighting(sign, mac, name, address, at, at)
        now = replace(before, sign=sign, mac=mac, address=address, last=at)
        self._seen[sign] = _with(now, name, table)
        return sign

    def write(self, devices: Devices) -> None:
        """Keep what is new since the last time."""
        new = [each for sign, each in self._seen.items() if self._is_news(self._written.get(sign))]
        if new or self._gone:
            devices.keep(new, self._gone)
            self._written.update((each.sign, each) for each in new)
            for each in self._gone:
                self._written.pop(each, None)
            self._gone.clear()

    def _is_news(self, written: Sighting | None) -> bool:
        if written is None:
            return True
        seen = self._seen[written.sign]
        same = replace(seen, last=written.last, address=written.address) == written
        return not same or seen.last - written.last >= _WRITTEN

    def strangers(self, table: Neighbours, devices: DeviceTable) -> dict[str, str]:
        """What devices that are nobody's are known by, a MAC or an address; not this machine.

        With how they call themselves, if they do.
        """
        unnamed = (
            (each.sighting.sign, each.sighting.name)
            for each in self.all(table, devices)
            if not each.owner and each.sighting.sign not in _THIS_MACHINE
        )
        return dict(islice(unnamed, _MOST_STRANGERS))

    def all(self, table: Neighbours, devices: DeviceTable) -> list[Seen]:
        """The devices, the last one first."""
        return [self._told(each, table, devices) for each in reversed(self._seen.values())]

    def _told(self, seen: Sighting, table: Neighbours, devices: DeviceTable) -> Seen:
        addresses = tuple(table.get(seen.mac, ())) if seen.mac else ()
        if seen.mac and seen.address not in addresses:  # it has another one by now, or is away
            owner = devices.owner(
                mac=Mac(seen.mac), name=HostName(seen.name) if seen.name else None
            )
        else:
            owner = owner_of(seen.address or seen.sign, table, devices)
        return Seen(seen, owner.holder.name if owner else "", addresses)


def _with(seen: Sighting, name: str, table: Neighbours) -> Sighting:
    """A device, with what is known now of how it calls itself and asks for addresses."""
    fingerprint = table.fingerprints.get(seen.mac, seen.fingerprint)
    if (name or seen.name, fingerprint) == (seen.name, seen.fingerprint):
        return seen
    return replace(seen, name=name or seen.name, fingerprint=fingerprint)


def _signs(client: str, table: Neighbours) -> tuple[str, str]:
    """Hardware address and name of a client; "" where they are not known."""
    told = read_mac(client)
    if told is not None:
        return told.text, table.called(told.text)
    found, name = table.signs_of(client)
    mac = found.text if found else ""
    return mac, name.text if name else table.called(mac)
