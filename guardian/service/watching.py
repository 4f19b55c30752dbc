"""A device that a parent watches from a page: who may, for how long, and what they are shown."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from guardian.policy.people import AgeBand, Holder, Person
from guardian.policy.timeline import Learning
from guardian.service import learning
from guardian.service.heard import Sorter
from guardian.service.seen import plain_address
from guardian.service.watch import MOST_DEVICES, DeviceWatch
from guardian.web.devices import find
from guardian.web.house import CannotWatch
from guardian.web.languages import Language, language
from guardian.web.watching import GROWN_UP, MANY, UNSEEN, Heard

if TYPE_CHECKING:
    from guardian.service.control import Control
    from guardian.service.house import RunningHouse

LONGEST: Final = timedelta(minutes=10)


class Watching:
    """What `web.house.House` promises of watches, kept for `RunningHouse`."""

    def __init__(self, control: "Control", house: "RunningHouse") -> None:
        self._control = control
        self._house = house

    def begin(self, sign: str, minutes: int, site: str, address: str, now: datetime) -> str:
        """Watch a device; gives what the watch is called by. Raises CannotWatch."""
        device = find(self._house, sign)
        if device is None or device.sighting is None:
            raise CannotWatch(UNSEEN)
        household = self._house.settings.household
        holder = next((each for each in household.holders if each.name == device.owner), None)
        if _is_adult(holder) and not device.is_at(plain_address(address)):
            raise CannotWatch(GROWN_UP)
        if len(self._control.watches.running().keys() - {device.id}) >= MOST_DEVICES:
            raise CannotWatch(MANY)
        until = now + min(timedelta(minutes=minutes), LONGEST)
        learns = bool(site) and self._learn(holder, site, now, until)
        signs = (*device.signs, *device.addresses)
        self._control.watches.watch(
            DeviceWatch(
                site, now, until, device.id, signs, device.title, device.owner, learns, looked=now
            )
        )
        return device.id

    def _learn(self, holder: Holder | None, site: str, now: datetime, until: datetime) -> bool:
        """Open more than chosen sites meanwhile, for who has no more than these."""
        profile = holder.profile if isinstance(holder, Person) else None
        if holder is None or profile is None or not profile.allow_only:
            return False
        store = self._house.store
        learning.begin(store, self._house.settings, Learning(holder.name, site, now, until))
        return True

    def owner(self, sign: str) -> str | None:
        """The name of whose a watched device is; None for nobody's."""
        watch = self._watch(sign)
        return watch.owner or None if watch else None

    def _watch(self, sign: str) -> DeviceWatch | None:
        return next((each for each in self._control.watches.devices if each.sign == sign), None)

    def stop(self, sign: str, now: datetime) -> None:
        """End it, and what was opened for it."""
        watch = self._control.watches.stop(sign)
        if watch is not None and watch.learning:
            learning.end(self._house.store, watch.owner, now)

    def summaries(self, now: datetime) -> Sequence[Heard]:
        """All watches without their names."""
        sorter = self._sorter("", language("en"))
        return [sorter.summary(each, now) for each in self._control.watches.devices]

    def heard(self, sign: str, speaks: Language, now: datetime) -> Heard | None:
        """One watch with its names."""
        watch = self._control.watches.look(sign)
        if watch is None:
            return None
        return self._sorter(sign, speaks).heard(watch, now)

    def _sorter(self, client: str, speaks: Language) -> Sorter:
        house = self._house
        timeline = house.in_force(client)
        return Sorter(
            house.lists_in_force,
            house.settings.services,
            partial(_title, house, speaks),
            lambda qname: house.explain(qname, timeline, speaks),
        )

    def at(self, address: str, now: datetime) -> str | None:
        """For what the device at an address, or its owner's, is watched; None where none is."""
        holder = self._control.held_by(address)
        clients = self._control.clients_heard()
        for watch in self._control.watches.running().values():
            if clients.get(address) == watch.sign or (
                holder is not None and watch.owner == holder.name
            ):
                return watch.site
        return None


def _is_adult(holder: Holder | None) -> bool:
    return isinstance(holder, Person) and holder.age_band is AgeBand.ADULT


def _title(house: "RunningHouse", speaks: Language, thing: str) -> str:
    return house.title(thing, speaks.code)
