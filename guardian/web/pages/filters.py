"""What is filtered for somebody: kinds of sites, apps and services, safe search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from guardian.policy.people import Person, Profile
from guardian.policy.rules import Engine, Level
from guardian.safety import services
from guardian.safety.safe_search import WITHOUT_SAFE_MODE
from guardian.settings import own_rules, ready_made
from guardian.web import blocking, filter_words, news
from guardian.web.addresses import of_person
from guardian.web.blocking import base_of, profile_of, within
from guardian.web.edits import edit, undo_of
from guardian.web.house import Within
from guardian.web.marked import sentence
from guardian.web.pages.person import wanted
from guardian.web.visit import Visit

YOUTUBE_LEVELS: Final = {"off": None, "moderate": Level.MODERATE, "strict": Level.STRICT}
_MOST_FOUND: Final = 30


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is blocked or open.

    usual: whether it is blocked for others of that age; None where nothing is usual.
    about: a sentence. is_filled: whether blocking it does anything. age: from which it is made for.
    notes: sentences about what else decides, so that the switch says how things are. is_partly:
    whether it is open and some of it is blocked with a category.
    """

    id: str
    title: str
    blocked: bool
    usual: bool | None = None
    about: str = ""
    is_filled: bool = True
    age: int = 0
    notes: tuple[str, ...] = ()
    is_partly: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Services of one sort. shown: those to look at now; blocked, all: how many there are."""

    id: str
    title: str
    blocked: int
    all: int
    shown: Sequence[Switch]


async def show(visit: Visit) -> web.StreamResponse:
    """The page. ?find= looks for services, ?group= opens one group."""
    person = wanted(visit)
    profile = profile_of(person)
    base = base_of(visit.house, person)
    return visit.page(
        "filters.html",
        person=person,
        profile=profile,
        talk=news.of(visit.house, person, visit.language),
        base=base,
        is_ready_made=base is ready_made.profiles().get(str(person.age_band)),
        is_usual=_is_usual(profile, base),
        kinds=_kinds(visit, person, profile),
        groups=_groups(visit, profile),
        find=_asked(visit, "find"),
        engines=filter_words.ENGINES,
        safe={str(each.engine): str(each.level) for each in profile.safe_search},
        youtube=filter_words.YOUTUBE,
        others=filter_words.OTHERS,
        others_blocked=profile.blocked.issuperset(WITHOUT_SAFE_MODE),
    )


def _is_usual(profile: Profile, base: Profile) -> bool:
    mine, usual = ((each.blocked, each.spares, each.safe_search) for each in (profile, base))
    return mine == usual


def _asked(visit: Visit, name: str) -> str:
    """What is looked for, or which group is open: of the address, or of a form sent from it."""
    return (visit.form.get(name) or visit.request.query.get(name, "")).strip()[:60]


def _kinds(visit: Visit, person: Person, profile: Profile) -> list[Switch]:
    ready = ready_made.profiles().get(str(person.age_band))
    return [
        Switch(
            each.id, each.title, each.id in profile.blocked,
            each.id in ready.blocked if ready else None, each.about, each.is_filled,
            notes=_exceptions(visit, profile, each.id),
        )
        for each in visit.house.categories(visit.language.code)
    ]  # fmt: skip


def _exceptions(visit: Visit, profile: Profile, category: str) -> tuple[str, ...]:
    """Which services fare otherwise than a category in which they lie."""
    house, speaks = visit.house, visit.language
    is_blocked = category in profile.blocked
    others = profile.spares if is_blocked else profile.blocked
    titles = sorted(
        house.title(each, speaks.code)
        for each in others & house.settings.services.known()
        if category in house.within(each)
    )
    if not titles:
        return ()
    said = (
        sentence("Open all the same: %(things)s.")
        if is_blocked
        else sentence("Blocked all the same: %(things)s.")
    )
    return (visit.say(said, things=speaks.several(titles)),)


def _groups(visit: Visit, profile: Profile) -> list[Group]:
    find, opened = _asked(visit, "find").casefold(), _asked(visit, "group")
    known = visit.house.settings.services
    every = [
        (each, within(visit.house, profile, each.id))
        for each in sorted(map(known.service, known.ids()), key=lambda each: each.id)
    ]
    titles = visit.house.titles(visit.language.code)
    found, left = [], _MOST_FOUND
    for group in (services.OWN, *services.GROUPS):
        theirs = [each for each in every if each[0].group == group]
        if not theirs:
            continue
        shown = []
        if find:
            shown = [each for each in theirs if _fits(each[0], find)][:left]
            left -= len(shown)
        elif opened == group:
            shown = theirs
        found.append(
            Group(
                group,
                visit.say(filter_words.GROUPS[group]),
                sum(_is_blocked(profile, each.id, lies) for each, lies in theirs),
                len(theirs),
                [_service(each, lies, visit, profile, titles) for each, lies in shown],
            )
        )
    return found


def _fits(service: services.Service, find: str) -> bool:
    return find in service.id or any(find in each.casefold() for each in service.title.values())


def _service(
    service: services.Service,
    lies: Mapping[str, Within],
    visit: Visit,
    profile: Profile,
    titles: Mapping[str, str],
) -> Switch:
    """A service's switch. lies: the blocked categories in which it does."""
    title = service.title.get(visit.language.code) or service.title["en"]
    blocked = _is_blocked(profile, service.id, lies)
    is_spared = service.id in profile.spares
    return Switch(
        service.id, title, blocked, age=service.age,
        notes=_because(visit, profile, service.id, lies, titles),
        is_partly=not blocked and not is_spared and bool(lies),
    )  # fmt: skip


def _is_blocked(profile: Profile, service_id: str, lies: Mapping[str, Within]) -> bool:
    """Whether a service is blocked, by its own switch or with a category in which it lies."""
    if service_id in profile.blocked:
        return True
    return service_id not in profile.spares and Within.MOSTLY in lies.values()


def _because(
    visit: Visit,
    profile: Profile,
    service_id: str,
    lies: Mapping[str, Within],
    titles: Mapping[str, str],
) -> tuple[str, ...]:
    """What a category has to do with a service's switch."""
    speaks = visit.language
    if not lies or service_id in profile.blocked:
        return ()
    kinds = speaks.several(sorted(f"“{titles.get(each, each)}”" for each in lies))
    if service_id in profile.spares:
        said = sentence("Open, although it is part of %(kinds)s.")
    elif Within.MOSTLY in lies.values():
        said = sentence("Blocked as part of %(kinds)s.")
    else:
        said = sentence("Some of it is blocked as part of %(kinds)s.")
    return (visit.say(said, kinds=kinds),)


async def switch(visit: Visit) -> web.StreamResponse:
    """Turn one thing on or off, or all back to what is usual."""
    person = wanted(visit)
    step = _step(visit, person)
    if step is None:
        raise web.HTTPBadRequest
    apply, said, place = step

    def change(data: Any) -> None:
        apply(own_rules.table_of(data, person.name))

    number = edit(
        visit, change, sentence("changed what is filtered"), person.name, otherwise="filters"
    )
    if number is None:
        return await show(visit)
    kept = {name: _asked(visit, name) for name in ("find", "group") if _asked(visit, name)}
    path = of_person(person.name, "filters") + (f"?{urlencode(kept)}" if kept else "")
    return visit.go(f"{path}#{place}", said, undo_of(number))


Step = tuple[Callable[[Any], None], str, str]
"""How to change a person's table, what to say of it, and where on the page it is."""


def _step(visit: Visit, person: Person) -> Step | None:
    """What a button asks for: "block:games", "safe:youtube:strict", "others:allow", "usual"."""
    base = base_of(visit.house, person)
    verb, _, rest = visit.form.get("set").partition(":")
    if verb in ("block", "open"):
        return _block(visit, person, rest, blocked=verb == "block")
    if verb == "safe":
        return _safe(visit, person, base, rest)
    if verb == "others" and rest in ("block", "allow"):
        blocked = rest == "block"
        said = (
            sentence("Other search engines: blocked for %(person)s from now on.")
            if blocked
            else sentence("Other search engines: open for %(person)s from now on.")
        )
        return (
            lambda table: own_rules.set_others(table, base, blocked=blocked),
            visit.say(said, person=person.name),
            "others",
        )
    if verb == "usual":
        said = visit.say("%(person)s has the usual filters again.", person=person.name)
        return own_rules.forget, said, "kinds"
    return None


def _block(visit: Visit, person: Person, thing: str, *, blocked: bool) -> Step | None:
    titles = {each.id: each.title for each in visit.house.categories(visit.language.code)}
    known = visit.house.settings.services
    if thing in known.ids():
        titles[thing] = known.title(thing, visit.language.code)
    if thing not in titles:
        return None
    said = (
        sentence("%(thing)s: blocked for %(person)s from now on.")
        if blocked
        else sentence("%(thing)s: open for %(person)s from now on.")
    )
    return (
        blocking.switch(visit.house, person, thing, blocked=blocked),
        visit.say(said, thing=titles[thing], person=person.name),
        f"row-{thing}",
    )


def _safe(visit: Visit, person: Person, base: Profile, rest: str) -> Step | None:
    name, _, wish = rest.partition(":")
    levels = YOUTUBE_LEVELS if name == Engine.YOUTUBE else {"off": None, "on": Level.STRICT}
    if name not in list(Engine) or wish not in levels:
        return None
    title = next((each.title for each in filter_words.ENGINES if each.engine == name), "YouTube")
    said = (
        sentence("Safe search of %(engine)s: off for %(person)s from now on.")
        if wish == "off"
        else sentence("Safe search of %(engine)s: on for %(person)s from now on.")
    )
    return (
        lambda table: own_rules.set_safe(table, base, Engine(name), levels[wish]),
        visit.say(said, engine=title, person=person.name),
        f"safe-{name}",
    )
