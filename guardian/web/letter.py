"""The letter of the week about one person: sentences first, and the same for parents and child.

It is made of counts, estimated minutes, kinds, requests and what parents did, as far as the
person's privacy lets parents see; it names no site, and no kind that would put somebody to shame.
Composing is arithmetic and words on `Facts`; `letter_facts` finds those.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy.occasions import LETTER_AT
from guardian.policy.people import Privacy
from guardian.policy.windows import DAY, Weekday
from guardian.web.languages import Language
from guardian.web.marked import sentence

WEEK: Final = 7
_ADS: Final = "ads"
_MOST_KINDS: Final = 5
_MOST_FILTERED: Final = 3


class Voice(StrEnum):
    """To whom the letter speaks."""

    PARENT = "parent"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Kind:
    """A category or service of which something was seen. days: on how many; blocked: how often."""

    id: str
    title: str
    days: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """A budget. used: minutes in the week, estimated; days: for how many it is known; left: on how
    many of these minutes were left over. days is 0 where the budget is one of a week."""

    title: str
    used: int
    days: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a week. first: its first day. calm: days on which something was looked up
    and nothing filtered; days: those on which something was looked up. kinds: none where the
    privacy is of counts alone. pauses, extras, changes, looks: how often parents did what.
    """

    person: str
    privacy: Privacy
    first: date
    seen: int = 0
    blocked: int = 0
    days: int = 0
    calm: int = 0
    kinds: tuple[Kind, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    asked: int = 0
    yes: int = 0
    no: int = 0
    waiting: int = 0
    pauses: int = 0
    extras: int = 0
    changes: int = 0
    looks: int = 0

    @property
    def last(self) -> date:
        """The last day of the week."""
        return self.first + (WEEK - 1) * DAY


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter: a heading, and sentences."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """title: whose week. about: which one. end: who else reads it."""

    title: str
    about: str
    sections: tuple[Section, ...]
    end: str


def latest(now: datetime, zone: ZoneInfo, start: Weekday) -> date:
    """The first day of the last week that is over, or is in its last evening."""
    local = now.astimezone(zone)
    first = local.date() - ((local.weekday() - start) % WEEK) * DAY
    is_over = local.date() == first + (WEEK - 1) * DAY and local.time() >= LETTER_AT
    return first if is_over else first - WEEK * DAY


def weeks(now: datetime, zone: ZoneInfo, start: Weekday, kept: timedelta) -> list[date]:
    """The first days of the weeks of which there is a letter, the last one first.

    kept: how long hours are remembered.
    """
    first, oldest = latest(now, zone, start), now.astimezone(zone).date() - kept
    found = [first]
    while found[-1] - WEEK * DAY >= oldest:
        found.append(found[-1] - WEEK * DAY)
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time(0), zone)


def compose(facts: Facts, voice: Voice, speaks: Language) -> Letter:
    """The letter, in a language."""
    parts = (
        (sentence("What went well"), _well(facts, speaks)),
        (sentence("Time, estimated"), _time(facts, speaks)),
        (sentence("What was filtered"), _filtered(facts, speaks)),
        (sentence("Requests"), _requests(facts, voice, speaks)),
        (sentence("What parents did"), _done(facts, speaks)),
    )
    sections = ((speaks.say(heading), tuple(said)) for heading, said in parts)
    if voice is Voice.PARENT:
        title = speaks.say("The week of %(person)s") % {"person": facts.person}
        end = speaks.say("%(person)s can read this letter too, on their own page.") % {
            "person": facts.person
        }
    else:
        title = speaks.say("Your week")
        end = speaks.say("Your parents read the same letter.")
    return Letter(
        title,
        speaks.days(facts.first, facts.last),
        tuple(Section(heading, said) for heading, said in sections if said),
        end,
    )


def _well(facts: Facts, speaks: Language) -> Iterator[str]:
    if not facts.seen:
        yield speaks.say("Nothing was looked up in this week.")
        return
    said = False
    for each in facts.minutes:
        if each.left:
            said = True
            yield speaks.say("%(thing)s: on %(days)s of %(all)s days, minutes were left over.") % {
                "thing": each.title,
                "days": speaks.number(each.left),
                "all": speaks.number(each.days),
            }
    if facts.calm:
        said = True
        yield speaks.say("On %(days)s of %(all)s days nothing had to be filtered.") % {
            "days": speaks.number(facts.calm),
            "all": speaks.number(facts.days),
        }
    if not said:
        yield speaks.say("It was an ordinary week.")


def _time(facts: Facts, speaks: Language) -> Iterator[str]:
    for each in facts.minutes:
        yield speaks.say("%(thing)s: about %(time)s.") % {
            "thing": each.title,
            "time": speaks.minutes(each.used),
        }
    came = sorted(facts.kinds, key=lambda kind: (-kind.days, kind.title))
    things = [each.title for each in came if each.days and each.id != _ADS][:_MOST_KINDS]
    if things and facts.privacy is not Privacy.COUNTS:
        yield speaks.say("Kinds that came up: %(things)s.") % {"things": speaks.several(things)}


def _filtered(facts: Facts, speaks: Language) -> Iterator[str]:
    if not facts.blocked:
        return
    yield speaks.say_of(
        "%(count)s look-up was filtered.", "%(count)s look-ups were filtered.", facts.blocked
    ) % {"count": speaks.number(facts.blocked)}
    if facts.privacy is Privacy.COUNTS:
        return
    most = sorted(facts.kinds, key=lambda kind: (-kind.blocked, kind.title))
    things = [each.title for each in most if each.blocked][:_MOST_FILTERED]
    if things:
        yield speaks.say("Most of it: %(things)s.") % {"things": speaks.several(things)}
    if any(each.id == _ADS and each.blocked for each in most):
        yield speaks.say("Advertising is filtered without anybody having asked for it.")


def _requests(facts: Facts, voice: Voice, speaks: Language) -> Iterator[str]:
    if not facts.asked:
        return
    count = {"person": facts.person, "count": speaks.number(facts.asked)}
    if voice is Voice.PARENT:
        yield (
            speaks.say_of(
                "%(person)s asked %(count)s time.", "%(person)s asked %(count)s times.", facts.asked
            )
            % count
        )
    else:
        yield speaks.say_of(
            "You asked %(count)s time.", "You asked %(count)s times.", facts.asked
        ) % {"count": count["count"]}
    yield speaks.say("Yes: %(yes)s. Not now: %(no)s. Not answered yet: %(waiting)s.") % {
        "yes": speaks.number(facts.yes),
        "no": speaks.number(facts.no),
        "waiting": speaks.number(facts.waiting),
    }


def _done(facts: Facts, speaks: Language) -> Iterator[str]:
    for count, said in (
        (facts.pauses, sentence("Pauses: %(count)s")),
        (facts.extras, sentence("Extra time: %(count)s")),
        (facts.changes, sentence("Changes of the rules: %(count)s")),
        (facts.looks, sentence("Looks at the activity: %(count)s")),
    ):
        if count:
            yield speaks.say(said) % {"count": speaks.number(count)}
