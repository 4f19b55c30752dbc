"""Links that do one thing for whoever has them: on a grandparent's home screen, on the fridge.

A parent makes and revokes them here. What a link opens only says what it does; it is done by the
button on it, so that what fetches links by itself (previews, scanners) does nothing. The token is
random and kept as its hash: it is shown when it is made, and never again.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web

from guardian.policy import sentences
from guardian.policy.requests import Answer
from guardian.policy.timeline import Grant, Pause, Spell
from guardian.store.accounts import key_of
from guardian.store.links import Link, LinkDeed
from guardian.web import links
from guardian.web.forms import Bad, is_title, one_of, whole_number
from guardian.web.marked import sentence
from guardian.web.pages.requests import asked
from guardian.web.visit import Visit

_MINUTES: Final = (15, 30, 60, 120)
_PER_DAY: Final = (1, 2, 3, 10)
_DAYS: Final = ("1", "7", "30", "365", "")
_JUST_NOW: Final = timedelta(minutes=2)
_DOES: Final = {
    LinkDeed.PAUSE: sentence("Pause %(person)s for %(time)s"),
    LinkDeed.EXTRA: sentence("%(time)s more for %(person)s"),
}
_KINDS: Final[dict[LinkDeed, type[Spell]]] = {LinkDeed.PAUSE: Pause, LinkDeed.EXTRA: Grant}


_ANSWERS: Final = {
    Answer.ONCE: sentence("%(request)s. Say yes, once"),
    Answer.NO: sentence("%(request)s. Say: not now"),
}


def does(visit: Visit, link: Link) -> str:
    """What a link does, as a sentence."""
    if link.deed is LinkDeed.ANSWER:
        request = links.request_of(visit.house, link)
        said = asked(visit, request) if request else ""
        return visit.say(_ANSWERS[Answer(link.answer)], request=said)
    minutes = visit.language.minutes(link.minutes)
    return visit.say(_DOES[link.deed], person=link.person, time=minutes)


async def show(visit: Visit) -> web.StreamResponse:
    """All links, and the form for a new one."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    language = visit.language
    children = [each.name for each in visit.house.settings.household.people if each.profile]
    return visit.page(
        "links/all.html",
        links=[
            (each, does(visit, each), links.works(visit.house, each))
            for each in visit.house.store.links.all()
        ],
        people=[(each, each) for each in children],
        deeds=[
            (LinkDeed.PAUSE, visit.say("Pause: internet off for a while")),
            (LinkDeed.EXTRA, visit.say("Extra time")),
        ],
        minutes=[(str(each), language.minutes(each)) for each in _MINUTES],
        per_day=[(str(each), language.number(each)) for each in _PER_DAY],
        days=[
            ("1", visit.say("A day")), ("7", visit.say("A week")), ("30", visit.say("A month")),
            ("365", visit.say("A year")), ("", visit.say("Until it is revoked")),
        ],
    )  # fmt: skip


def _title(text: str) -> str:
    if not is_title(text):
        raise Bad("Write for whom or where it is, in at most 40 characters.")
    return text


async def make(visit: Visit) -> web.StreamResponse:
    """Make a link; its token is shown on the next page."""
    form, now = visit.form, visit.house.now()
    title = form.read("title", _title)
    deed = form.read("deed", one_of([*_DOES]))
    people = [each.name for each in visit.house.settings.household.people if each.profile]
    person = form.read("person", one_of(people))
    minutes = form.read("minutes", whole_number(1, 24 * 60))
    per_day = form.read("per_day", whole_number(1, 100))
    days = form.read("days", one_of(_DAYS))
    if len(visit.house.store.links.all()) >= links.MOST:
        form.wrong("title", "There are 50 links. Revoke some before you make more.")
    if (
        title is None or deed is None or person is None or minutes is None or per_day is None
        or days is None or not form.is_good
    ):  # fmt: skip
        return _page(visit)
    until = now + timedelta(days=int(days)) if days else None
    link = Link(0, "", title, LinkDeed(deed), person, minutes, per_day, visit.who, now, until)
    number, token = links.make(visit.house, link, visit.who)
    _fresh(visit)[number] = token
    return visit.go(f"/links/{number}")


def _fresh(visit: Visit) -> dict[int, str]:
    """Tokens of links that were just made, for this session's eyes."""
    kept: dict[str, dict[int, str]] = visit.request.app["fresh links"]
    key = visit.session.key if visit.session else ""
    if key not in kept and len(kept) >= links.MOST:
        kept.clear()
    return kept.setdefault(key, {})


async def made(visit: Visit) -> web.StreamResponse:
    """A link that was just made: to be sent, scanned or printed."""
    link = _numbered(visit)
    token = _fresh(visit).get(link.number)
    address = f"{visit.request.scheme}://{visit.request.host}/do/{token}" if token else ""
    return visit.page(
        "links/made.html", link=link, does=does(visit, link), address=address,
        qr=_qr(address) if address else "", is_local=_is_local(visit.request.url.host or ""),
    )  # fmt: skip


def _numbered(visit: Visit) -> Link:
    """The link of the path. Raises HTTPNotFound."""
    link = links.numbered(visit.house, visit.number("number"))
    if link is None:
        raise web.HTTPNotFound
    return link


def _qr(address: str) -> str:
    """A QR code as SVG, black on white in every theme, so that every phone reads it."""
    import segno  # only where somebody makes a link

    code = segno.make(address, error="m")
    return str(
        code.svg_inline(
            omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None,
        )
    )  # fmt: skip


def _is_local(host: str) -> bool:
    """Whether an address leads back to whatever device opens it."""
    return host in ("localhost", "::1") or host.startswith("127.")


async def revoke(visit: Visit) -> web.StreamResponse:
    """Let a link do nothing from now on."""
    link = _numbered(visit)
    links.revoke(visit.house, link, visit.who)
    _revoked(visit)[link.number] = link
    said = visit.say("The link “%(title)s” does nothing now.", title=link.title)
    return visit.go("/links", said, f"/links/{link.number}/restore")


def _revoked(visit: Visit) -> dict[int, Link]:
    """Links that were revoked since guardian started, the last ones: in memory alone."""
    kept: dict[int, Link] = visit.request.app["revoked links"]
    while len(kept) > links.MOST:
        del kept[next(iter(kept))]
    return kept


async def restore(visit: Visit) -> web.StreamResponse:
    """Let a link that was revoked by mistake do again what it did."""
    link = _revoked(visit).pop(visit.number("number"), None)
    if link is None:
        return visit.go("/links", visit.say("This link cannot be brought back any more."))
    links.restore(visit.house, link, visit.who)
    return visit.go("/links", visit.say("The link “%(title)s” works again.", title=link.title))


async def open_link(visit: Visit) -> web.StreamResponse:
    """Say what a link does; it does nothing yet."""
    link = _wanted(visit)
    if link is None:
        return _none(visit)
    now = visit.house.now()
    is_done = link.used is not None and now - link.used < _JUST_NOW
    response = visit.page(
        "links/do.html", link=link, does=does(visit, link), is_done=is_done,
        left=link.left(visit.now.date()), until=_until(visit, link) if is_done else "",
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


async def do(visit: Visit) -> web.StreamResponse:
    """Do what a link does."""
    link = _wanted(visit)
    if link is None:
        return _none(visit)
    house, now = visit.house, visit.house.now()
    if link.deed is LinkDeed.ANSWER:
        return _give_answer(visit, link)
    if house.store.links.use(link.number, now, visit.now.date()):
        spell = _KINDS[link.deed](link.person, None, now, now + timedelta(minutes=link.minutes))
        # A longer one that holds already, by a parent's own hand, is not cut short.
        if _standing(visit, link) <= spell.until:
            house.begin(spell, visit.say("“%(title)s”, a link of %(maker)s", title=link.title,
                                         maker=link.maker))  # fmt: skip
    return visit.go(visit.request.path)


def _give_answer(visit: Visit, link: Link) -> web.StreamResponse:
    """Answer the request; every other link that answers it is gone with this one."""
    request = links.request_of(visit.house, link)
    if request is None:
        return _none(visit)
    who = visit.say("a message to %(maker)s", maker=link.maker)
    visit.house.answer(request.number, Answer(link.answer), "", who)
    return visit.page(
        "links/answered.html", asked=asked(visit, request), is_yes=link.answer != Answer.NO
    )


def _standing(visit: Visit, link: Link) -> datetime:
    """Until when the thing that a link does is so already; now where it is not."""
    now = visit.house.now()
    ends = [
        each.until
        for each in visit.house.store.spells.running(now)
        if type(each) is _KINDS[link.deed] and (each.person, each.thing) == (link.person, None)
    ]
    return max(ends, default=now)


def _until(visit: Visit, link: Link) -> str:
    zone = visit.house.settings.household.zone
    return sentences.clock(_standing(visit, link), visit.house.now(), zone, visit.language.say)


def _wanted(visit: Visit) -> Link | None:
    """The link of the address, if it still does something; guessing gets slower and slower."""
    brake: Any = visit.request.app["brake"]
    key = f"links from {visit.address}"
    if brake.wait(key) > 0:
        return None
    link = visit.house.store.links.of_key(key_of(visit.part("token")))
    if link is None:
        brake.failed(key)
        return None
    return link if links.works(visit.house, link) else None


def _none(visit: Visit) -> web.Response:
    return visit.page("links/none.html", 404)
