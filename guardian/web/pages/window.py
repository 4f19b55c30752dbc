"""The small form of a window: kind, days or dates, times to the minute, and what it does."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from aiohttp import web

from guardian.policy.people import Person
from guardian.policy.rules import Category, Everything
from guardian.policy.sentences import HEADINGS
from guardian.policy.week import clock, is_weekly, put
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind
from guardian.settings import ConfigError
from guardian.web import times, week
from guardian.web.forms import one_of
from guardian.web.marked import sentence
from guardian.web.pages.person import wanted
from guardian.web.pages.week import address, chosen, in_order, save_windows, windows_of
from guardian.web.visit import Visit

# What a window does: value, words, an explanation.
DOES: Final = (
    (
        "all",
        sentence("Everything is off"),
        sentence("Nothing but help and what devices need to work."),
    ),
    (
        "some",
        sentence("Some things are off"),
        sentence("Choose them below. All else stays as it is."),
    ),
    (
        "only",
        sentence("Only some things are open"),
        sentence("Choose them below. All else is off."),
    ),
    (
        "none",
        sentence("Nothing is off"),
        sentence("Only for single dates: there is no such time on these days."),
    ),
)
SEASONS: Final = (
    ("always", sentence("All year")),
    ("term", sentence("Only on school days and nights")),
    ("holidays", sentence("Only in the holidays")),
)
_FIELD_OF_KEY: Final = {  # of the configuration → of the form
    "kind": "kind", "days": "days", "from": "from", "to": "to", "season": "season",
    "dates": "last", "block": "does", "allow": "things",
}  # fmt: skip
_USUAL: Final = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
_MOST_DAYS: Final = 371


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form shows at first."""

    window: Window
    is_dated: bool
    does: str
    things: frozenset[str]


async def show(visit: Visit) -> web.StreamResponse:
    """The form of a window, or of a new one."""
    return _page(visit)


def _number(visit: Visit, person: Person) -> int | None:
    if "number" not in visit.request.match_info:
        return None
    return chosen(visit, person, visit.part("number"))


def _page(visit: Visit) -> web.Response:
    person = wanted(visit)
    number = _number(visit, person)
    window = windows_of(person)[number] if number is not None else _asked_for(visit, person)
    speaks, titles = visit.language, visit.house.titles(visit.language.code)
    categories = visit.house.settings.categories - {"illegal"}
    named = {each.id for each in window.blocks if isinstance(each, Category)} | window.spares
    filled = Filled(window, window.dates is not None, _does(window), frozenset(named))
    picked = set(visit.form.all("things")) if visit.form.values else named
    return visit.page(
        "window.html",
        who=person,
        here=address(person),
        number=number,
        filled=filled,
        picked=picked,
        kinds=[(str(each), visit.say(HEADINGS[str(each)][0])) for each in WindowKind],
        days=[(day, speaks.weekday(day)) for day in speaks.week()],
        chosen_days={int(day) for day in visit.form.all("days") if day in set("0123456")}
        if visit.form.values else set(window.days),
        seasons=[(value, visit.say(words)) for value, words in SEASONS],
        does=[(value, visit.say(words), visit.say(about)) for value, words, about in DOES],
        categories=in_order(titles, categories),
        services=in_order(titles, picked - categories),
        known=in_order(titles, titles.keys() - categories),
        start=week.said_clock(window.start, speaks),
        end=week.said_clock(window.end, speaks, is_end=True),
        version=visit.version,
    )  # fmt: skip


def _does(window: Window) -> str:
    if not window.blocks:
        return "none"
    if window.spares:
        return "only"
    return "all" if window.blocks == (Everything(),) else "some"


def _asked_for(visit: Visit, person: Person) -> Window:
    """A new window with what the address says of it: a day, times, a kind, or a date."""
    query = visit.request.query
    kind = query.get("kind", "")
    chosen_kind = WindowKind(kind) if kind in list(WindowKind) else WindowKind.BEDTIME
    like = next(
        (
            each
            for each in windows_of(person)
            if each.kind is chosen_kind and each.blocks and is_weekly(each)
        ),
        _USUAL,
    )
    days = query.get("day", "")
    start, end = _minutes(query.get("start", "")), _minutes(query.get("end", ""))
    today = visit.now.date()
    return Window(
        chosen_kind,
        frozenset({Weekday(int(days))}) if days in set("0123456") else frozenset(Weekday),
        clock(start) if start is not None else like.start,
        clock(end) if end is not None else like.end,
        like.blocks,
        like.spares,
        dates=Dates(today, today) if "dates" in query else None,
    )


def _minutes(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= 48 * 60:
        return int(text)
    return None


async def save(visit: Visit) -> web.StreamResponse:
    """Keep what the form says."""
    person = wanted(visit)
    number = _number(visit, person)
    old = windows_of(person)[number] if number is not None else None
    window = _read(visit, old)
    if window is None:
        return _page(visit)
    after = put(windows_of(person), number, window)
    titles = visit.house.titles(visit.language.code)
    if window.dates is not None:
        about = week.exception(window, visit.language)
    else:
        begins = next(Weekday(day) for day in visit.language.week() if day in window.days)
        about = week.name(window, begins, visit.language, titles)
    said = visit.say("Saved: %(window)s.", window=about)
    try:
        return save_windows(visit, person, after, said)
    except ConfigError as problem:
        for each in problem.problems:
            field = _FIELD_OF_KEY.get(each.field.rpartition(".")[2], "kind")
            visit.form.wrong(field, f"{each.problem}; {each.mend}")
        return _page(visit)


def _read(visit: Visit, old: Window | None) -> Window | None:
    """The window that the form means; None once it is noted what is wrong."""
    form = visit.form
    kind = form.read("kind", one_of([*WindowKind]))
    does = form.read("does", one_of([value for value, *_ in DOES]))
    start, end = form.read("from", times.clock_time), form.read("to", times.clock_time)
    is_dated = form.get("when") == "dates"
    dates = _dates(visit) if is_dated else None
    days = frozenset(Weekday(int(day)) for day in form.all("days") if day in set("0123456"))
    if is_dated:
        days = old.days if old is not None and old.dates is not None else frozenset(Weekday)
    elif not days:
        form.wrong("days", "Choose at least one day.")
    season = Season.ALWAYS if is_dated else Season(
        form.read("season", one_of([*Season])) or Season.ALWAYS
    )  # fmt: skip
    if does == "none" and not is_dated:
        form.wrong("does", "This is for single dates. To end a weekly time, remove it.")
    if start is not None and start == end and start != time(0) and does != "none":
        form.wrong("to", "It ends when it begins. For a whole day, write 00:00 and 24:00.")
    things = _things(visit) if does in ("some", "only") else ()
    if not form.is_good or kind is None or start is None or end is None:
        return None
    blocks: tuple[Everything, ...] | tuple[Category, ...] = (Everything(),)
    if does == "some":
        blocks = tuple(map(Category, things))
    elif does == "none":
        blocks = ()
    spares = frozenset(things) if does == "only" else frozenset[str]()
    return Window(WindowKind(kind), days, start, end, blocks, spares, season, dates)


def _dates(visit: Visit) -> Dates | None:
    too_many = sentence("Choose at most a year.")
    return times.row_of_days(visit.form, visit.now.date(), _MOST_DAYS, too_many)


def _things(visit: Visit) -> tuple[str, ...]:
    """The categories and services that were ticked, and those that were written."""
    titles = visit.house.titles(visit.language.code)
    found = [each for each in visit.form.all("things") if each in titles]
    by_title = {title.casefold(): each for each, title in titles.items()}
    for written in visit.form.get("more").replace("،", ",").replace("、", ",").split(","):
        word = written.strip().casefold()
        if not word:
            continue
        if word in titles or word in by_title:
            found.append(word if word in titles else by_title[word])
        else:
            visit.form.wrong("more", "guardian knows no app or site of this name.")
    if not found and visit.form.is_good:
        visit.form.wrong("things", "Choose at least one thing.")
    return tuple(dict.fromkeys(found))
