"""Where categories come from: the lists, how they stand, and which of them names a site."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from guardian.errors import GuardianError, translated
from guardian.lists import catalogue
from guardian.lists.report import Reason
from guardian.lists.stage import Stage
from guardian.lists.standing import SourceStatus
from guardian.lists.trust.doubts import Why
from guardian.names import InvalidName, normalise
from guardian.settings import own_lists
from guardian.settings.sections.lists import ListKind, ListSource
from guardian.store.illegal_hits import DayHits
from guardian.web.devices import devices
from guardian.web.edits import edit, undo_of
from guardian.web.house import Says
from guardian.web.marked import sentence
from guardian.web.rights import Right
from guardian.web.visit import Visit

_HERE: Final = "/settings/lists"
_HITS_SHOWN: Final = timedelta(days=30)
STAGES: Final[Mapping[Stage, str]] = {
    Stage.WAITS: sentence("It waits for its turn."),
    Stage.FETCHING: sentence("It is being fetched."),
    Stage.FETCHED: sentence("It has been fetched."),
    Stage.COMPILING: sentence("It is being put into force."),
}
REASONS: Final[Mapping[str, str]] = {
    Reason.NOT_A_NAME: sentence("This is not the name of a site."),
    Reason.SINGLE_LABEL: sentence("This is a single word, and no site is called so."),
    Reason.PUBLIC_SUFFIX: sentence("Many sites share this ending: it would block all of them."),
    Reason.PROTECTED: sentence("This is a name of help, which is never blocked."),
    Reason.ADDRESS: sentence("This is an address of numbers, and not a name."),
    Reason.NOT_A_DIGEST: sentence("This is not the fingerprint of a name."),
    Reason.NOT_AN_ADDRESS: sentence("This is neither an address of numbers nor a range of them."),
    Reason.AT_HOME: sentence("This is an address at home, or of the computer itself."),
    Reason.SETTING: sentence("This is a setting of another program, which blocks nothing."),
    Reason.EVERYTHING: sentence("This rule means every name there is."),
    Reason.NOT_A_SINK: sentence("This line leads a name somewhere instead of blocking it."),
    Reason.COSMETIC: sentence("This rule hides parts of pages, which names cannot do."),
    Reason.PATTERN: sentence("This is a pattern, and not a name."),
    Reason.TOO_OPEN: sentence("This pattern cannot be looked for here, or it means every name."),
    Reason.TOO_MANY: sentence("There are too many patterns."),
    Reason.UNSUPPORTED: sentence("This rule has a condition that names cannot keep."),
    Reason.PATH: sentence("This is a single page. Blocking it would block its whole site."),
    Reason.EXCEPTION: sentence("A list of illegal content can open nothing."),
    Reason.TOO_LONG: sentence("This line is too long."),
    Reason.TOO_VARIED: sentence("There are too many rules with conditions of their own."),
}

DOUBTS: Final[Mapping[Why, str]] = {
    Why.SHRINKS: sentence("It has far fewer names: %(after)s in place of %(before)s."),
    Why.GROWS: sentence("It has far more names: %(after)s in place of %(before)s."),
    Why.CANARY: sentence("It names sites that no family filter blocks: %(after)s of them."),
    Why.FORMAT: sentence("It is written in another way than before."),
    Why.STAGED: sentence("You look at each new content of this list first."),
}


async def show(visit: Visit) -> web.StreamResponse:
    """The lists; with ?name=, those that speak of that name."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    house, speaks, every = visit.house, visit.language, visit.house.lists()
    wanted = visit.request.query.get("name", "").strip()[:300]
    says: tuple[Says, ...] | None = None
    is_illegal = False
    if wanted:
        try:
            found = house.who_says(normalise(wanted), speaks.code, may_know=visit.may(Right.OWN))
        except InvalidName:
            visit.form.wrong("name", "This is no name of a site, such as example.org.")
        else:
            is_illegal, says = found is None, tuple(found or ())
    waits = any(each.waiting is not None for each in every)
    there = [each for each in devices(house) if not each.is_ignored] if waits else []
    return visit.page(
        "settings/lists.html",
        theirs=sorted((each for each in every if not each.source.bundled), key=_urgency),
        bundled=[each for each in every if each.source.bundled],
        titles=house.titles(speaks.code),
        wanted="" if is_illegal else wanted,
        says=says,
        is_illegal=is_illegal,
        own={each.id: each for each in house.settings.lists.sources},
        catalogue=catalogue.at,
        stages=STAGES,
        reasons=REASONS,
        devices=there,
        signs={sign for each in there for sign in each.signs},
        doubts=DOUBTS,
        hits=_hits_by_list(visit),
        tallies=house.store.appeals.tallies(),
        number_of=lambda text: speaks.number(int(text)) if text.isdigit() else text,
    )


def _hits_by_list(visit: Visit) -> dict[str, list[DayHits]] | None:
    """How often each list of illegal content blocked lately; None where that is not for telling."""
    hits = visit.house.illegal_hits() if visit.may(Right.OWN) else None
    if hits is None:
        return None
    first = (visit.house.now() - _HITS_SHOWN).date()
    lists = (each for each in visit.house.settings.lists.sources if each.kind is ListKind.IWF)
    return {
        each.id: [hit for hit in hits if hit.list == each.id and hit.day >= first] for each in lists
    }


def _urgency(status: SourceStatus) -> tuple[bool, bool]:
    """What a person has to decide comes first, then what is wrong."""
    return status.waiting is None, not status.problem


async def update(visit: Visit) -> web.StreamResponse:
    """Fetch all lists again; that goes on in the background, and pages follow it."""
    visit.house.update_lists(visit.who)
    return visit.go(
        _HERE, visit.say("The lists are being fetched. The page shows when it is done.")
    )


async def add(visit: Visit) -> web.StreamResponse:
    """Subscribe to a list."""
    form = visit.form
    source = {
        "name": form.get("title"),
        "url": form.get("url"),
        "category": form.get("category").lower(),
        "update": "1d",
    }
    for field, words in (
        ("title", sentence("Give the list a name.")),
        ("url", sentence("Write the address of the list, beginning with https://")),
        ("category", sentence("Say which category its names belong to.")),
    ):
        if not form.get(field):
            form.wrong(field, words)
    if not form.is_good:
        return _page(visit)
    return _kept(
        visit,
        lambda data: own_lists.add(data, source),
        f"added the list {source['name']}",
        visit.say("Added. Its names count as soon as it has been fetched."),
    )


async def remove(visit: Visit) -> web.StreamResponse:
    """Give up a list that the household chose."""
    wanted = _wanted(visit)
    return _kept(
        visit,
        lambda data: own_lists.remove(data, wanted.id),
        f"gave up the list {wanted.id}",
        visit.say("The list is no longer used."),
    )


async def hold(visit: Visit) -> web.StreamResponse:
    """Keep a list as it is, or let newer content come again."""
    wanted, holds = _wanted(visit), visit.form.get("hold") == "on"
    said = (
        sentence("%(list)s stays as it is until you release it.")
        if holds
        else sentence("%(list)s is kept up to date again.")
    )
    return _kept(
        visit,
        lambda data: own_lists.set_hold(data, wanted.id, hold=holds),
        f"{'held' if holds else 'released'} the list {wanted.id}",
        visit.say(said, list=wanted.title),
    )


async def decide(visit: Visit) -> web.StreamResponse:
    """Let new content of a list that waits count, or keep the old one."""
    wanted, takes = _wanted(visit), visit.form.get("take") == "on"
    try:
        visit.house.decide_list(wanted.id, visit.form.get("content"), visit.who, take=takes)
    except GuardianError as problem:
        return visit.go(_HERE, translated(problem.args[0], visit.language.say))
    said = (
        sentence("The new content of %(list)s counts in a moment.")
        if takes
        else sentence("The old content of %(list)s stays in force.")
    )
    return visit.go(_HERE, visit.say(said, list=wanted.title))


async def try_out(visit: Visit) -> web.StreamResponse:
    """Let new content of a list that waits count on the ticked devices alone."""
    wanted, house = _wanted(visit), visit.house
    waiting = next((each.waiting for each in house.lists() if each.source.id == wanted.id), None)
    tried_on = waiting.devices if waiting is not None else ()
    known = dict.fromkeys(tried_on) | {each.id: each.title for each in devices(house)}
    ticked = [each for each in visit.form.all("device") if each in known]
    if not ticked and not tried_on:
        return visit.go(_HERE, visit.say("Tick the device on which to try it."))
    try:
        house.try_list(wanted.id, visit.form.get("content"), ticked, visit.who)
    except GuardianError as problem:
        return visit.go(_HERE, translated(problem.args[0], visit.language.say))
    if not ticked:
        said = sentence("The new content of %(list)s is no longer tried. It waits for you.")
        return visit.go(_HERE, visit.say(said, list=wanted.title))
    said = sentence("The new content of %(list)s counts in a moment, on %(devices)s alone.")
    titles = visit.language.several([known[each] or each for each in ticked])
    return visit.go(_HERE, visit.say(said, list=wanted.title, devices=titles))


async def put_back(visit: Visit) -> web.StreamResponse:
    """Put an earlier content of a list in force, and keep the list as it is then."""
    wanted = _wanted(visit)
    known = next(each for each in visit.house.lists() if each.source.id == wanted.id)
    number = next((n for n in known.numbers if str(n) == visit.form.get("number")), None)
    if number is None:
        raise web.HTTPNotFound
    # On hold first, or the next update would undo it.
    change = edit(
        visit,
        lambda data: own_lists.set_hold(data, wanted.id, hold=True),
        f"held the list {wanted.id}",
        otherwise="title",
    )
    if change is None:
        return _page(visit)
    await visit.house.put_list_back(wanted.id, number, visit.who)
    said = sentence("%(list)s is as it was. It stays so until you release it.")
    return visit.go(_HERE, visit.say(said, list=wanted.title), undo_of(change, _HERE))


def _wanted(visit: Visit) -> ListSource:
    """The household's own list of the form. Raises HTTPNotFound."""
    wanted = visit.form.get("list")
    found = next((each for each in visit.house.settings.lists.sources if each.id == wanted), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _kept(visit: Visit, change: Callable[[Any], None], deed: str, said: str) -> web.StreamResponse:
    number = edit(visit, change, deed, "", {"name": "title"}, otherwise="title")
    if number is None:
        return _page(visit)
    return visit.go(_HERE, said, undo_of(number, _HERE))
