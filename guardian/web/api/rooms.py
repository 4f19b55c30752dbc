"""What belongs to the whole house, by the API: lists, links, backup, the way out, events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from aiohttp import web

from guardian.policy.events import EventKind
from guardian.safety.helplines import Help, help_in
from guardian.settings import own_lists
from guardian.settings.canonical import canonical
from guardian.settings.fields import Wrong
from guardian.settings.sections.resolver import Strategy
from guardian.settings.sections.upstreams import servers_at
from guardian.store.accounts import Role
from guardian.store.links import Link, LinkDeed
from guardian.web import links as household_links
from guardian.web.api.call import Call
from guardian.web.api.edits import edit
from guardian.web.api.schema import BadBody
from guardian.web.certificate import CertificateStatus
from guardian.web.configuration import Conflict
from guardian.web.forms import is_title
from guardian.web.house import House

_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class NewList:
    """A list to subscribe to. url: over HTTPS. category: what its names are."""

    name: str
    url: str
    category: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link that does one thing. used: when last; left: how often today still.

    until: None for no end. works: whether it does anything at the moment.
    """

    number: int
    title: str
    deed: LinkDeed
    person: str
    minutes: int
    per_day: int
    left: int
    maker: str
    made: datetime
    until: datetime | None
    used: datetime | None
    works: bool


@dataclass(frozen=True, slots=True)
class Links:
    """The newest first."""

    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to make. title: for whom or where it is. days: that it lives; None for no end."""

    title: str
    deed: LinkDeed
    person: str
    minutes: int
    per_day: int = 1
    days: int | None = None


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A link that was just made: its path is shown only now."""

    number: int
    path: str


@dataclass(frozen=True, slots=True)
class UpstreamTry:
    """Somebody who might answer for the internet, as under `upstreams` in the configuration.

    address: 9.9.9.9, tls://9.9.9.9#dns.quad9.net. bootstrap: IP addresses of one by its name.
    """

    address: str
    bootstrap: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpstreamTried:
    """milliseconds: that the answer took; None where there was none.

    trouble, mend: what is wrong then, and what to do about it, as sentences.
    """

    milliseconds: int | None
    trouble: str
    mend: str


@dataclass(frozen=True, slots=True)
class UpstreamView:
    """Somebody who looks up names. names: under which it is asked; people: for whom alone.

    for_all: whether for everything. milliseconds: that its answers take; None where none came yet.
    """

    address: str
    for_all: bool
    names: tuple[str, ...]
    people: tuple[str, ...]
    milliseconds: int | None
    well: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class Upstreams:
    """In the order of the configuration. strategy: which of several is asked."""

    strategy: Strategy
    upstreams: tuple[UpstreamView, ...]


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """One from elsewhere, in PEM. key: left out where it stands in the same text."""

    certificate: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class FirstRun:
    """done: whether somebody has an account. people: how many there are in the house."""

    done: bool
    people: int


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened. minutes: until it comes, or that are left. sentence: for people."""

    id: int
    at: datetime
    kind: EventKind
    person: str | None
    minutes: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Happened:
    """The oldest first. next: give it as `after` for newer ones."""

    events: tuple[EventView, ...]
    next: int


async def add_list(call: Call) -> None:
    """Subscribe to a list."""
    wish = await call.body(NewList)
    source = {
        "name": wish.name, "url": wish.url, "category": wish.category.lower(), "update": "1d",
    }  # fmt: skip

    edit(call, lambda data: own_lists.add(data, source), f"added the list {wish.name}")


async def remove_list(call: Call) -> None:
    """Give up a list that the household chose."""
    wanted = call.request.match_info["id"]
    if wanted not in {each.id for each in call.house.settings.lists.sources}:
        raise web.HTTPNotFound
    edit(call, lambda data: own_lists.remove(data, wanted), f"gave up the list {wanted}")


async def links(call: Call) -> Links:
    """Links that do one thing for whoever has them."""
    today = call.house.now().astimezone(call.house.settings.household.zone).date()
    return Links(
        tuple(
            LinkView(
                each.number, each.title, each.deed, each.person, each.minutes, each.per_day,
                each.left(today), each.maker, each.made, each.until, each.used,
                household_links.works(call.house, each),
            )
            for each in call.house.store.links.all()
        )
    )  # fmt: skip


async def add_link(call: Call) -> FreshLink:
    """Make a link. It is whose key or session makes it, and does nothing without their account."""
    wish, now = await call.body(NewLink), call.house.now()
    people = {each.name for each in call.house.settings.household.people if each.profile}
    wrong = [
        ("title", "write at most 40 characters", is_title(wish.title)),
        ("person", "nobody with rules is called so", wish.person in people),
        ("minutes", "write a number from 1 to 1440", 1 <= wish.minutes <= 1440),
        ("per_day", "write a number from 1 to 100", 1 <= wish.per_day <= 100),
        ("days", "write a number from 1 to 3650", wish.days is None or 1 <= wish.days <= 3650),
    ]
    errors = [(field, said) for field, said, fits in wrong if not fits]
    if errors:
        raise BadBody(errors)
    most = household_links.MOST
    if len(call.house.store.links.all()) >= most:
        raise Conflict(f"there are {most} links; revoke some before you make more")
    until = now + timedelta(days=wish.days) if wish.days else None
    link = Link(
        0, "", wish.title, wish.deed, wish.person, wish.minutes, wish.per_day, _maker(call), now,
        until,
    )  # fmt: skip
    number, token = household_links.make(call.house, link, call.who)
    return FreshLink(number, f"/do/{token}")


def _maker(call: Call) -> str:
    """The account that stands for a link. Raises Conflict where there is none."""
    if call.caller.owner:
        return call.caller.owner
    owners = [each for each in call.house.store.accounts.all() if each.role is Role.OWNER]
    if not owners:
        raise Conflict("nobody has an account yet; make one first")
    return owners[0].name


async def revoke_link(call: Call) -> None:
    """Let a link do nothing from now on."""
    link = household_links.numbered(call.house, call.number("number"))
    if link is None:
        raise web.HTTPNotFound
    household_links.revoke(call.house, link, call.who)


async def backup(call: Call) -> bytes:
    """The household as one file, in its canonical form."""
    content = canonical(call.house.settings.path.read_bytes())
    call.house.store.accounts.note(call.who, "downloaded the household", "", call.house.now())
    return content


async def restore(call: Call) -> None:
    """Put such a file in place of the configuration; undo can put back what was before."""
    call.house.configuration.replace(await call.content(), call.who)


async def try_upstream(call: Call) -> UpstreamTried:
    """Ask somebody for a name, to see whether they answer from here."""
    wish = await call.body(UpstreamTry)
    try:
        server = servers_at(wish.address, tuple(map(ip_address, wish.bootstrap)))[0]
    except ValueError:
        raise BadBody([("bootstrap", "write IP addresses, such as 9.9.9.9")]) from None
    except Wrong as wrong:
        raise BadBody([("address", f"{wrong.problem}; {wrong.mend}")]) from None
    tried = await call.house.try_upstream(server)
    return UpstreamTried(tried.milliseconds, tried.trouble, tried.mend)


async def upstreams(call: Call) -> Upstreams:
    """Who looks up names, and how they do."""
    return Upstreams(
        call.house.settings.resolver.strategy,
        tuple(
            UpstreamView(
                str(each.server), each.for_all, each.names, each.people, each.milliseconds,
                each.is_well, each.trouble,
            )
            for each in call.house.upstreams()
        ),
    )  # fmt: skip


async def certificate(call: Call) -> CertificateStatus:
    """The certificate of the pages; 404 where they are plain HTTP."""
    found = call.house.certificate.status()
    if found is None:
        raise web.HTTPNotFound
    return found


async def renew_certificate(call: Call) -> CertificateStatus:
    """Have guardian make a fresh certificate, and use it."""
    await call.house.certificate.renew(call.who)
    return await certificate(call)


async def upload_certificate(call: Call) -> CertificateStatus:
    """Use a certificate from elsewhere; its key is never told again."""
    wish = await call.body(NewCertificate)
    chain, key = (each.encode("ascii", "replace") for each in (wish.certificate, wish.key))
    await call.house.certificate.upload(chain, key, call.who)
    return await certificate(call)


async def first_run(call: Call) -> FirstRun:
    """Whether the first run is done."""
    people = len(call.house.settings.household.people)
    return FirstRun(bool(call.house.store.accounts.all()), people)


async def help_for(call: Call) -> Help:
    """Who helps children in a country: to talk, to report, in danger; without one, at home."""
    return help_in(call.query("country") or call.house.settings.household.country)


async def happened(call: Call) -> Happened:
    """What happened: bedtimes that came, minutes that ran low, pauses, requests; `after` an id."""
    text = call.query("after")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise BadBody([("after", "give the number that `next` had")])
    after = int(text) if text else 0
    rows = events_after(call.house, after)
    return Happened(rows, rows[-1].id if rows else after)


def events_after(house: House, after: int) -> tuple[EventView, ...]:
    """The events after the one of an id, at most as many as fit on a page."""
    return tuple(
        EventView(each.id, each.at, each.kind, each.person, each.minutes, each.sentence)
        for each in house.store.events.after(after, most=_PAGE)
    )
