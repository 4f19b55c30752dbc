"""What the API does, an operation a function; `operations` has their addresses."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.names import InvalidName, normalise
from guardian.policy.devices import written
from guardian.policy.explain import outlook
from guardian.policy.people import Person
from guardian.policy.requests import Answer, Kind, Request
from guardian.policy.timeline import Grant, Pause, Spell
from guardian.settings import nodes
from guardian.settings.canonical import plain
from guardian.store.household import Change
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.schema import BadBody
from guardian.web.house import Conflict
from guardian.web.told import differences

LONGEST: Final = timedelta(days=31)
_LISTED: Final = timedelta(days=30)
_PAGE: Final = 50
_MOST_REQUESTS: Final = 100


class NoVersion(GuardianError):
    """A change of the configuration that does not say what it was made from."""


async def people(call: Call) -> things.People:
    """Everybody, and what is in force for them."""
    everybody = call.house.settings.household.people
    return things.People(tuple(_person(call, each) for each in everybody))


async def person(call: Call) -> things.PersonView:
    """One person."""
    return _person(call, call.person())


def _person(call: Call, who: Person) -> things.PersonView:
    view = outlook(call.house.timelines[who.name], call.house.now())
    devices = map(written, who.devices)
    return things.PersonView(
        who.name, str(who.age_band), who.profile.name if who.profile else None, tuple(devices),
        view.kind, view.title, view.detail, view.until,
    )  # fmt: skip


async def pause(call: Call) -> things.Done:
    """Internet off for a person, or one thing of it."""
    return await _begin(call, Pause)


async def end_pause(call: Call) -> None:
    """End a pause."""
    call.house.end(Pause, call.person().name, call.query("thing") or None, call.who)


async def extra(call: Call) -> things.Done:
    """Extra time: windows and budgets stop nothing, or not this thing."""
    return await _begin(call, Grant)


async def end_extra(call: Call) -> None:
    """End extra time."""
    call.house.end(Grant, call.person().name, call.query("thing") or None, call.who)


async def _begin(call: Call, kind: type[Spell]) -> things.Done:
    who, wish, now = call.person(), await call.body(things.For), call.house.now()
    if (wish.minutes is None) == (wish.until is None):
        raise BadBody([("minutes", "give minutes, or until, and not both")])
    if wish.thing is not None and not call.house.knows(wish.thing):
        raise BadBody([("thing", "this is no category and no service")])
    if wish.minutes is not None and not 0 < wish.minutes <= LONGEST // timedelta(minutes=1):
        raise BadBody([("minutes", "write at most 31 days, and more than nothing")])
    until = (
        wish.until.astimezone(UTC)
        if wish.until is not None
        else now + timedelta(minutes=wish.minutes)
    )
    if not now < until <= now + LONGEST:
        raise BadBody([("until", "write an instant within the next 31 days")])
    call.house.begin(kind(who.name, wish.thing, now, until), call.who)
    return things.Done(who.name, wish.thing, until)


async def requests(call: Call) -> things.Requests:
    """What children asked for in the last month, and all that waits for an answer."""
    before = call.before()
    every = call.house.store.requests(call.house.now() - _LISTED)
    found = [each for each in every if before is None or each.number < before]
    first = max(0, len(found) - _MOST_REQUESTS)
    waiting = (each for each in found[:first] if each.answer is Answer.OPEN)
    shown = tuple(map(_request, [*waiting, *found[first:]]))
    return things.Requests(shown, found[first].number if first else None)


def _request(each: Request) -> things.RequestView:
    return things.RequestView(
        each.number, each.person, each.kind, each.what, each.minutes, each.asked, each.answer,
        each.because,
    )  # fmt: skip


async def ask(call: Call) -> things.Numbered:
    """Ask in a child's name."""
    wish = await call.body(things.NewRequest)
    who = call.house.settings.household.called(wish.person)
    what = wish.what
    if wish.kind is Kind.NAME:
        try:
            what = normalise(what)
        except InvalidName as problem:
            raise BadBody([("what", str(problem))]) from None
    elif what and not call.house.knows(what):
        raise BadBody([("what", "this is no category and no service")])
    if not 0 < wish.minutes <= 24 * 60:
        raise BadBody([("minutes", "write a number from 1 to 1440")])
    minutes = wish.minutes if wish.kind is Kind.TIME else 0
    return things.Numbered(call.house.ask(who.name, wish.kind, what, minutes))


async def answer(call: Call) -> None:
    """Answer a request."""
    said = await call.body(things.Answered)
    call.house.answer(call.number("number"), said.answer, said.because[:400], call.who)


async def lists(call: Call) -> things.Lists:
    """The lists, and how they stand."""
    return things.Lists(
        tuple(
            things.ListView(
                each.source.id, each.source.category, each.names, each.refused, each.fetched,
                each.problem, each.version, each.licence, each.source.hold, each.next, each.stage,
            )
            for each in call.house.lists()
        )
    )  # fmt: skip


async def check(call: Call) -> things.Checked:
    """What would happen to a name: `name`, and if wanted `person` and `at`."""
    try:
        qname = normalise(call.query("name"))
    except InvalidName as problem:
        raise BadBody([("name", str(problem))]) from None
    at = None
    if call.query("at"):
        try:
            at = datetime.fromisoformat(call.query("at"))
        except ValueError:
            raise BadBody([("at", "write it as 2026-11-26T20:00")]) from None
    judged = await asyncio.to_thread(call.house.judge, qname, call.query("person") or None, at)
    return things.Checked(judged.qname, judged.action, judged.reason, judged.until, judged.steps)


async def changes(call: Call) -> things.Changes:
    """Who changed what in the configuration."""
    before = call.before()
    found = call.house.store.changes(_PAGE + 1, before)
    views = await asyncio.to_thread(lambda: tuple(map(_change, found[:_PAGE])))
    return things.Changes(views, views[-1].number if len(found) > len(views) else None)


def _change(each: Change) -> things.ChangeView:
    lines = tuple(map(str, differences(each.before, each.after)))
    return things.ChangeView(each.number, each.at, each.who, lines)


async def undo(call: Call) -> None:
    """Take a change of the configuration back; later ones stay. 412 where they build on it."""
    call.house.undo(call.number("number"), call.who)


async def journal(call: Call) -> things.Journal:
    """Who did what."""
    found = call.house.store.accounts.journal(_PAGE + 1, call.before())
    entries = tuple(
        things.JournalEntry(each.number, each.at, each.who, each.deed, each.about)
        for each in found[:_PAGE]
    )
    return things.Journal(entries, entries[-1].number if len(found) > _PAGE else None)


async def household(call: Call) -> things.HouseholdFile:
    """The configuration; its ETag is what a change has to send back."""
    content = call.house.settings.path.read_bytes()
    return things.HouseholdFile(plain(nodes.parse(content, "household", [])))


async def patch_household(call: Call) -> things.HouseholdFile:
    """Change the configuration by a merge patch (RFC 7396); comments in the file stay.

    If-Match has the ETag of what it was made from, or * where that does not matter.
    """
    wanted = call.request.headers.get("If-Match", "").strip()
    if not wanted:
        raise NoVersion("send the ETag that the household had, as If-Match, or *")
    version = "" if wanted == "*" else wanted.removeprefix("W/").strip('"')
    if version and version != call.house.version():
        raise Conflict("somebody changed the household meanwhile; get it again and repeat")
    patch = await call.data()
    call.house.edit(lambda data: _merge(data, patch), "changed by the API", call.who, version)
    return await household(call)


def _merge(data: Any, patch: dict[str, Any]) -> None:
    for key, value in patch.items():
        if value is None:
            data.pop(key, None)
        elif isinstance(value, dict) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        else:
            data[key] = value
