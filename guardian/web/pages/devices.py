"""The devices of the house: seen ones and named ones, and whose they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from guardian.policy.devices import written
from guardian.settings.edit import listed
from guardian.web.house import Seen
from guardian.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """A device as the page shows it.

    sign: by what it is known: hardware address where there is one, else address or name.
    title: what people recognise it by. owner: "" for nobody. last: when it asked; None if not yet.
    """

    sign: str
    title: str
    address: str
    owner: str
    last: datetime | None
    is_here: bool


def rows(visit: Visit) -> list[Row]:
    """Devices that asked, the last one first; then those that are only named so far."""
    here = visit.request.remote
    seen = [_seen(each, each.address == here) for each in visit.house.seen()]
    shown = {sign for each in visit.house.seen() for sign in (each.mac, each.name, each.address)}
    named = [
        Row(written(device), written(device), "", person.name, None, is_here=False)
        for person in visit.house.settings.household.people
        for device in person.devices
        if written(device) not in shown
    ]
    return [*seen, *named]


def _seen(each: Seen, is_here: bool) -> Row:  # noqa: FBT001 (a fact of the row)
    title = each.name or each.mac or each.address
    return Row(each.mac or each.address, title, each.address, each.owner, each.last, is_here)


async def show(visit: Visit) -> web.StreamResponse:
    """The page: those that are nobody's first."""
    found = rows(visit)
    people = visit.house.settings.household.people
    return visit.page(
        "devices.html",
        nobodys=[each for each in found if not each.owner],
        owned=[(who.name, [each for each in found if each.owner == who.name]) for who in people],
        people=people,
    )


async def keep(visit: Visit) -> web.StreamResponse:
    """Keep whose each device is."""
    assign(visit)
    return visit.go("/devices", visit.say("Kept. The rules hold from now on."))


def assign(visit: Visit) -> None:
    """Give devices to people, or to nobody, as the form says; fields are named by sign."""
    people = {each.name for each in visit.house.settings.household.people}
    wishes = {
        each.sign: visit.form.get(f"owner-{each.sign}")
        for each in rows(visit)
        if visit.form.has(f"owner-{each.sign}")
        and visit.form.get(f"owner-{each.sign}") != each.owner
    }
    wishes = {sign: owner for sign, owner in wishes.items() if owner in people or not owner}
    if not wishes:
        return
    other_signs = {
        each.mac or each.address: {each.mac, each.name, each.address} for each in visit.house.seen()
    }

    def change(data: Any) -> None:
        gone = {sign for wish in wishes for sign in other_signs.get(wish, {wish})}
        for person in listed(data.get("people")):
            theirs = listed(person.get("devices"))
            kept = [each for each in theirs if str(each).lower() not in gone]
            new = [sign for sign, owner in wishes.items() if owner == str(person["name"])]
            if kept + new != theirs:
                person["devices"] = kept + new

    visit.house.edit(change, "said whose devices are whose", visit.who, "")
