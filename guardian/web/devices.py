"""The devices of the house as pages and programs see them: seen ones and named ones, each once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network

from guardian.policy.devices import KnownDevice, read_sign, written
from guardian.policy.honesty import AWAY, Honesty
from guardian.policy.people import Household
from guardian.policy.sightings import Sighting, is_private, may_be
from guardian.policy.timeline import DeviceBlock, OnDevice
from guardian.web.house import House, Seen


@dataclass(frozen=True, slots=True)
class Device:
    """A device.

    signs: texts that it is known by, the surest first. name: what people call it, "" for nothing.
    owner: whose it is, a person's name or that of what several share; "" for nobody's.
    people: who has it, one or several. shared: what several share that is this device and no other.
    sighting: when it was seen last; None if never.
    addresses: all that it has now. maker: "" where it is not known.
    is_blocked: until somebody takes it back. otherwise: what is so on it for a while.
    may_be: the sign of a known device that this one may be.
    honesty: whether it asks guardian, as far as that can be seen.
    """

    signs: tuple[str, ...]
    name: str = ""
    owner: str = ""
    people: tuple[str, ...] = ()
    shared: str = ""
    sighting: Sighting | None = None
    addresses: tuple[str, ...] = ()
    maker: str = ""
    is_blocked: bool = False
    is_ignored: bool = False
    otherwise: OnDevice | None = None
    may_be: str = ""
    honesty: Honesty = AWAY

    @property
    def id(self) -> str:
        """What it is known by first; names it in addresses of pages."""
        return self.signs[0]

    @property
    def title(self) -> str:
        """What people recognise it by."""
        calls_itself = self.sighting.name if self.sighting is not None else ""
        made_by = f"{self.maker} {self.mac[-5:]}" if self.maker else ""
        called = self.name or self.shared or calls_itself or made_by
        return called or self.mac or self.address or self.id

    @property
    def mac(self) -> str:
        """Its hardware address; "" where that is not known."""
        return self.sighting.mac if self.sighting is not None else ""

    @property
    def address(self) -> str:
        """From which it asked last; "" where that is not known."""
        return self.sighting.address if self.sighting is not None else ""

    @property
    def last(self) -> datetime | None:
        """When it asked last."""
        return self.sighting.last if self.sighting is not None else None

    @property
    def blocks(self) -> bool:
        """Whether what is otherwise on it for a while is a block, and no extra time."""
        return isinstance(self.otherwise, DeviceBlock)

    @property
    def is_private(self) -> bool:
        """Whether its hardware address is made up, and may change."""
        return is_private(self.mac)

    @property
    def is_new(self) -> bool:
        """Whether somebody should say whose it is."""
        return not self.owner and not self.is_ignored

    def is_at(self, address: str) -> bool:
        """Whether it is the one at an address."""
        return bool(address) and address in (self.address, *self.addresses, *self.signs)


def devices(house: House) -> list[Device]:
    """All devices: those that asked, the last one first; then those that only have a name."""
    household = house.settings.household
    found: dict[str, Device] = {}
    for each in house.seen():
        _add(found, _of_seen(each, household, house.maker))
    shown = {sign for each in found.values() for sign in each.signs}
    for sign, owner in _named(household):
        known = household.known([read_sign(sign)])
        if known is not None or sign not in shown:
            _add(found, _of(known, (sign,), owner, household))
    # One that asks elsewhere from the start never asked here.
    asking = {sign for each in found.values() for sign in each.signs}
    for sign in dict.fromkeys(each.sign for each in house.tried()):
        if sign not in asking:
            _add(found, Device((sign,)))
    spells = [each for each in house.spells if isinstance(each, OnDevice)]
    now = house.now()
    owners = Counter(each.owner for each in found.values())
    shared = {each.name for each in household.shared if owners[each.name] == 1}
    there = [
        replace(_with(each, shared, spells, now), honesty=house.honesty(each.signs, each.last))
        for each in found.values()
    ]
    return _suggested(there, house.store.devices.different(), now)


def _with(
    device: Device, shared: Collection[str], spells: Sequence[OnDevice], now: datetime
) -> Device:
    """The device with what holds on it for a while, and as what several share, if it is that."""
    theirs = (each for each in spells if each.thing in device.signs and each.holds(now))
    otherwise = next(theirs, None)
    if otherwise is None and device.owner not in shared:
        return device
    return replace(
        device, shared=device.owner if device.owner in shared else "", otherwise=otherwise
    )


def find(house: House, sign: str) -> Device | None:
    """The device that is known by a sign; None where there is none."""
    wanted = written(read_sign(sign))
    return next((each for each in devices(house) if wanted in each.signs), None)


def _add(found: dict[str, Device], device: Device) -> None:
    """Put a device with the others, or together with itself."""
    before = found.get(device.id)
    if before is None:
        found[device.id] = device
        return
    signs = tuple(dict.fromkeys((*before.signs, *device.signs)))
    found[device.id] = replace(
        before,
        signs=signs,
        owner=before.owner or device.owner,
        people=before.people or device.people,
        sighting=before.sighting or device.sighting,  # the last one comes first
        addresses=tuple(dict.fromkeys((*before.addresses, *device.addresses))),
        maker=before.maker or device.maker,
    )


def _of_seen(seen: Seen, household: Household, maker: Callable[[str], str]) -> Device:
    signs = tuple(written(read_sign(each)) for each in seen.signs)
    known = household.known(map(read_sign, signs)) if household.devices else None
    sighting = seen.sighting
    return replace(
        _of(known, signs, seen.owner, household),
        sighting=sighting,
        addresses=seen.addresses,
        maker="" if is_private(sighting.mac) or not sighting.mac else maker(sighting.mac),
    )


def _of(
    known: KnownDevice | None, signs: tuple[str, ...], owner: str, household: Household
) -> Device:
    device = Device(signs, owner=owner, people=_people(owner, household))
    if known is None:
        return device
    whole = (*map(written, known.signs), *signs)
    return replace(
        device,
        signs=tuple(dict.fromkeys(whole)),
        name=known.name,
        is_blocked=known.blocked,
        is_ignored=known.ignored,
    )


def _people(owner: str, household: Household) -> tuple[str, ...]:
    shared = next((each for each in household.shared if each.name == owner), None)
    if shared is not None:
        return shared.of
    return (owner,) if owner else ()


def _named(household: Household) -> Iterable[tuple[str, str]]:
    """Every sign in the configuration, and whose it is."""
    for holder in household.holders:
        for device in holder.devices:
            if not isinstance(device, IPv4Network | IPv6Network):
                yield written(device), holder.name
    for known in household.devices:
        yield written(known.signs[0]), ""


def networks(household: Household) -> dict[str, tuple[str, ...]]:
    """Whole networks that belong to somebody, by whose they are."""
    found = {
        holder.name: tuple(
            str(each) for each in holder.devices if isinstance(each, IPv4Network | IPv6Network)
        )
        for holder in household.holders
    }
    return {name: theirs for name, theirs in found.items() if theirs}


def _suggested(
    devices: Sequence[Device], different: Collection[tuple[str, str]], now: datetime
) -> list[Device]:
    """The devices, each new one with the known one that it may be."""
    known = {
        each.sighting.sign: each
        for each in devices
        if each.sighting is not None and (each.owner or (each.name and not each.is_ignored))
    }
    sightings = [each.sighting for each in known.values() if each.sighting]

    def suggested(device: Device) -> Device:
        if device.owner or device.name or device.sighting is None:
            return device
        met = may_be(device.sighting, sightings, different, now)
        return device if met is None else replace(device, may_be=known[met.sign].id)

    return [suggested(each) for each in devices]


def about(device: Device, household: Household) -> str:
    """The person whom what is done to a device is about; "" where it is nobody's alone."""
    return device.owner if any(each.name == device.owner for each in household.people) else ""
