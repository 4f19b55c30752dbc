"""When an event is due: pure arithmetic on what is in force, agreed and asked at an instant."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from guardian.policy import growing, requests, sentences
from guardian.policy.budgets import Account, Used
from guardian.policy.events import Event, EventKind, Mark, Occasion
from guardian.policy.explain import outlook
from guardian.policy.notices import BEFORE_WINDOW, LOW, OPEN, low, soon
from guardian.policy.people import AgeBand, Household
from guardian.policy.requests import Answer, Request
from guardian.policy.sentences import Say, english
from guardian.policy.timeline import Grant, Pause, Spell, Timeline

WARNINGS: Final = (15, 5)  # minutes before a window begins
LOWS: Final = (LOW, 2)  # minutes left of a budget
LETTER_AT: Final = time(18)  # on the last day of a week
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_LONG: Final = timedelta(days=400)
_STARTS: Final = {Pause: EventKind.PAUSE, Grant: EventKind.EXTRA}
_OVERS: Final = {EventKind.PAUSE: EventKind.PAUSE_OVER, EventKind.EXTRA: EventKind.EXTRA_OVER}


def window(timeline: Timeline, now: datetime, say: Say = english) -> Iterator[Occasion]:
    """A window that is about to begin for the timeline's person."""
    change = timeline.next_change(now)
    if change is None or change - now > BEFORE_WINDOW:
        return
    view = outlook(timeline, now, say)
    if view.kind not in OPEN or view.until is None or view.until - now > BEFORE_WINDOW:
        return
    notice = soon(timeline, view.until, now, say)
    mark = ("window", timeline.person or "", notice.kind, view.until.isoformat())
    told = Event(now, EventKind.WINDOW, timeline.person, notice.sentence, notice.minutes)
    left = (view.until - now) / _MINUTE
    yield from _thresholds(WARNINGS, left, mark, view.until + _DAY, told)


def budget(
    timeline: Timeline,
    account: Account,
    titles: Mapping[str, str],
    now: datetime,
    say: Say = english,
) -> Iterator[Occasion]:
    """A budget that runs low, or is used up. More minutes make it another one."""
    person, thing = timeline.person or "", account.budget.category or ""
    mark = ("budget", person, thing, account.until.isoformat(), str(account.allowed))
    if 0 < account.left < account.allowed:
        notice = low(timeline, account, titles, say)
        told = Event(now, EventKind.BUDGET, timeline.person, notice.sentence, account.left)
        yield from _thresholds(LOWS, account.left, mark, account.until + _DAY, told)
    elif not account.left and account.used:
        says = "budget:some" if thing else "budget"
        until = sentences.clock(account.until, now, timeline.zone, say)
        title = titles.get(thing, thing)
        said = sentences.whole(says, title, timeline.person, until=until, say=say)
        told = Event(now, EventKind.USED_UP, timeline.person, said)
        yield from _thresholds((*LOWS, 0), 0, mark, account.until + _DAY, told)


def _thresholds(
    steps: Iterable[int], left: float, mark: Mark, until: datetime, told: Event
) -> Iterator[Occasion]:
    """An occasion for each step that is reached; the last one is told."""
    reached = [step for step in steps if left <= step]
    for step in reached:
        yield Occasion((*mark, str(step)), until, told if step == reached[-1] else None)


def spells(
    agreed: Iterable[Spell],
    raised: Collection[Mark],
    household: Household,
    titles: Mapping[str, str],
    now: datetime,
    say: Say = english,
) -> Iterator[Occasion]:
    """Pauses and extra times that have begun, and those that are over. raised: marks of before."""
    active: set[Mark] = set()
    for each in agreed:
        kind = _STARTS.get(type(each))
        if kind is None or not each.since <= now < each.until:
            continue
        mark = _spell_mark(kind, each)
        active.add(mark)
        until = sentences.clock(each.until, now, household.zone, say)
        said = _said(kind, each.person, each.thing, titles, say, until)
        minutes = round((each.until - each.since) / _MINUTE)
        event = Event(each.since, kind, each.person, said, minutes)
        yield Occasion(mark, each.until + _LONG, event)
    replaced = {mark[:3] for mark in active}
    for mark in raised:
        if mark[0] not in _OVERS or mark[-1] == "over" or mark in active:
            continue
        kind, ended = _OVERS[EventKind(mark[0])], min(now, datetime.fromisoformat(mark[4]))
        person, thing = mark[1] or None, mark[2] or None
        event = Event(ended, kind, person, _said(kind, person, thing, titles, say))
        yield Occasion((*mark, "over"), now + _LONG, None if mark[:3] in replaced else event)


def _spell_mark(kind: EventKind, spell: Spell) -> Mark:
    since, until = (each.astimezone(UTC).isoformat() for each in (spell.since, spell.until))
    return kind, spell.person or "", spell.thing or "", since, until


def _said(
    kind: EventKind,
    person: str | None,
    thing: str | None,
    titles: Mapping[str, str],
    say: Say,
    until: str = "",
) -> str:
    pattern = say(sentences.EVENTS[f"{kind}:some" if thing else kind])
    title = titles.get(thing, thing) if thing else ""
    return pattern.format(
        person=sentences.called(person, say), thing=sentences.within(title), until=until
    )


def earned(
    used: Mapping[str, Used],
    today: date,
    titles: Mapping[str, str],
    now: datetime,
    say: Say = english,
) -> Iterator[Occasion]:
    """Minutes that somebody earned today. used: by person."""
    for person, theirs in used.items():
        for day, thing, _, minutes in theirs.rows:
            if day != today or not minutes:
                continue
            title = say(sentences.ALL_TIME) if thing is None else titles.get(thing, thing)
            said = say(sentences.EVENTS[EventKind.EARNED]).format(
                person=person, minutes=minutes, thing=sentences.within(title)
            )
            mark = ("earned", person, thing or "", day.isoformat(), str(minutes), "day")
            event = Event(now, EventKind.EARNED, person, said, minutes)
            yield Occasion(mark, now + 2 * _DAY, event)


def asked(known: Iterable[Request], now: datetime) -> Iterator[Occasion]:
    """Requests and their answers; the name that is asked for is not told."""
    for each in known:
        said = requests.said(each, with_name=False)
        event = Event(each.asked, EventKind.ASKED, each.person, said, each.minutes)
        yield Occasion(("asked", str(each.number)), now + _LONG, event)
        if each.answer is not Answer.OPEN and each.answered is not None:
            said = f"{said}: {each.answer}"
            event = Event(each.answered, EventKind.ANSWERED, each.person, said, each.minutes)
            yield Occasion(("answered", str(each.number)), now + _LONG, event)


def devices(strangers: Mapping[str, str], now: datetime, say: Say = english) -> Iterator[Occasion]:
    """Devices that nobody has named.

    strangers: what each is known by, a MAC or an address → how it calls itself, if it does.
    """
    for sign, name in strangers.items():
        thing = f"{name} ({sign})" if name else sign
        said = say(sentences.EVENTS[EventKind.DEVICE]).format(thing=thing)
        yield Occasion(("device", sign), now + _LONG, Event(now, EventKind.DEVICE, None, said))


def logins(
    entered: Iterable[tuple[int, datetime, str]], now: datetime, say: Say = english
) -> Iterator[Occasion]:
    """Log-ins. entered: number, instant and account of each."""
    for number, at, account in entered:
        said = say(sentences.EVENTS[EventKind.LOGIN]).format(person=account)
        yield Occasion(("login", str(number)), now + _LONG, Event(at, EventKind.LOGIN, None, said))


def trouble(standing: Iterable[str], now: datetime, say: Say = english) -> Iterator[Occasion]:
    """What has been wrong for a while: told without its details, and again after a day.

    standing: what tells one from another.
    """
    for each in standing:
        said = say(sentences.EVENTS[EventKind.TROUBLE])
        yield Occasion(("trouble", each), now + _DAY, Event(now, EventKind.TROUBLE, None, said))


def letters(household: Household, now: datetime, say: Say = english) -> Iterator[Occasion]:
    """On the evening on which the household's week ends: there is a letter about each child."""
    local = now.astimezone(household.zone)
    if (local.weekday() + 1) % 7 != household.week_start or local.time() < LETTER_AT:
        return
    for person in household.people:
        if person.age_band is not AgeBand.ADULT:
            said = say(sentences.EVENTS[EventKind.LETTER]).format(person=person.name)
            mark = ("letter", person.name, local.date().isoformat())
            yield Occasion(mark, now + 2 * _DAY, Event(now, EventKind.LETTER, person.name, said))


def grown(
    household: Household, today: date, now: datetime, say: Say = english
) -> Iterator[Occasion]:
    """Who will soon be, or is from today on, in another age band or of age."""
    for step in growing.steps(household, today):
        kind = EventKind.OF_AGE if step.is_of_age else EventKind.BAND
        said = growing.sentence(step, household, today, say)
        when = "soon" if step.day > today else "now"
        mark = ("band", step.person.name, step.day.isoformat(), when)
        yield Occasion(mark, now + _LONG, Event(now, kind, step.person.name, said))
