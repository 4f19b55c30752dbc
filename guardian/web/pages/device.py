"""One device: what it is called, whose it is, and what is otherwise on it for a while."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Any, Final

from aiohttp import web

from guardian.policy.explain import outlook
from guardian.policy.timeline import DeviceBlock, DeviceFree, OnDevice
from guardian.policy.windows import DAY, instant
from guardian.settings import own_devices
from guardian.settings.kinds import MAX_TITLE
from guardian.store.attempts import KEPT
from guardian.web.addresses import of_device
from guardian.web.devices import Device, about, find
from guardian.web.edits import edit, undo_of
from guardian.web.forms import Bad, one_of
from guardian.web.marked import sentence
from guardian.web.rights import Right
from guardian.web.times import clock_time
from guardian.web.visit import Visit

_MINUTES: Final = ("30", "60", "120")
_MORNING: Final = "morning"
_AT: Final = "at"
ALWAYS: Final = "always"
_AT_SEVEN: Final = time(7)
_KINDS: Final[dict[str, type[OnDevice]]] = {"block": DeviceBlock, "free": DeviceFree}
_BEGUN: Final[dict[type[OnDevice], str]] = {
    DeviceBlock: sentence("No internet on %(device)s until %(time)s."),
    DeviceFree: sentence("Extra time on %(device)s until %(time)s."),
}


async def wanted(visit: Visit) -> Device:
    """The device of the address. Raises HTTPNotFound."""
    for each in visit.house.seen():
        if visit.part("device") in each.signs:
            await asyncio.to_thread(visit.house.maker, each.sighting.mac)
    found = find(visit.house, visit.part("device"))
    if found is None:
        raise web.HTTPNotFound
    return found


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return _page(visit, await wanted(visit))


def _page(visit: Visit, device: Device) -> web.Response:
    house, language = visit.house, visit.language
    known = find(house, device.may_be) if device.may_be else None
    lengths = [(each, language.minutes(int(each))) for each in _MINUTES]
    lengths += [
        (_MORNING, visit.say("Until tomorrow morning, 07:00")),
        (_AT, visit.say("Until a time that I write")),
    ]
    if visit.may(Right.CHANGE):
        lengths.append((ALWAYS, visit.say("Until I take it back (no internet only)")))
    return visit.page(
        "device.html",
        device=device,
        known=known,
        now=outlook(house.in_force(device.address or device.id), house.now(), language.say),
        lengths=lengths,
        tried=house.store.attempts.of(device.signs, house.now() - KEPT),
        people=house.settings.household.people,
        own_address_offered=house.own_addresses.is_offered(),
        own_address_since=house.own_addresses.since(device.signs),
        chosen=visit.form.all("people") if visit.form.has("called") else device.people,
    )


async def keep(visit: Visit) -> web.StreamResponse:
    """Keep what it is called, and whose it is."""
    device, people = await wanted(visit), visit.form.all("people")
    name = visit.form.read("called", _name)
    known = [each.name for each in visit.house.settings.household.people]
    if any(each not in known for each in people):
        visit.form.wrong("people", "Choose one of these.")
    if name is None or not visit.form.is_good:
        return _page(visit, device)
    gives, renames = set(people) != set(device.people), name not in (device.name, device.title)

    def change(data: Any) -> None:
        if gives:
            own_devices.give(data, device.signs, people, name or device.title)
        if renames and name:
            own_devices.rename(data, device.signs, name)

    deed = "said whose devices are whose" if gives else "named a device"
    who = people[0] if gives and len(people) == 1 else _about(visit, device)
    number = edit(visit, change, deed, who, {"name": "called"}, "called")
    if number is None:
        return _page(visit, device)
    said = visit.say("Kept. The rules hold from now on.")
    return visit.go(of_device(device.id), said, undo_of(number, of_device(device.id)))


def _name(text: str) -> str:
    if len(text) > MAX_TITLE or not text.isprintable():
        raise Bad("Write a name of at most 40 characters.")
    return text


async def begin(visit: Visit) -> web.StreamResponse:
    """Block it, or give it extra time, until a time or until that is taken back."""
    device = await wanted(visit)
    kind = visit.form.read("deed", one_of([*_KINDS]))
    length = visit.form.read("length", one_of([*_MINUTES, _MORNING, _AT, ALWAYS]))
    if kind is None or length is None:
        return _page(visit, device)
    if length == ALWAYS:
        return _always(visit, device, kind)
    until = _until(visit, length)
    if until is None:
        return _page(visit, device)
    if device.is_blocked:
        visit.form.wrong("length", "This device has no internet until you take that back.")
        return _page(visit, device)
    house, spell = visit.house, _KINDS[kind](None, device.id, visit.house.now(), until)
    house.set_on_device(spell, device.signs, visit.who, _about(visit, device))
    said = visit.say(_BEGUN[type(spell)], device=device.title, time=visit.until(until))
    return visit.go(of_device(device.id), said, of_device(device.id, "end"))


def _always(visit: Visit, device: Device, kind: str) -> web.StreamResponse:
    if kind != "block" or not visit.may(Right.CHANGE):
        visit.form.wrong("length", "Extra time needs an end. Choose one.")
        return _page(visit, device)
    number = visit.house.configuration.edit(
        lambda data: own_devices.set_blocked(data, device.signs, device.title, blocked=True),
        "blocked a device", visit.who, "", _about(visit, device),
    )  # fmt: skip
    said = visit.say("No internet on %(device)s until you take it back.", device=device.title)
    return visit.go(of_device(device.id), said, undo_of(number, of_device(device.id)))


async def end(visit: Visit) -> web.StreamResponse:
    """Back to what holds for whoever has it."""
    device, number = await wanted(visit), 0
    if device.is_blocked and not visit.may(Right.CHANGE):
        raise web.HTTPForbidden
    if device.is_blocked:
        number = visit.house.configuration.edit(
            lambda data: own_devices.set_blocked(data, device.signs, device.title, blocked=False),
            "unblocked a device", visit.who, "", _about(visit, device),
        )  # fmt: skip
    visit.house.clear_device(device.signs, visit.who, _about(visit, device))
    said = visit.say("The usual rules hold on %(device)s again.", device=device.title)
    return visit.go(of_device(device.id), said, undo_of(number, of_device(device.id)))


async def ignore(visit: Visit) -> web.StreamResponse:
    """Show it as new no longer, or again."""
    device = await wanted(visit)
    ignored = visit.form.get("ignored") == "yes"
    number = visit.house.configuration.edit(
        lambda data: own_devices.set_ignored(data, device.signs, device.title, ignored=ignored),
        "ignored a device" if ignored else "noticed a device again", visit.who, "",
    )  # fmt: skip
    said = (
        visit.say("%(device)s is no longer shown as new.", device=device.title)
        if ignored
        else visit.say("%(device)s is shown as new again.", device=device.title)
    )
    return visit.go("/devices", said, undo_of(number, "/devices"))


async def same(visit: Visit) -> web.StreamResponse:
    """It is a known one, which has its address from now on too."""
    new, known = await wanted(visit), find(visit.house, visit.form.get("known"))
    if known is None or known.id == new.id:
        raise web.HTTPNotFound
    number = visit.house.configuration.edit(
        lambda data: own_devices.join(data, known.signs, new.signs, known.title),
        "said that two devices are one", visit.who, "", _about(visit, known),
    )  # fmt: skip
    said = visit.say("Kept: it is %(device)s, with a new address.", device=known.title)
    return visit.go("/devices", said, undo_of(number, "/devices"))


async def different(visit: Visit) -> web.StreamResponse:
    """It is not the known one that it may be; that is not asked again."""
    new, known = await wanted(visit), find(visit.house, visit.form.get("known"))
    if known is None or new.sighting is None or known.sighting is None:
        raise web.HTTPNotFound
    signs = new.sighting.sign, known.sighting.sign
    visit.house.tell_apart(*signs, visit.who)
    return visit.go(
        "/devices", visit.say("Kept: these are two devices."), of_device(*_alike(signs))
    )


def _alike(signs: tuple[str, str]) -> tuple[str, str, str]:
    return signs[0], "alike", signs[1]


async def alike(visit: Visit) -> web.StreamResponse:
    """It may be a known one after all."""
    visit.house.confuse(visit.part("device"), visit.part("known"), visit.who)
    return visit.go("/devices", visit.say("Taken back."))


def _until(visit: Visit, length: str) -> datetime | None:
    """The instant that a form means; None once it is noted what is wrong."""
    now, zone = visit.house.now(), visit.house.settings.household.zone
    if length in _MINUTES:
        return now + timedelta(minutes=int(length))
    clock = _AT_SEVEN if length == _MORNING else visit.form.read("at", clock_time)
    if clock is None:
        return None
    today = now.astimezone(zone).date()
    if length == _MORNING and now.astimezone(zone).time() < clock:
        return instant(today, clock, zone)
    found = instant(today, clock, zone)
    return found if found > now else instant(today + DAY, clock, zone)


def _about(visit: Visit, device: Device) -> str:
    return about(device, visit.house.settings.household)
