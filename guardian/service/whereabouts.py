"""Who is at which address, kept up to date while guardian runs.

The kernel tells of its neighbours as it learns them, and files of leases are looked at twice a
second: a device is known within a second of its first packet, whichever of its addresses it uses.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from guardian.network import rtnetlink
from guardian.network.leases.files import LeaseFiles
from guardian.network.leases.lease import Lease
from guardian.network.neighbours import NOBODY, Neighbours, joined, mac_inside
from guardian.network.rtnetlink import NeighbourWatch
from guardian.network.sensor.heard import Attempt, By, Heard

MOST: Final = 10_000  # addresses
_MOST_NAMES: Final = 2000
_ORDER: Final = tuple(By)  # the most telling way first
_MOST_OF_ONE: Final = 64  # addresses of a device; a phone has a new one of IPv6 each day
_KEPT_SECONDS: Final = 3600.0  # the kernel forgets who is quiet for a minute
_PUT_TOGETHER_SECONDS: Final = 0.02  # changes come in swarms
_REST_SECONDS: Final = 0.25  # between two tables: somebody may make up addresses all day
_WHOLE_SECONDS: Final = 10.0  # between two looks at all of it


class Whereabouts:
    """table: as of now. changed: called when it is another one."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.table: Neighbours = NOBODY
        self._changed = changed
        self._files = LeaseFiles(())
        self._leases: list[Lease] = []
        self._linked: dict[str, str] = {}  # address → MAC, in the order of hearing
        self._gone: dict[str, float] = {}  # address that the kernel forgot → when, monotonic
        self._asked: dict[str, None] = {}
        self._noticed: dict[str, float] = {}  # MAC → when it was heard last, seconds since 1970
        self._said: dict[str, dict[By, str]] = {}  # MAC → how it calls itself, by how it says so
        self._fingerprints: dict[str, str] = {}  # MAC → of how it asks for an address
        self._watch: NeighbourWatch | None = None
        self._due: asyncio.TimerHandle | None = None
        self._made_at = 0.0
        self._whole_at = 0.0

    def begin(self, places: Iterable[str]) -> None:
        """Know who is there now, and hear of changes from now on."""
        with suppress(OSError):  # some kernels have it not: then looks are all there is
            self._watch = NeighbourWatch()
            asyncio.get_running_loop().add_reader(self._watch, self._heard)
        self.follow(places)
        self._files.has_changed()
        self._leases = self._files.read()
        self._look_at_kernel()
        self._make()

    def follow(self, places: Iterable[str]) -> None:
        """Look at these files of leases from now on."""
        self._files = LeaseFiles(places)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Files of leases that are there and cannot be read."""
        return self._files.unreadable

    async def look(self) -> None:
        """Look at the files, and now and then at everything."""
        files = self._files
        if files.has_changed():
            self._leases = await asyncio.to_thread(files.read)
            self._make_soon()
        if time.monotonic() - self._whole_at >= _WHOLE_SECONDS:
            self._look_at_kernel()
            self._make_soon()  # leases end

    def asked(self, addresses: Iterable[str]) -> None:
        """These addresses asked: those with a hardware address inside tell whose they are."""
        for each in addresses:
            if each not in self._linked and each not in self._asked and mac_inside(each):
                self._asked[each] = None
                self._make_soon()
        while len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]

    def heard_of(self, mac: str) -> datetime | None:
        """When a device was certainly in the network last, UTC; None where nothing tells."""
        at = self._noticed.get(mac)
        return datetime.fromtimestamp(at, UTC) if at is not None else None

    def _notice(self, mac: str) -> None:
        self._noticed.pop(mac, None)
        self._noticed[mac] = time.time()
        while len(self._noticed) > MOST:
            del self._noticed[next(iter(self._noticed))]

    def tried(self, attempt: Attempt) -> None:
        """A device tried something, so it is there."""
        self._notice(attempt.mac)

    def said(self, heard: Heard) -> None:
        """A device said its name to everybody."""
        self._notice(heard.mac)
        names = self._said.pop(heard.mac, {})
        self._said[heard.mac] = names  # the one that was heard last is at the end
        if heard.name and names.get(heard.by) != heard.name:
            names[heard.by] = heard.name
            self._make_soon()
        if heard.fingerprint and self._fingerprints.get(heard.mac) != heard.fingerprint:
            self._fingerprints[heard.mac] = heard.fingerprint
            self._make_soon()
        while len(self._said) > _MOST_NAMES:
            oldest = next(iter(self._said))
            del self._said[oldest]
            self._fingerprints.pop(oldest, None)

    def close(self) -> None:
        """Hear no more."""
        if self._due is not None:
            self._due.cancel()
        if self._watch is not None:
            asyncio.get_running_loop().remove_reader(self._watch)
            self._watch.close()
            self._watch = None

    def _heard(self) -> None:
        assert self._watch is not None  # noqa: S101 (who hears has it)
        changes = self._watch.read()
        if changes is None:
            self._look_at_kernel()
            self._make_soon()
            return
        for each in changes:
            if each.mac:
                self._link(each.address, each.mac)
                if each.is_there:
                    self._notice(each.mac)
            elif each.address in self._linked:
                self._gone.setdefault(each.address, time.monotonic())

    def _link(self, address: str, mac: str) -> None:
        self._gone.pop(address, None)
        if self._linked.get(address) != mac:
            self._linked.pop(address, None)
            self._linked[address] = mac
            self._make_soon()

    def _look_at_kernel(self) -> None:
        """Know all that it knows; what it has forgotten is kept for a while."""
        self._whole_at = now = time.monotonic()
        everybody = rtnetlink.everybody()
        there = {each.address for each in everybody}
        for each in everybody:
            self._link(each.address, each.mac)
            if each.is_there:
                self._notice(each.mac)
        for address in self._linked.keys() - there:
            if now - self._gone.setdefault(address, now) >= _KEPT_SECONDS:
                del self._gone[address], self._linked[address]
                self._make_soon()

    def _make_soon(self) -> None:
        if self._due is None:
            rest = self._made_at + _REST_SECONDS - time.monotonic()
            later = max(_PUT_TOGETHER_SECONDS, rest)
            self._due = asyncio.get_running_loop().call_later(later, self._make)

    def _make(self) -> None:
        self._due, self._made_at = None, time.monotonic()
        self._keep_few()
        gone, linked = self._gone, self._linked
        before = {each: linked[each] for each in gone if each in linked}
        here = {each: mac for each, mac in linked.items() if each not in gone}
        said = {
            mac: names[min(names, key=_ORDER.index)] for mac, names in self._said.items() if names
        }
        new = joined(
            here,
            self._leases[-MOST:],
            time.time(),
            before,
            self._asked,
            said,
            dict(self._fingerprints),
        )
        if new != self.table:
            self.table = new
            self._changed()

    def _keep_few(self) -> None:
        """Forget the oldest addresses of who has too many, and of all where there are too many."""
        by_mac: dict[str, deque[str]] = {}
        for address, mac in self._linked.items():
            by_mac.setdefault(mac, deque()).append(address)
        for theirs in by_mac.values():
            while len(theirs) > _MOST_OF_ONE:
                self._forget(theirs.popleft())
        while len(self._linked) > MOST:
            self._forget(next(iter(self._linked)))

    def _forget(self, address: str) -> None:
        self._linked.pop(address, None)
        self._gone.pop(address, None)
