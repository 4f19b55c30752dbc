"""Whose internet is off now, told to the process that keeps the firewall (`network.firewall.keep`).

Control has no right over the network. It listens on a socket in its state folder; whoever connects
is told at once, and again whenever that changes.
"""

import asyncio
import json
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from guardian.network.firewall.keep import SOCKET
from guardian.network.neighbours import Neighbours, owner_of
from guardian.policy.devices import Address, DeviceTable, Mac, Network, read_mac
from guardian.policy.off import Off, off_until
from guardian.policy.people import Household
from guardian.policy.timeline import Timeline
from guardian.service.own_socket import bound
from guardian.settings import Settings

CUT: Final = timedelta(seconds=20)
"""For how long a device is kept off where something stays open to it: its streams end, no more."""
_EVERY: Final = timedelta(seconds=60)  # told again, so that nothing ends before its time

_HELP_SECONDS: Final = 6 * 3600  # between two looks where help is; where none was found:
_HELP_AGAIN_SECONDS: Final = 30
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """off: hardware and IP addresses of the house for which the internet is off, until when.

    next: when some of it changes.
    """

    off: Mapping[str, tuple[Off, datetime]]
    next: datetime


NOBODY: Final = Found({}, datetime.max.replace(tzinfo=UTC))


class Curfew:
    """The devices whose internet is off. due: when to look again though nothing was written."""

    def __init__(self) -> None:
        self.due = _LONG_AGO
        self._server: asyncio.Server | None = None
        self._keepers: set[asyncio.StreamWriter] = set()
        self._off: dict[str, datetime] = {}  # until when
        self._cut: dict[str, datetime] = {}  # devices with something open → when they were cut
        self._open: tuple[str, ...] = ()
        self._told_at = _LONG_AGO

    async def open(self, state: Path) -> None:
        """Listen for keepers. Raises OSError."""
        sock = bound(state / SOCKET, socket.SOCK_STREAM)
        self._server = await asyncio.start_unix_server(self._serve, sock=sock)

    @property
    def is_heard(self) -> bool:
        """Whether somebody keeps the firewall in step."""
        return bool(self._keepers)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._keepers.add(writer)
        try:
            writer.write(self._line(datetime.now(UTC)))
            with suppress(OSError):
                while await reader.read(1 << 10):  # it has nothing to say
                    pass
        finally:
            self._keepers.discard(writer)
            writer.close()

    def follow(self, found: Found, now: datetime) -> None:
        """Take what is so now, and tell it where it is another than before."""
        off = found.off
        self._cut = {
            device: self._cut.get(device, now)
            for device, (what, _) in off.items()
            if what is Off.PARTLY
        }
        ends = {
            device: until if what is Off.WHOLLY else min(until, self._cut[device] + CUT)
            for device, (what, until) in off.items()
            if what is not Off.NO
        }
        ends = {device: until for device, until in ends.items() if until > now}
        if ends != self._off or now - self._told_at >= _EVERY:
            self._off = ends
            self._tell(now)
        self.due = min(found.next, now + _EVERY, *ends.values())

    def leave_open(self, addresses: Iterable[str], now: datetime) -> None:
        """Have these addresses stay open to everybody."""
        before, self._open = self._open, tuple(sorted(addresses))
        if self._open != before:
            self._tell(now)

    def _tell(self, now: datetime) -> None:
        self._told_at = now
        line = self._line(now)
        for keeper in self._keepers:
            if not keeper.is_closing():
                keeper.write(line)

    def _line(self, now: datetime) -> bytes:
        lengths = {each: (until - now).total_seconds() for each, until in self._off.items()}
        off = {each: max(1, round(seconds)) for each, seconds in lengths.items() if seconds > 0}
        return json.dumps({"off": off, "open": self._open}).encode() + b"\n"

    def close(self) -> None:
        """Tell nobody any more; what is off ends by itself."""
        for keeper in self._keepers:
            keeper.close()
        if self._server is not None:
            self._server.close()


async def keep_help_open(
    curfew: Curfew,
    settings: Callable[[], Settings],
    surviving: Callable[[], AbstractContextManager[None]],
    now: Callable[[], datetime],
) -> None:
    """Find out now and then where help is, which stays open, for as long as this runs.

    surviving: takes what the disk refuses.
    """
    before: set[str] = set()
    while True:
        found: set[str] = set()
        if settings().firewall.ends_what_is_open:
            from guardian.service import always_open  # few have a firewall

            for piece in always_open.pieces(settings()):
                with surviving():
                    told = await asyncio.to_thread(always_open.addresses, piece, settings(), now())
                    if told is None:
                        break
                    found |= told
                    curfew.leave_open(found | before, now())
            else:
                before = found
                curfew.leave_open(found, now())
        await asyncio.sleep(_HELP_SECONDS if found else _HELP_AGAIN_SECONDS)


def find(
    household: Household,
    devices: DeviceTable,
    neighbours: Neighbours,
    timelines: Mapping[str | None, Timeline],
    on_devices: Mapping[str, str],
    exempt: Sequence[Mac | Address | Network],
    now: datetime,
) -> Found:
    """Whose internet is off.

    Devices that are nobody's too, as far as neighbours tell of them. on_devices: client →
    the timeline that it follows in place of its owner's.
    """
    known: dict[str | None, tuple[Off, datetime]] = {}

    def of(key: str | None) -> tuple[Off, datetime]:
        if key not in known:
            known[key] = off_until(timelines[key], now)
        return known[key]

    every: dict[str, tuple[Off, datetime]] = {}
    for client, addresses in _clients(household, neighbours):
        if _is_exempt((client, *addresses), exempt):
            continue
        owner = owner_of(client, neighbours, devices)
        key = next((on_devices[each] for each in (client, *addresses) if each in on_devices), None)
        whose = of(key or (owner.holder.name if owner is not None else None))
        if whose[0] is not Off.NO:
            every.update(dict.fromkeys((client, *addresses), whose))
    return Found(every, min((until for _, until in known.values()), default=now + _EVERY))


def _clients(household: Household, neighbours: Neighbours) -> Iterator[tuple[str, Sequence[str]]]:
    """Each device by its hardware address with its addresses; else by an address alone."""
    seen: set[str] = set()
    for sign, addresses in neighbours.items():
        if ":" in sign and read_mac(sign) is not None:
            seen.update((sign, *addresses))
            yield sign, addresses
    for holder in household.holders:
        for device in holder.devices:
            text = device.text if isinstance(device, Mac) else str(device)
            if isinstance(device, Mac | Address) and text not in seen:
                yield text, ()


def _is_exempt(clients: Sequence[str], exempt: Sequence[Mac | Address | Network]) -> bool:
    for client in clients:
        mac = read_mac(client)
        for each in exempt:
            if mac is not None or isinstance(each, Mac):
                if mac == each:
                    return True
                continue
            address = ip_address(client)
            if address == each or (
                not isinstance(each, Address) and each.version == address.version
                and address in each
            ):  # fmt: skip
                return True
    return False
