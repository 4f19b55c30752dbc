"""The devices that asked lately, known or not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Final

from guardian.network import neighbours
from guardian.policy.devices import DeviceTable
from guardian.web.house import Seen

_MOST: Final = 2000


def plain_address(text: str) -> str:
    """An address as DNS sees it: no scope, no IPv4 inside IPv6. Raises ValueError."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class SeenDevices:
    """Address → when it asked last, in memory."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def see(self, address: str, now: datetime) -> None:
        """A client asked: an address, or what a forwarder told of it."""
        self._last.pop(address, None)  # so that the order is that of the last time
        self._last[address] = now
        if len(self._last) > _MOST:
            del self._last[next(iter(self._last))]

    def all(self, signs: Mapping[str, Sequence[str]], table: DeviceTable) -> list[Seen]:
        """The devices, the last one first. signs: MAC or host name → addresses seen now."""
        found = []
        for address, last in reversed(self._last.items()):
            mac, name = neighbours.signs_of(address, signs)
            owner = neighbours.owner_of(address, signs, table)
            found.append(
                Seen(
                    address,
                    mac.text if mac else "",
                    name.text if name else "",
                    owner.holder.name if owner else "",
                    last,
                )
            )
        return found
