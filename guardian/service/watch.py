"""What devices ask for while a parent watches what a site or an app needs: never on any disk.

Resolvers tell control the names once a second (`noted`); control keeps them in memory until the
parent has chosen. Two are watched: a person for whom a site is learnt (`guardian learn`, a spell of
the store), for an hour after it ended at the longest; and a device, from a page, until nobody has
looked at the page for ten minutes. Who is watched is a matter of policy (`State.watched`,
`Snapshot.heard`), not of this.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from guardian.names import InvalidName, normalise
from guardian.policy.timeline import Learning, Spell
from guardian.service.noted import MOST_NAMES

KEPT: Final = timedelta(hours=1)  # after the end, for a parent to choose
LEFT: Final = timedelta(minutes=10)  # without a look at the page of a device that was watched
MOST_DEVICES: Final = 10


@dataclass(slots=True)
class Watch:
    """What was seen of a person or device. site: what the parent wants to open, "" where they want
    to see an app. until: aware.
    """

    site: str
    since: datetime
    until: datetime
    names: dict[str, int] = field(default_factory=dict, kw_only=True)

    def take(self, told: Mapping[str, int]) -> bool:
        """Add what a resolver told; whether there is a name among it that is new."""
        before = len(self.names)
        for qname, count in told.items():
            if _is_plain(qname) and (qname in self.names or len(self.names) < MOST_NAMES):
                self.names[qname] = self.names.get(qname, 0) + count
        return len(self.names) > before

    def as_data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"site": self.site, "until": self.until.isoformat(), "names": self.names}


@dataclass(slots=True)
class DeviceWatch(Watch):
    """What was seen of one device. sign: what it is called by here. signs: all it is known by.

    title: what people know it by. owner: whose it is, "" where nobody has named it. learning:
    whether a site is learnt for them meanwhile. looked: when its page was looked at last.
    """

    sign: str
    signs: tuple[str, ...]
    title: str
    owner: str
    learning: bool
    looked: datetime


class Watches:
    """In control: everybody and everything that is watched, or was lately."""

    def __init__(
        self, spells: Callable[[datetime], Iterable[Spell]], clock: Callable[[], datetime]
    ) -> None:
        """spells: those that have not ended at an instant. clock: gives an aware instant."""
        self._spells = spells
        self._clock = clock
        self._watches: dict[str, Watch] = {}
        self._devices: dict[str, DeviceWatch] = {}

    def follow(self) -> None:
        """Begin what the store says is learnt, end what it says no more."""
        now = self._clock()
        running = {
            spell.person: spell
            for spell in self._spells(now)
            if isinstance(spell, Learning) and spell.person is not None
        }
        for person, spell in running.items():
            known = self._watches.get(person)
            if known is None or (known.site, known.since) != (spell.thing, spell.since):
                self._watches[person] = Watch(spell.thing or "", spell.since, spell.until)
        for person, watch in self._watches.items():
            if person not in running and now < watch.until:
                watch.until = now  # it was ended before its time
        self.forget_old()

    def forget_old(self) -> None:
        """Forget what ended long ago."""
        now = self._clock()
        for person, watch in list(self._watches.items()):
            if now >= watch.until + KEPT:
                del self._watches[person]
        for sign, device in list(self._devices.items()):
            if now >= max(device.until, device.looked) + LEFT:
                del self._devices[sign]

    def see(self, told: Mapping[str, Mapping[str, int]]) -> None:
        """Add what a resolver told; names of who is not watched are dropped."""
        for person, names in told.items():
            if (watch := self._watches.get(person)) is not None:
                watch.take(names)

    def tell(self, person: str) -> dict[str, Any] | None:
        """What was seen of a person, as JSON can hold it."""
        self.follow()
        watch = self._watches.get(person)
        return watch.as_data() if watch else None

    def forget(self, person: str) -> bool:
        """The parent has chosen; whether there was anything."""
        return self._watches.pop(person, None) is not None

    @property
    def devices(self) -> Sequence[DeviceWatch]:
        """The devices that are watched, or were lately; the last one first."""
        self.forget_old()
        return tuple(reversed(self._devices.values()))

    def running(self) -> dict[str, DeviceWatch]:
        """Those that are watched now, by sign."""
        now = self._clock()
        return {sign: each for sign, each in self._devices.items() if now < each.until}

    def watch(self, device: DeviceWatch) -> None:
        """Watch a device from now on, in place of what was seen of it before."""
        self._devices.pop(device.sign, None)
        self._devices[device.sign] = device

    def look(self, sign: str) -> DeviceWatch | None:
        """What was seen of a device, for who looks at its page."""
        self.forget_old()
        watch = self._devices.get(sign)
        if watch is not None:
            watch.looked = self._clock()
        return watch

    def hear(self, told: Mapping[str, Mapping[str, int]]) -> bool:
        """Add what a resolver told of devices; whether there is anything new to be seen."""
        running, anew = self.running(), False
        for sign, names in told.items():
            if sign in running:
                anew |= running[sign].take(names)
        return anew

    def stop(self, sign: str) -> DeviceWatch | None:
        """Watch a device no longer; what was seen stays, for the parent to choose."""
        watch = self._devices.get(sign)
        if watch is not None:
            watch.until = min(watch.until, self._clock())
        return watch

    def drop(self, sign: str) -> DeviceWatch | None:
        """Watch a device no longer, and forget what was seen."""
        return self._devices.pop(sign, None)


def _is_plain(qname: str) -> bool:
    """Whether a name could stand in a configuration."""
    try:
        return normalise(qname) == qname
    except InvalidName:
        return False
