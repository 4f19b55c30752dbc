"""News for parents: on which channels, of what, and at what times.

An address with its password goes in and never out: pages show what is masked. What is changed here
is no part of the configuration, and is not taken back by undo.
"""

from dataclasses import replace
from datetime import time
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from guardian.store.channels import MOST, Channel, Problem, Topic
from guardian.web.channels import KINDS, TOPICS, USUAL, WHY, Kind, Wrong, kind_of
from guardian.web.forms import is_title, whole_number
from guardian.web.times import clock_time
from guardian.web.visit import Visit

_HERE: Final = "/settings/notifications"
_LONGEST_VALUE: Final = 400


async def show(visit: Visit) -> web.StreamResponse:
    """The channels, and the kinds that can be added."""
    house = visit.house
    failing = house.failing_channels()
    return visit.page(
        "settings/channels.html", channels=house.channels.all(), kinds=KINDS, topics=TOPICS,
        kind_titles={each.id: each.title for each in KINDS}, is_there=house.can_notify(),
        why={number: WHY[Problem(problem)] for number, problem in failing.items()},
    )  # fmt: skip


def _kind(visit: Visit) -> Kind:
    kind = kind_of(visit.part("kind"))
    if kind is None:
        raise web.HTTPNotFound
    return kind


def _channel(visit: Visit) -> Channel:
    """The channel of the path."""
    channel = visit.house.channels.numbered(visit.number("number"))
    if channel is None:
        raise web.HTTPNotFound
    return channel


async def show_new(visit: Visit) -> web.StreamResponse:
    """The form of a kind."""
    return _form(visit, _kind(visit), None)


def _form(visit: Visit, kind: Kind, channel: Channel | None) -> web.Response:
    sent = visit.form.has("csrf")
    chosen = channel.topics if channel else USUAL
    quiet = channel.quiet if channel else None
    return visit.page(
        "settings/channel.html", kind=kind,
        options={
            each.name: [(value, visit.say(words)) for value, words in each.options]
            for each in kind.entries
        }, channel=channel, topics=TOPICS,
        chosen=set(visit.form.all("topic")) if sent else chosen,
        answers=visit.form.has("answers") if sent else bool(channel and channel.answers),
        quiet=[f"{each:%H:%M}" for each in quiet] if quiet else ["", ""],
        pages=channel.pages if channel else _own_address(visit),
    )  # fmt: skip


def _own_address(visit: Visit) -> str:
    """Where the visitor has found these pages."""
    return f"{visit.request.scheme}://{visit.request.host}"


async def add(visit: Visit) -> web.StreamResponse:
    """Keep a new channel, once its address can be read."""
    kind, form, house = _kind(visit), visit.form, visit.house
    wished = _wished(visit, Channel(0, visit.who, kind.id, "", "", "", frozenset()))
    values = {each.name: form.get(each.name)[:_LONGEST_VALUE] for each in kind.entries}
    for each in kind.entries:
        if each.required and not values[each.name]:
            form.wrong(each.name, "This is needed.")
    if len(house.channels.all()) >= MOST:
        form.wrong("title", "There are 20 channels. Remove one before you add another.")
    if not form.is_good:
        return _form(visit, kind, None)
    try:
        url, shown = kind.build(values)
    except Wrong as wrong:
        form.wrong(wrong.name, str(wrong))
        return _form(visit, kind, None)
    if problem := await house.check_address(url):
        form.wrong(kind.entries[0].name, WHY[Problem(problem)])
        return _form(visit, kind, None)
    house.channels.put(replace(wished, url=url, shown=shown))
    house.store.accounts.note(visit.who, "added a way to be told", "", house.now())
    return visit.go(_HERE, visit.say("Kept. Send a test to see whether it arrives."))


def _wished(visit: Visit, channel: Channel) -> Channel:
    """A channel with what the form says of everything but its address; the form has the errors."""
    form = visit.form
    title = form.get("title")
    if not is_title(title):
        form.wrong("title", "Write a name of at most 40 characters.")
    topics = frozenset(each for each in Topic if each in form.all("topic"))
    pages = form.get("pages").rstrip("/")
    if pages and not _is_page(pages):
        form.wrong("pages", "Write it as http://192.168.1.2:8053, or leave it empty.")
    if form.has("answers") and not pages:
        form.wrong("pages", "Links need the address of these pages.")
    most = form.read("most", whole_number(1, 60))
    return replace(
        channel, title=title, topics=topics, quiet=_quiet(visit), most=most or channel.most,
        answers=form.has("answers"), pages=pages,
    )  # fmt: skip


def _is_page(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and bool(host) and parts.path in ("", "/")
    except ValueError:
        return False


def _quiet(visit: Visit) -> tuple[time, time] | None:
    start, end = visit.form.get("quiet_from"), visit.form.get("quiet_to")
    if not start and not end:
        return None
    times = visit.form.read("quiet_from", clock_time), visit.form.read("quiet_to", clock_time)
    return None if times[0] is None or times[1] is None else (times[0], times[1])


async def show_channel(visit: Visit) -> web.StreamResponse:
    """A channel's topics and times."""
    channel = _channel(visit)
    return _form(visit, kind_of(channel.kind) or KINDS[-1], channel)


async def keep(visit: Visit) -> web.StreamResponse:
    """Keep them."""
    channel = _channel(visit)
    wished = _wished(visit, channel)
    if not visit.form.is_good:
        return _form(visit, kind_of(channel.kind) or KINDS[-1], channel)
    visit.house.channels.put(wished)
    visit.house.store.accounts.note(visit.who, "changed a way to be told", "", visit.house.now())
    return visit.go(_HERE, visit.say("Kept. It is in force now."))


async def test(visit: Visit) -> web.StreamResponse:
    """Send a message that says nothing but that it arrives."""
    channel = _channel(visit)
    problem = await visit.house.try_channel(channel)
    if problem:
        why = visit.say(WHY[Problem(problem)])
        visit.form.wrong(f"channel-{channel.number}", "The test did not arrive.")
        visit.form.details = why
        return await show(visit)
    said = visit.say(
        "The test is sent to “%(title)s”. Look whether it is there.", title=channel.title
    )
    return visit.go(_HERE, said)


async def remove(visit: Visit) -> web.StreamResponse:
    """Forget a channel with its address."""
    channel = _channel(visit)
    visit.house.channels.remove(lambda each: each.number == channel.number)
    visit.house.store.accounts.note(visit.who, "removed a way to be told", "", visit.house.now())
    return visit.go(_HERE, visit.say("“%(title)s” is removed.", title=channel.title))
