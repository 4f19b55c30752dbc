"""What the API does with channels, letters and backups, an operation a function."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from aiohttp import web

from guardian.store.activity import HOURS_KEPT
from guardian.store.channels import MOST, Channel, Topic
from guardian.web import letter_facts, looking
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.schema import BadBody
from guardian.web.channels import Wrong, kind_of
from guardian.web.forms import is_title
from guardian.web.letter import Voice, compose, weeks
from guardian.web.rights import Right, may


async def letter(call: Call) -> things.LetterView:
    """The letter of a week about a person, who is told that it was read."""
    person, house = call.person(), call.house
    household = house.settings.household
    speaks = call.speaks
    known = weeks(house.now(), household.zone, household.week_start, HOURS_KEPT)
    wanted = call.query("week") or known[0].isoformat()
    first = next((each for each in known if each.isoformat() == wanted), None)
    if first is None:
        raise BadBody([("week", "give one of `weeks`")])
    looking.leave_a_trace(house, call.who, person)
    rows = letter_facts.hours(house, person, first)
    facts = letter_facts.gather(house, person, first, rows, speaks)
    made = compose(facts, Voice.PARENT, speaks)
    return things.LetterView(
        person.name, first.isoformat(), facts.last.isoformat(), made.title,
        tuple(things.LetterPart(each.heading, each.sentences) for each in made.sections),
        tuple(
            things.LetterDay(each.at.date().isoformat(), each.seen, each.stopped)
            for each in letter_facts.chart(house, rows, first)
        ),
        tuple(each.isoformat() for each in known),
    )  # fmt: skip


async def channels(call: Call) -> things.Channels:
    """The ways on which parents are told what happens; their addresses are masked."""
    failing = call.house.failing_channels()
    return things.Channels(
        call.house.can_notify(),
        tuple(
            things.ChannelView(
                each.number, each.account, each.kind, each.title, each.shown,
                tuple(sorted(each.topics)), failing.get(each.number, ""),
            )
            for each in call.house.channels.all()
        ),
    )  # fmt: skip


async def add_channel(call: Call) -> things.Numbered:
    """Tell an account on one more way."""
    wish, house = await call.body(things.NewChannel), call.house
    account, kind = house.store.accounts.called(wish.account), kind_of("other")
    assert kind is not None  # noqa: S101 (it is in the table)
    if account is None or not may(account.role, Right.SEE):
        raise BadBody([("account", "nobody who may see the household is called so")])
    title, topics = _title(wish.title), _topics(wish.topics)
    if len(house.channels.all()) >= MOST:
        raise BadBody([("title", f"there are {MOST} channels; remove one first")])
    try:
        url, shown = kind.build({"url": wish.url})
    except Wrong as wrong:
        raise BadBody([(wrong.name, str(wrong))]) from None
    if await house.check_address(url):
        raise BadBody([("url", "apprise cannot read this address, or is not installed")])
    channel = Channel(0, account.name, kind.id, title, url, shown, topics)
    house.store.accounts.note(call.who, "added a way to be told", "", house.now())
    return things.Numbered(house.channels.put(channel))


def _title(text: str) -> str:
    if not is_title(text):
        raise BadBody([("title", "write at most 40 characters")])
    return text


def _topics(words: Iterable[str]) -> frozenset[Topic]:
    try:
        return frozenset(map(Topic, words))
    except ValueError:
        raise BadBody([("topics", f"write some of {', '.join(Topic)}")]) from None


async def change_channel(call: Call) -> None:
    """Tell something else on a channel, call it otherwise, or send fewer messages an hour."""
    channel, wish = _channel(call), await call.body(things.ChannelChange)
    if wish.title is not None:
        channel = replace(channel, title=_title(wish.title))
    if wish.topics is not None:
        channel = replace(channel, topics=_topics(wish.topics))
    if wish.most is not None:
        if not 1 <= wish.most <= 60:
            raise BadBody([("most", "write a number from 1 to 60")])
        channel = replace(channel, most=wish.most)
    call.house.channels.put(channel)
    call.house.store.accounts.note(call.who, "changed a way to be told", "", call.house.now())


async def test_channel(call: Call) -> things.Tested:
    """Send a test."""
    return things.Tested(await call.house.try_channel(_channel(call)))


async def remove_channel(call: Call) -> None:
    """Forget a channel with its address."""
    number = _channel(call).number
    call.house.channels.remove(lambda each: each.number == number)
    call.house.store.accounts.note(call.who, "removed a way to be told", "", call.house.now())


def _channel(call: Call) -> Channel:
    channel = call.house.channels.numbered(call.number("number"))
    if channel is None:
        raise web.HTTPNotFound
    return channel


async def backups(call: Call) -> things.Backups:
    """The copies of the household."""
    return things.Backups(
        tuple(things.BackupView(each.name, each.at, each.size) for each in call.house.copies.all())
    )


async def back_up(call: Call) -> things.Named:
    """Make a copy now."""
    return things.Named(call.house.copies.make(call.who))


async def backup_file(call: Call) -> bytes:
    """A whole copy, as it is kept: a ZIP file with passwords' hashes in it, maybe encrypted."""
    path = call.house.copies.path(call.request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    call.house.store.accounts.note(call.who, "downloaded a backup", "", call.house.now())
    return await asyncio.to_thread(path.read_bytes)


async def restore(call: Call) -> None:
    """Put back what a copy holds; everybody logs in anew."""
    name = call.request.match_info["name"]
    if call.house.copies.path(name) is None:
        raise web.HTTPNotFound
    call.house.copies.restore(name, call.who)
