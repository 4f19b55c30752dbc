"""A child's own page: what is in force for me, what is filtered and why, and how I can ask.

There is no log-in: whose device it is, is told from its address, as DNS does. The page says nothing
about anybody else; on a device that nobody has named it says what holds there and whom to ask.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from guardian.errors import GuardianError
from guardian.names import InvalidName, normalise
from guardian.policy import sentences
from guardian.policy.explain import Outlook, outlook
from guardian.policy.notices import notices
from guardian.policy.people import Person
from guardian.policy.privacy import TOLD_FROM
from guardian.policy.requests import Kind, NotNow, Request
from guardian.policy.rules import Action, Category, SafeSearch, Step
from guardian.policy.windows import Season, Window
from guardian.safety.helplines import helpline
from guardian.store.appeals import Appeal
from guardian.web import kindly, news
from guardian.web.events import stream
from guardian.web.forms import Bad, one_of
from guardian.web.kindly import Style
from guardian.web.marked import sentence
from guardian.web.own_data import MAY_FORGET
from guardian.web.status import BudgetStatus
from guardian.web.visit import Visit

_SHOWN: Final = timedelta(days=14)
_MINUTES: Final = {Style.LITTLE: (15, 30), Style.MIDDLE: (15, 30, 60), Style.TEEN: (15, 30, 60)}
_MOST_STREAMS: Final = 4  # that one device may hold open …
_MOST_STREAMS_IN_ALL: Final = 60  # … and everybody together
_DEEDS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Mine:
    """What the page shows of a person; person None: of a device that nobody has named, or that
    several people use (is_shared). watched: what a parent finds out now from the names that are
    asked for here: what "site" or "app" needs; "" where nobody does.

    filtered: titles of categories that are filtered at all hours, each with its reason; others:
    titles of what is filtered by name. times: windows, each as a heading, days, season and hours.
    asks: their requests with answers, the last one first; appeals: likewise.
    deeds: what others did about them lately, for those who are old enough to read a journal:
    who, what and when. news: keys and sentences of what is new in their rules.
    announced: what will be seen of them besides, from `begins` on.
    """

    person: Person | None
    style: Style
    now: Outlook
    filtered: tuple[tuple[str, str], ...]
    others: tuple[str, ...]
    safe_search: bool
    only_chosen: bool
    is_shared: bool = False
    watched: str = ""
    soon: tuple[str, ...] = ()
    budgets: tuple[BudgetStatus, ...] = ()
    times: tuple[tuple[str, str, str, str], ...] = ()
    asks: tuple[tuple[Request, str, str], ...] = ()
    appeals: tuple[Appeal, ...] = ()
    deeds: tuple[tuple[str, str, datetime], ...] = ()
    news: tuple[tuple[str, str], ...] = ()
    announced: tuple[str, ...] = ()
    begins: str = ""

    @property
    def mark(self) -> str:
        """Another one whenever the page would be."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return page(visit)


def page(visit: Visit, code: int = 200, **shown: object) -> web.Response:
    mine = _mine(visit)
    household = visit.house.settings.household
    response = visit.page(
        "me/page.html", code, mine=mine, person=_as_sign(mine.now),
        helpline=helpline(household.country), today=visit.now.date(),
        things=_things(visit, mine.person), minutes=_MINUTES.get(mine.style, ()),
        reader=kindly.reader_of(mine.person),
        site=visit.form.get("site") or visit.request.query.get("site", "")[:253],
        seen=kindly.seen_of(mine.person, mine.watched) if mine.person else (),
        never_seen=(
            kindly.never_seen_of(mine.person, mine.watched) if mine.person else ()
        ),
        kind=household.kind,
        seen_sign=kindly.SEEN_SIGN[mine.person.privacy] if mine.person else "",
        takes_part=household.statistics,
        may_forget=mine.person is not None and mine.person.age_band in MAY_FORGET,
        **{"open_already": False, **shown},
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _as_sign(now: Outlook) -> Mapping[str, str]:
    """What `sign.html` draws."""
    return {"kind": now.kind}


def _mine(visit: Visit) -> Mine:
    """All that is shown, of nobody but who is here."""
    person, house, language = visit.person, visit.house, visit.language
    holder, now = visit.holder, house.now()
    timeline = house.in_force(visit.address)
    titles = house.titles(language.code)
    state = timeline.state(now)
    blocks = [rule for rule in state.of(Step.CATEGORY) if rule.action is Action.BLOCK]
    closed = {
        rule.what.id: titles.get(rule.what.id, rule.title)
        for rule in blocks
        if isinstance(rule.what, Category)
    }
    because = kindly.BECAUSE
    mine = Mine(
        person,
        kindly.style_of(person) if person else Style.MIDDLE,
        outlook(timeline, now, language.say),
        tuple((closed[each], language.say(because[each])) for each in closed if each in because),
        tuple(closed[each] for each in closed if each not in because),
        any(isinstance(rule.what, SafeSearch) for rule in state.of(Step.SAFE_SEARCH)),
        any(rule.id == "allow-only" for rule in blocks),
        is_shared=holder is not None and person is None,
        watched="site" if state.watched else _watched(visit),
    )
    if person is None:
        return mine
    accounts = house.accounts().get(person.name, ())
    return replace(
        mine,
        soon=tuple(
            each.sentence for each in notices(timeline, accounts, titles, now, language.say)
        ),
        budgets=tuple(BudgetStatus.of(each, titles) for each in accounts),
        times=tuple(_times(visit, person)),
        asks=tuple(_asks(visit, person, titles)),
        appeals=tuple(house.store.appeals.of(person.name, now - _SHOWN)),
        deeds=_deeds(visit, person) if person.age_band in TOLD_FROM else (),
        news=tuple(news.of(house, person, language)),
        **_announced(visit, person),
    )


def _announced(visit: Visit, person: Person) -> dict[str, Any]:
    insight = visit.house.insight(person.name)
    if insight is None or not insight.is_announced:
        return {}
    more = kindly.seen_of(replace(person, privacy=insight.wanted))
    return {
        "announced": tuple(each for each in more if each not in kindly.seen_of(person)),
        "begins": visit.until(insight.due),
    }


def _watched(visit: Visit) -> str:
    """What a parent finds out now from what this device, or another one of its owner, asks for."""
    wanted = visit.house.watched_for(visit.address)
    return "" if wanted is None else ("site" if wanted else "app")


_SEASONS: Final = {
    Season.ALWAYS: "",
    Season.TERM: sentence("in school weeks"),
    Season.HOLIDAYS: sentence("in the holidays"),
}


def _times(visit: Visit, person: Person) -> list[tuple[str, str, str, str]]:
    """The person's windows: heading, days, season and hours."""
    windows: Sequence[Window] = person.profile.windows if person.profile else ()
    language = visit.language
    return [
        (
            sentences.heading(str(window.kind), language.say),
            language.several(
                [language.short_weekday(day) for day in language.week() if day in window.days]
            ),
            language.say(_SEASONS[window.season]),
            f"{window.start:%H:%M}–{window.end:%H:%M}",
        )
        for window in windows
        if window.dates is None and window.blocks
    ]


def _asks(
    visit: Visit, person: Person, titles: Mapping[str, str]
) -> list[tuple[Request, str, str]]:
    now, zone = visit.house.now(), visit.house.settings.household.zone
    theirs = [
        each
        for each in visit.house.store.requests.since(now - _SHOWN)
        if each.person == person.name
    ]
    return [
        (
            each,
            kindly.asked(each, visit.language, titles),
            kindly.answered(each, now, visit.language, zone),
        )
        for each in reversed(theirs)
    ][:10]


def _deeds(visit: Visit, person: Person) -> tuple[tuple[str, str, datetime], ...]:
    zone = visit.house.settings.household.zone
    return tuple(
        (each.who, visit.say(kindly.DEEDS.get(each.deed, each.deed)), each.at.astimezone(zone))
        for each in visit.house.store.accounts.journal(_DEEDS_SHOWN, about=person.name)
    )


def _things(visit: Visit, person: Person | None) -> list[tuple[str, str]]:
    """What somebody can ask more time for: everything, and what has its times or minutes."""
    profile = person.profile if person else None
    if profile is None:
        return []
    limited = [each.category for each in profile.budgets if each.category]
    limited += [
        what.id
        for window in profile.windows
        for what in window.blocks
        if isinstance(what, Category)
    ]
    titles = visit.house.titles(visit.language.code)
    return [
        ("", visit.say("Everything")),
        *((each, titles.get(each, each)) for each in dict.fromkeys(limited)),
    ]


async def ask_time(visit: Visit) -> web.StreamResponse:
    """Ask for more time."""
    person = visit.person
    things = list(dict(_things(visit, person)))
    if person is None or not things:
        return visit.go("/me")
    if not _may_ask(visit, person):
        return visit.go("/me", visit.say(kindly.TOO_FAST))
    minutes = visit.form.read("minutes", one_of(["15", "30", "60"]))
    thing = visit.form.read("thing", one_of(things))
    if minutes is None or thing is None:
        return page(visit)
    return _asked(visit, person, Kind.TIME, thing, int(minutes))


async def ask_site(visit: Visit) -> web.StreamResponse:
    """Ask for a site. One that is open already is not asked for, unless it is meant so.

    Of a name that a list of illegal content has, nothing is kept and nobody is told.
    """
    person = visit.person
    if person is None:
        return visit.go("/me")
    if not _may_ask(visit, person):
        return visit.go("/me", visit.say(kindly.TOO_FAST))
    qname = visit.form.read("site", site)
    if qname is None:
        return page(visit)
    told = visit.house.explain(qname, visit.house.in_force(visit.address), visit.language)
    step = told.verdict.rule.step if told.verdict.rule else None
    if step is Step.ILLEGAL:
        return visit.go("/me", visit.say("This site cannot be opened for anybody here."))
    if step is Step.HELPLINE:
        return visit.go("/me", visit.say("This site is always open for you."))
    if told.verdict.action is not Action.BLOCK and not visit.form.has("anyway"):
        return page(visit, open_already=True)
    return _asked(visit, person, Kind.NAME, qname, 0)


async def read_news(visit: Visit) -> web.StreamResponse:
    """Take from the page what was new and has been read."""
    person = visit.person
    if person is not None:
        said = visit.form.all("key")
        shown = news.of(visit.house, person, visit.language)
        visit.house.read_news(person.name, [key for key, _ in shown if key in said])
    return visit.go("/me")


def _may_ask(visit: Visit, person: Person) -> bool:
    """Whether a device and its person ask at a bearable pace; a script soon does not."""
    pace: Any = visit.request.app["pace"]
    return bool(pace.may(f"at {visit.address}") and pace.may(f"person {person.name}"))


def _asked(visit: Visit, person: Person, kind: Kind, what: str, minutes: int) -> web.StreamResponse:
    try:
        visit.house.ask(person.name, kind, what, minutes)
    except NotNow as wait:
        return visit.go("/me", visit.say(kindly.WAITS[wait.why]))
    except GuardianError:
        visit.form.wrong("site", "This is more than one site. Write a whole name.")
        return page(visit)
    return visit.go("/me", visit.say("You asked. The answer will be on this page."))


def site(text: str) -> str:
    """The name in what somebody typed or pasted as a site. Raises Bad."""
    text = "".join(text.split())
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
        qname = normalise(host)
    except (ValueError, InvalidName):
        raise Bad("Write the name of a site, such as example.org.") from None
    if "." not in qname or qname.rpartition(".")[2].isdigit():
        raise Bad("Write the name of a site, such as example.org.")
    return qname


_streams: Counter[str] = Counter()


async def changes(visit: Visit) -> web.StreamResponse:
    """Tells the page when to renew itself: by what is on it, not by what others do."""
    if _streams[visit.address] >= _MOST_STREAMS or _streams.total() >= _MOST_STREAMS_IN_ALL:
        raise web.HTTPTooManyRequests
    _streams[visit.address] += 1
    try:
        return await stream(visit.request, visit.house, lambda: _mine(visit).mark)
    finally:
        _streams[visit.address] -= 1
        if not _streams[visit.address]:
            del _streams[visit.address]
