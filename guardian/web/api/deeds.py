"""What the API does, an operation a function; `operations` has their addresses."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from guardian.names import InvalidName, normalise
from guardian.policy.devices import written
from guardian.policy.explain import outlook
from guardian.policy.people import Person
from guardian.policy.requests import Answer, Kind, Request
from guardian.policy.timeline import Grant, Pause, Spell
from guardian.policy.week import clock
from guardian.policy.windows import next_at
from guardian.safety.tombstones import tombstones
from guardian.settings import nodes
from guardian.settings.canonical import plain
from guardian.settings.times import meant
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.edits import fresh
from guardian.web.api.schema import BadBody
from guardian.web.rights import Right
from guardian.web.told import lines

LONGEST: Final = timedelta(days=31)
_LISTED: Final = timedelta(days=30)
_PAGE: Final = 50
_MOST_REQUESTS: Final = 100


async def people(call: Call) -> things.People:
    """Everybody, and what is in force for them."""
    everybody = call.house.settings.household.people
    return things.People(tuple(person_view(call, each) for each in everybody))


async def person(call: Call) -> things.PersonView:
    """One person."""
    return person_view(call, call.person())


def person_view(call: Call, who: Person) -> things.PersonView:
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
    thing, until = _known(call, wish.thing), end_of(call, wish, now)
    call.house.begin(kind(who.name, thing, now, until), call.who)
    return things.Done(who.name, thing, until.astimezone(call.house.settings.household.zone))


def _known(call: Call, thing: str | None) -> str | None:
    """A category or service, by its name of today. Raises BadBody."""
    if thing is None or call.house.knows(thing):
        return thing
    renamed = tombstones().renamed.get(thing)
    if renamed is None or not call.house.knows(renamed):
        raise BadBody([("thing", "this is no category and no service")])
    return renamed


def end_of(call: Call, wish: things.For, now: datetime) -> datetime:
    """When something ends that is wished for so long. Raises BadBody."""
    if [wish.minutes, wish.until, wish.clock].count(None) != 2:
        raise BadBody([("minutes", "give minutes, until or clock, and one of them only")])
    if wish.clock is not None:
        minutes = meant(wish.clock)
        if minutes is None:
            raise BadBody([("clock", "write a time of day, such as 20:30")])
        return next_at(clock(minutes), now, call.house.settings.household.zone)
    if wish.minutes is not None and not 0 < wish.minutes <= LONGEST // timedelta(minutes=1):
        raise BadBody([("minutes", "write at most 31 days, and more than nothing")])
    try:
        until = now + timedelta(minutes=wish.minutes or 0)
        until = wish.until.astimezone(UTC) if wish.until is not None else until
    except OverflowError:  # the year 1, west of Greenwich
        until = now
    if not now < until <= now + LONGEST:
        raise BadBody([("until", "write an instant within the next 31 days")])
    return until


async def earn(call: Call) -> None:
    """Minutes more of today's budget; no window opens for them."""
    who, wish = call.person(), await call.body(things.Earned)
    thing = _known(call, wish.thing)
    budgets = who.profile.budgets if who.profile else ()
    if not any(each.category == thing for each in budgets):
        raise BadBody([("thing", f"{who.name} has no budget for this to add to")])
    if not 0 < wish.minutes <= 24 * 60:
        raise BadBody([("minutes", "write a number from 1 to 1440")])
    call.house.earn(who.name, thing, wish.minutes, call.who)


async def requests(call: Call) -> things.Requests:
    """What children asked for in the last month, and all that waits for an answer."""
    before = call.before()
    every = call.house.store.requests.since(call.house.now() - _LISTED)
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


async def known(call: Call) -> things.Things:
    """The categories and services that rules can name."""
    language = call.house.settings.household.language
    kinds = [things.Thing(each.id, each.title, "") for each in call.house.categories(language)]
    services = call.house.settings.services
    apps = [
        things.Thing(each, services.title(each, language), services.service(each).group)
        for each in sorted(services.ids())
    ]
    return things.Things((*kinds, *apps))


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
    judged = await asyncio.to_thread(
        call.house.judge, qname, call.query("person") or None, at, may_know=call.may(Right.OWN)
    )
    return things.Checked(judged.qname, judged.action, judged.reason, judged.until, judged.steps)


async def changes(call: Call) -> things.Changes:
    """Who changed what in the configuration."""
    found = call.house.store.changes.listed(_PAGE + 1, call.before())
    views = tuple(
        things.ChangeView(each.number, each.at, each.who, lines(each)) for each in found[:_PAGE]
    )
    return things.Changes(views, views[-1].number if len(found) > len(views) else None)


async def undo(call: Call) -> None:
    """Take a change of the configuration back; later ones stay. 412 where they build on it."""
    wish = await call.body(things.Undo)
    call.house.configuration.undo(call.number("number"), call.who, whole=wish.whole)


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
    version = fresh(call)
    patch = await call.data()
    call.house.configuration.edit(
        lambda data: _merge(data, patch), "changed by the API", call.who, version
    )
    return await household(call)


def _merge(data: Any, patch: dict[str, Any]) -> None:
    for key, value in patch.items():
        if value is None:
            data.pop(key, None)
        elif isinstance(value, dict) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        else:
            data[key] = value
