"""What the API does with devices."""

from datetime import UTC, datetime, timedelta

from guardian.errors import GuardianError
from guardian.policy.explain import Outlook, outlook
from guardian.policy.people import Household
from guardian.policy.timeline import DeviceBlock, DeviceFree, OnDevice
from guardian.settings import own_devices
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.callers import NotAllowed
from guardian.web.api.edits import edit
from guardian.web.api.schema import BadBody
from guardian.web.devices import Device, about, devices
from guardian.web.honesty import KINDS
from guardian.web.rights import Right

LONGEST = timedelta(days=31)
_WORDS = {DeviceBlock: "block", DeviceFree: "free"}


class Refused(GuardianError):
    """Something that cannot be done to a device as it is."""


async def every(call: Call) -> things.Devices:
    """All devices: those that asked, and those that only have a name."""
    known: dict[int, Outlook] = {}  # devices of people with the same rules share their stretches
    return things.Devices(tuple(_view(call, each, known) for each in devices(call.house)))


async def one(call: Call) -> things.DeviceView:
    """One device."""
    return _view(call, call.device(), {})


def _view(call: Call, each: Device, known: dict[int, Outlook]) -> things.DeviceView:
    timeline = call.house.in_force(each.address or each.id)
    now = known.get(id(timeline.stretches))
    if now is None:
        now = known[id(timeline.stretches)] = outlook(timeline, call.house.now())
    calls_itself = each.sighting.name if each.sighting is not None else ""
    spell = each.otherwise
    return things.DeviceView(
        address=each.address, mac=each.mac, name=each.name or calls_itself, owner=each.owner,
        last=each.last, id=each.id, signs=each.signs, title=each.title, people=each.people,
        maker=each.maker, is_private=each.is_private, ignored=each.is_ignored,
        blocked=each.is_blocked, otherwise=_WORDS[type(spell)] if spell is not None else None,
        otherwise_until=spell.until if spell is not None else None, kind=now.kind,
        in_force=now.title, detail=now.detail, until=now.until, may_be=each.may_be or None,
        asks=each.honesty.state,
        tried=tuple(
            things.TriedView(tried.kind, tried.times, tried.last, KINDS[tried.kind])
            for tried in each.honesty.tried
        ),
    )  # fmt: skip


async def name(call: Call) -> None:
    """Call a device by a name."""
    device, wish = call.device(), await call.body(things.DeviceName)
    called = wish.name.strip()
    if not called or not called.isprintable():
        raise BadBody([("name", "write a name that can be shown")])
    edit(
        call,
        lambda data: own_devices.rename(data, device.signs, called),
        "named a device", _about(call, device),
    )  # fmt: skip


async def people(call: Call) -> None:
    """Give a device to a person, or to several, who share it; or to nobody."""
    device, wish = call.device(), await call.body(things.DevicePeople)
    household = call.house.settings.household
    known = [each.name for each in household.people]
    if strange := [each for each in wish.people if each not in known]:
        raise BadBody([("people", f"nobody is called {strange[0]!r}")])
    wanted = tuple(dict.fromkeys(wish.people))
    edit(
        call,
        lambda data: own_devices.give(data, device.signs, wanted, device.title),
        "said whose devices are whose", wanted[0] if len(wanted) == 1 else "",
    )  # fmt: skip


async def ignore(call: Call) -> None:
    """Show a device as new no longer; it keeps the rules of unknown devices."""
    _set_ignored(call, ignored=True)


async def notice(call: Call) -> None:
    """Show a device as new again."""
    _set_ignored(call, ignored=False)


def _set_ignored(call: Call, *, ignored: bool) -> None:
    device = call.device()
    edit(
        call,
        lambda data: own_devices.set_ignored(data, device.signs, device.title, ignored=ignored),
        "ignored a device" if ignored else "noticed a device again",
    )  # fmt: skip


async def block(call: Call) -> None:
    """No internet on a device but helplines, until a time or until it is taken back."""
    device, wish = call.device(), await call.body(things.Until)
    if wish.minutes is not None or wish.until is not None:
        _begin(call, device, DeviceBlock, _until(call, wish))
        return
    _set_blocked(call, device, blocked=True)


async def unblock(call: Call) -> None:
    """End a block of a device, of either kind."""
    device = call.device()
    if device.is_blocked:
        _set_blocked(call, device, blocked=False)
    if isinstance(device.otherwise, DeviceBlock):
        call.house.clear_device(device.signs, call.who, _about(call, device))


def _set_blocked(call: Call, device: Device, *, blocked: bool) -> None:
    if not call.may(Right.CHANGE):
        raise NotAllowed(403, f"a block without an end needs the right to {Right.CHANGE}")
    edit(
        call,
        lambda data: own_devices.set_blocked(data, device.signs, device.title, blocked=blocked),
        "blocked a device" if blocked else "unblocked a device",
        _about(call, device),
    )  # fmt: skip


async def free(call: Call) -> None:
    """Extra time on a device: windows and budgets stop nothing on it, until a time."""
    device, wish = call.device(), await call.body(things.Until)
    until = _until(call, wish)
    if device.is_blocked:
        raise Refused("this device is blocked until that is taken back")
    _begin(call, device, DeviceFree, until)


async def unfree(call: Call) -> None:
    """End extra time on a device."""
    device = call.device()
    if isinstance(device.otherwise, DeviceFree):
        call.house.clear_device(device.signs, call.who, _about(call, device))


def _begin(call: Call, device: Device, kind: type[OnDevice], until: datetime) -> None:
    spell = kind(None, device.id, call.house.now(), until)
    call.house.set_on_device(spell, device.signs, call.who, _about(call, device))


def _until(call: Call, wish: things.Until) -> datetime:
    now = call.house.now()
    if (wish.minutes is None) == (wish.until is None):
        raise BadBody([("minutes", "give minutes, or until, and not both")])
    if wish.minutes is not None and not 0 < wish.minutes <= LONGEST // timedelta(minutes=1):
        raise BadBody([("minutes", "write at most 31 days, and more than nothing")])
    until = wish.until.astimezone(UTC) if wish.until else now + timedelta(minutes=wish.minutes or 0)
    if not now < until <= now + LONGEST:
        raise BadBody([("until", "write an instant within the next 31 days")])
    return until


async def same(call: Call) -> None:
    """Say that a new device is a known one under another address, which it has from now on too."""
    new, known = call.device(), await _other(call)
    if new.id == known.id:
        raise BadBody([("device", "give another device than the one of the address")])
    edit(
        call,
        lambda data: own_devices.join(data, known.signs, new.signs, known.title),
        "said that two devices are one", _about(call, known),
    )  # fmt: skip


async def different(call: Call) -> None:
    """Say that a new device is not the known one that it may be; it is not asked again."""
    new, known = call.device(), await _other(call)
    if new.sighting is None or known.sighting is None:
        raise Refused("one of them has never asked, so nothing will be suggested")
    call.house.tell_apart(new.sighting.sign, known.sighting.sign, call.who)


async def _other(call: Call) -> Device:
    wish = await call.body(things.OtherDevice)
    return call.device_by(wish.device)


def _about(call: Call, device: Device) -> str:
    household: Household = call.house.settings.household
    return about(device, household)
