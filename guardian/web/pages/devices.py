"""The devices of the house: new ones, everybody's, and those that nobody wants to hear of."""

import asyncio
from typing import Any

from aiohttp import web

from guardian.settings import own_devices
from guardian.web.devices import Device, devices, networks
from guardian.web.edits import undo_of
from guardian.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """The page: those that are nobody's first."""
    house = visit.house
    household = house.settings.household
    found = await everything(visit)
    holders = [each.name for each in household.holders]
    return visit.page(
        "devices.html",
        new=[each for each in found if each.is_new],
        known={each.id: each for each in found},
        owned=[(name, [each for each in found if each.owner == name]) for name in holders],
        networks=networks(household),
        ignored=[each for each in found if each.is_ignored and not each.owner],
        people=household.people,
        any=bool(found),
    )


async def everything(visit: Visit) -> list[Device]:
    """All devices; the makers of those that were not looked up yet are read from a file."""
    await asyncio.to_thread(_look_up_makers, visit)
    return devices(visit.house)


def _look_up_makers(visit: Visit) -> None:
    for each in visit.house.seen():
        visit.house.maker(each.sighting.mac)  # remembered from then on


async def keep(visit: Visit) -> web.StreamResponse:
    """Keep whose each device is."""
    number = assign(visit)
    if not visit.form.is_good:
        return await show(visit)
    said = visit.say("Kept. The rules hold from now on.")
    return visit.go("/devices", said, undo_of(number, "/devices"))


def assign(visit: Visit) -> int:
    """Give devices to people, or to nobody, as the form says; fields are named by id.

    Gives the number of the change; 0 where nothing is different, or where a name is nobody's, which
    is noted at its field.
    """
    people = {each.name for each in visit.house.settings.household.people}
    wishes = [
        (each, visit.form.get(f"owner-{each.id}"))
        for each in devices(visit.house)
        if visit.form.has(f"owner-{each.id}")
    ]
    wishes = [(each, owner) for each, owner in wishes if owner != each.owner]
    for each, owner in wishes:
        if owner and owner not in people:
            visit.form.wrong(f"owner-{each.id}", "Nobody here is called that. Choose a name.")
    if not wishes or not visit.form.is_good:
        return 0

    def change(data: Any) -> None:
        for device, owner in wishes:
            own_devices.give(data, device.signs, (owner,) if owner else (), device.title)

    return visit.house.configuration.edit(change, "said whose devices are whose", visit.who, "")
