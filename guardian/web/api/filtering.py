"""What is filtered for somebody, by the API: switches, safe search, sites of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guardian.names import InvalidName, normalise
from guardian.policy.people import Person
from guardian.policy.rules import Engine, Level
from guardian.policy.timeline import Opened
from guardian.policy.windows import midnight
from guardian.safety.safe_search import WITHOUT_SAFE_MODE
from guardian.settings import own_rules
from guardian.web import blocking
from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.api.deeds import end_of
from guardian.web.api.edits import edit_person
from guardian.web.api.schema import BadBody
from guardian.web.blocking import base_of, profile_of
from guardian.web.marked import sentence
from guardian.web.pages.sites import LISTS, OTHER

_YOUTUBE_LEVELS: Final = {"off": None, "moderate": Level.MODERATE, "strict": Level.STRICT}
_LEVELS: Final = {"off": None, "strict": Level.STRICT}


@dataclass(frozen=True, slots=True)
class EngineLevel:
    """Safe search of an engine. level: "off" or "strict"; of YouTube, "moderate" too."""

    engine: Engine
    level: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What is filtered for somebody.

    blocked: categories and services; usual: those of the profile beneath. others_blocked: whether
    search engines without a safe mode are. only: whether nothing but chosen sites is open.
    """

    blocked: tuple[str, ...]
    usual: tuple[str, ...]
    safe_search: tuple[EngineLevel, ...]
    others_blocked: bool
    only: bool


@dataclass(frozen=True, slots=True)
class FilterChange:
    """What is to be filtered otherwise; all else stays. usual: first put all back to the profile's.

    block, open: categories and services.
    """

    block: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    safe_search: tuple[EngineLevel, ...] = ()
    others_blocked: bool | None = None
    only: bool | None = None
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Sites:
    """Names that are always open or blocked for somebody, and patterns that are blocked."""

    allow: tuple[str, ...]
    deny: tuple[str, ...]
    pattern: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A site for a list: "allow", "deny", or "pattern", such as ads*.example.org."""

    list: str
    name: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A name to be open for a while; as long as the day, where nothing is said."""

    name: str
    minutes: int | None = None
    until: datetime | None = None
    clock: str | None = None


async def filters(call: Call) -> Filters:
    """What is filtered for somebody."""
    return _filters(call, call.person())


def _filters(call: Call, person: Person) -> Filters:
    profile, base = profile_of(person), base_of(call.house, person)
    levels = {each.engine: str(each.level) for each in profile.safe_search}
    return Filters(
        tuple(sorted(profile.blocked)),
        tuple(sorted(base.blocked)),
        tuple(EngineLevel(each, levels.get(each, "off")) for each in Engine),
        profile.blocked.issuperset(WITHOUT_SAFE_MODE),
        profile.allow_only,
    )


async def change_filters(call: Call) -> Filters:
    """Block and open things for somebody, set safe search, or put back what is usual."""
    person, wish = call.person(), await call.body(FilterChange)
    base = base_of(call.house, person)
    unknown = [each for each in (*wish.block, *wish.open) if not _can_block(call, each)]
    if unknown:
        raise BadBody([("block", f'"{unknown[0]}" is no category and no service')])
    for each in wish.safe_search:
        if each.level not in _levels(each.engine):
            raise BadBody([("safe_search", f"write one of {', '.join(_levels(each.engine))}")])

    switches = [
        blocking.switch(call.house, person, thing, blocked=thing in wish.block)
        for thing in (*wish.block, *wish.open)
    ]

    def put(table: Any) -> None:
        if wish.usual:
            own_rules.forget(table)
        for flip in switches:
            flip(table)
        for each in wish.safe_search:
            own_rules.set_safe(table, base, each.engine, _levels(each.engine)[each.level])
        if wish.others_blocked is not None:
            own_rules.set_others(table, base, blocked=wish.others_blocked)
        if wish.only is not None:
            own_rules.set_allow_only(table, base, only=wish.only)

    edit_person(call, person, put, sentence("changed what is filtered"))
    return _filters(call, call.house.settings.household.called(person.name))


def _can_block(call: Call, thing: str) -> bool:
    return call.house.knows(thing) and thing != "illegal"


def _levels(engine: Engine) -> dict[str, Level | None]:
    return _YOUTUBE_LEVELS if engine is Engine.YOUTUBE else _LEVELS


async def sites(call: Call) -> Sites:
    """The names that are always open or blocked for somebody."""
    return _sites(call.person())


def _sites(person: Person) -> Sites:
    profile = profile_of(person)
    return Sites(*(tuple(sorted(getattr(profile, key))) for key in LISTS.values()))


async def add_site(call: Call) -> Sites:
    """Have a site always open or blocked for somebody, or all whose names fit a pattern."""
    person, wish = call.person(), await call.body(Site)
    name = wish.name.strip().lower() if wish.list == "pattern" else _site(call, wish.name)
    return _change_sites(call, person, wish.list, name, present=True)


async def remove_site(call: Call) -> Sites:
    """Take a name off: `list` and `name`."""
    name = call.query("name").lower()
    return _change_sites(call, call.person(), call.query("list"), name, present=False)


def _change_sites(call: Call, person: Person, way: str, name: str, *, present: bool) -> Sites:
    if way not in LISTS:
        raise BadBody([("list", f"write one of {', '.join(LISTS)}")])
    if not name:
        raise BadBody([("name", "write a name")])

    def put(table: Any) -> None:
        if present and way in OTHER:
            own_rules.set_name(table, OTHER[way], name, present=False)
        own_rules.set_name(table, LISTS[way], name, present=present)

    edit_person(call, person, put, sentence("changed which sites are open"))
    return _sites(call.house.settings.household.called(person.name))


def _site(call: Call, text: str) -> str:
    """The qname of a single site. Raises BadBody."""
    try:
        qname = normalise(text)
    except InvalidName as problem:
        raise BadBody([("name", str(problem))]) from None
    if not call.house.sites(qname):
        raise BadBody([("name", "many sites share this ending; write the name of one")])
    return qname


async def open_site(call: Call) -> things.Done:
    """Open one name for somebody for a while."""
    person, wish, now = call.person(), await call.body(Opening), call.house.now()
    name, zone = _site(call, wish.name), call.house.settings.household.zone
    long = things.For(wish.minutes, wish.until, wish.clock)
    is_said = any((wish.minutes is not None, wish.until, wish.clock))
    until = end_of(call, long, now) if is_said else midnight(now, zone)
    call.house.begin(Opened(person.name, name, now, until), call.who)
    return things.Done(person.name, name, until.astimezone(zone))


async def close_site(call: Call) -> None:
    """No longer: `name`."""
    call.house.end(Opened, call.person().name, call.query("name").lower(), call.who)
