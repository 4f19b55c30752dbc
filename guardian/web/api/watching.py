"""What the API does with watches of devices, own services and names; `operations` has addresses."""

from typing import Any, Final

from guardian.names import InvalidName, normalise
from guardian.safety.services import Service
from guardian.settings import own_services
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.edits import edit
from guardian.web.api.schema import BadBody
from guardian.web.house import CannotWatch, NotThere
from guardian.web.rights import Right
from guardian.web.watching import Heard

_MINUTES: Final = range(1, 11)


async def watch(call: Call) -> things.WatchView:
    """Watch what a device asks for, for at most ten minutes."""
    wish = await call.body(things.NewWatch)
    if wish.minutes not in _MINUTES:
        raise BadBody([("minutes", "write a number from 1 to 10")])
    site = _name("site", wish.site) if wish.site else ""
    try:
        address = call.request.remote or ""
        device = call.house.watch(wish.device, wish.minutes, site, call.who, address)
    except CannotWatch as problem:
        raise BadBody([("device", str(problem))]) from None
    return _watch(_wanted(call, device))


async def watches(call: Call) -> things.Watches:
    """The devices that are watched, or were lately, without names."""
    return things.Watches(tuple(map(_watch, call.house.watches())))


async def watched(call: Call) -> things.WatchView:
    """What a watched device asked for, what is perhaps the app's own first."""
    return _watch(_wanted(call, call.request.match_info["device"]))


async def stop_watch(call: Call) -> None:
    """Watch a device no longer; what was seen stays for ten minutes after the last look."""
    call.house.stop_watch(_wanted(call, call.request.match_info["device"]).sign, call.who)


async def forget_watch(call: Call) -> None:
    """Watch a device no longer, and forget what was seen."""
    call.house.forget_watch(call.request.match_info["device"])


def _wanted(call: Call, sign: str) -> Heard:
    heard = call.house.watched(sign, call.speaks)
    if heard is None:
        raise NotThere(f"{sign[:60]} is not watched; nothing is kept of it")
    return heard


def _watch(heard: Heard) -> things.WatchView:
    return things.WatchView(
        heard.sign, heard.owner, heard.site, heard.since, heard.until, heard.is_running,
        heard.sites, heard.left_out,
    )  # fmt: skip


async def services(call: Call) -> things.OwnServices:
    """The apps that the household made itself."""
    own = call.house.settings.services.own
    return things.OwnServices(tuple(map(_service, own.values())))


async def make_service(call: Call) -> things.OwnService:
    """Make an app of names; every person has a switch for it then."""
    wish = await call.body(things.NewService)
    settings = call.house.settings
    names = [_name("names", each) for each in wish.names]
    if not names or not wish.title.strip():
        raise BadBody([("names", "give a title and at least one name")])
    for each in names:
        if not call.house.sites(each):
            raise BadBody([("names", f"many sites share {each}; give the name of one")])
    taken = settings.services.known() | settings.categories
    service_id = own_services.word_for(wish.title, taken)
    title = wish.title.strip()
    edit(
        call,
        lambda data: own_services.add(data, service_id, title, names),
        "made an app of names",
    )  # fmt: skip
    return _service(call.house.settings.services.own[service_id])


async def remove_service(call: Call) -> None:
    """Give one up, and its switch with it."""
    service_id = _own_service(call).id
    edit(call, lambda data: own_services.remove(data, service_id), "changed an own app")


def _own_service(call: Call) -> Service:
    wanted = call.request.match_info["service"]
    found = call.house.settings.services.own.get(wanted)
    if found is None:
        raise NotThere(f'the household has made no app "{wanted[:60]}"')
    return found


def _service(service: Service) -> things.OwnService:
    return things.OwnService(service.id, service.title["en"], service.names)


async def lookup(call: Call) -> things.LookedUp:
    """Which lists name a `name`. Of illegal content an owner alone is told, and only that it is."""
    qname = _name("name", call.query("name"))
    says = call.house.who_says(qname, call.speaks.code, may_know=call.may(Right.OWN))
    if says is None:
        return things.LookedUp(qname, is_illegal=True, lists=())
    lists = tuple(
        things.ListWord(each.list, each.category, each.version, each.allows, each.line, each.came)
        for each in says
    )
    return things.LookedUp(qname, is_illegal=False, lists=lists)


async def undo_answer(call: Call) -> None:
    """Take an answer to a request back, while its time is not over."""
    call.house.take_back(call.number("number"), call.who)


def _name(field: str, text: Any) -> str:
    try:
        return normalise(text)
    except InvalidName as problem:
        raise BadBody([(field, str(problem))]) from None
