"""Every sentence of the policy, in one place: whole sentences with named placeholders.

Each function takes `say`, which turns an English sentence of these tables into another language's
(gettext); none: English. Placeholders: {person} who it is about, {title}
what a rule is about ("Adult content"), {thing} the same within a sentence ("adult content"),
{name} a qname or an address, {until} a time as `clock` writes it, {next} what comes then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

Say = Callable[[str], str]
"""A sentence of this file → the same in the reader's language."""


def english(sentence: str) -> str:
    """The sentence as it stands."""
    return sentence


@dataclass(frozen=True, slots=True)
class Wording:
    """One reason in three lengths.

    brief: about nobody. whole: about somebody. until: the same with its end, where it has one.
    """

    brief: str
    whole: str
    until: str = ""


WORDINGS: Final = {
    "illegal": Wording("Illegal content is blocked", "Illegal content is blocked for everybody"),
    "helpline": Wording("Helplines are always open", "Helplines are always open for everybody"),
    "essential": Wording(
        "Devices need this to work and stay safe",
        "Devices need this to work and stay safe, so it is open for {person}",
    ),
    "pause": Wording(
        "Internet paused",
        "Internet paused for {person}",
        "Internet paused for {person} until {until}",
    ),
    "pause:some": Wording(
        "{title} paused",
        "{title} paused for {person}",
        "{title} paused for {person} until {until}",
    ),
    "device": Wording(
        "No internet on this device",
        "No internet on this device",
        "No internet on this device until {until}",
    ),
    "own:allow": Wording("Allowed by name", "{name} is allowed for {person}"),
    "own:opened": Wording(
        "Opened by a parent",
        "{name} was opened for {person}",
        "{name} was opened for {person} until {until}",
    ),
    "own:deny": Wording("Blocked by name", "{name} is blocked for {person}"),
    "own:pattern": Wording("Blocked by a pattern", "A pattern blocks it for {person}"),
    "types": Wording(
        "This kind of question is blocked", "{person} may not ask this kind of question"
    ),
    "networks": Wording(
        "It leads to a blocked address", "It leads to {name}, which is blocked for {person}"
    ),
    "homograph": Wording(
        "Looks like another site's name",
        "Looks like {name}, but is another name, so it is blocked for {person}",
    ),
    "new-name": Wording(
        "New here today",
        "First looked up here today, so {person} has to wait until tomorrow",
    ),
    "bedtime": Wording("Bedtime", "Bedtime for {person}", "Bedtime for {person} until {until}"),
    "bedtime:some": Wording(
        "Bedtime: no {thing}",
        "Bedtime for {person}: no {thing}",
        "Bedtime for {person} until {until}: no {thing}",
    ),
    "homework": Wording("Homework", "Homework for {person}", "Homework for {person} until {until}"),
    "homework:some": Wording(
        "Homework: no {thing}",
        "Homework for {person}: no {thing}",
        "Homework for {person} until {until}: no {thing}",
    ),
    "school": Wording(
        "School time", "School time for {person}", "School time for {person} until {until}"
    ),
    "school:some": Wording(
        "School time: no {thing}",
        "School time for {person}: no {thing}",
        "School time for {person} until {until}: no {thing}",
    ),
    "screen-free": Wording(
        "Screen-free time",
        "Screen-free time for {person}",
        "Screen-free time for {person} until {until}",
    ),
    "screen-free:some": Wording(
        "Screen-free time: no {thing}",
        "Screen-free time for {person}: no {thing}",
        "Screen-free time for {person} until {until}: no {thing}",
    ),
    "internet-free": Wording(
        "Internet-free time",
        "Internet-free time for {person}",
        "Internet-free time for {person} until {until}",
    ),
    "internet-free:some": Wording(
        "Internet-free time: no {thing}",
        "Internet-free time for {person}: no {thing}",
        "Internet-free time for {person} until {until}: no {thing}",
    ),
    "wait-lists": Wording(
        "guardian is waiting for its lists",
        "guardian is waiting for its lists, so {person} has to wait",
    ),
    "wait-clock": Wording(
        "guardian is waiting for the clock",
        "guardian is waiting for the clock to be set, so {person} has to wait",
    ),
    "wait-store": Wording(
        "guardian cannot read what was agreed",
        "guardian cannot read what was agreed, so {person} has to wait",
    ),
    "budget": Wording(
        "Time is used up",
        "{person}'s time is used up",
        "{person}'s time is used up until {until}",
    ),
    "budget:some": Wording(
        "Time for {thing} is used up",
        "{person}'s time for {thing} is used up",
        "{person}'s time for {thing} is used up until {until}",
    ),
    "allow-only": Wording("Not among the allowed sites", "Only chosen sites are open for {person}"),
    "category": Wording("{title} is blocked", "{title} is blocked for {person}"),
    "category:plural": Wording("{title} are blocked", "{title} are blocked for {person}"),
    "safe-search": Wording("Safe search is on", "Safe search is on for {person}"),
    "safe-search:youtube": Wording(
        "YouTube is in restricted mode", "YouTube is in restricted mode for {person}"
    ),
    "learning": Wording(
        "Open while a parent learns what a site needs",
        "Open for {person} while a parent sees what a site needs",
        "Open for {person} until {until}, while a parent sees what a site needs",
    ),
    "default": Wording("Nothing blocks this", "Nothing blocks this for {person}"),
}

# What a step says when it has no opinion, in the order of judgement.
NO_OPINION: Final = {
    "ILLEGAL": "No list of illegal content names it",
    "HELPLINE": "It is not a helpline",
    "ESSENTIAL": "It is not kept open for devices to work",
    "PAUSE": "No pause stops it now for {person}",
    "OWN": "Neither allowed nor blocked by name for {person}",
    "WINDOW": "No time window and no budget stops it now for {person}",
    "CATEGORY": "In no category that is blocked for {person}",
    "SAFE_SEARCH": "No safe search applies for {person}",
}

NOT_TOLD: Final = "Lists of illegal content were not asked: only an owner is told, and not often"

# A part that is missing: what for, what becomes of whom. {people} in a row.
MISSING: Final = {
    "lists": "guardian is waiting for its lists ({lists}); {chosen}",
    "clock": "guardian is waiting for the clock to be set; {chosen}",
    "store": "guardian cannot read what was agreed (pauses, extra time, minutes used); {chosen}",
}
WAIT: Final = ("{people} have to wait", "{people} has to wait")  # several, one
GO_ON: Final = ("{people} go on without", "{people} goes on without")
ALL_LISTS: Final = "none is in force"
ALL_OF_SEVERAL: Final = "{several} and {last}"

# What is in force: as a heading, and within a sentence.
HEADINGS: Final = {
    "free": ("Free time", "free time"),
    "pause": ("Internet paused", "a pause"),
    "pause:some": ("Partly paused", "a pause"),
    "device": ("No internet on this device", "no internet"),
    "bedtime": ("Bedtime", "bedtime"),
    "homework": ("Homework", "homework"),
    "school": ("School time", "school time"),
    "screen-free": ("Screen-free time", "screen-free time"),
    "internet-free": ("Internet-free time", "internet-free time"),
    "budget": ("Time used up", "no time left"),
    "wait-lists": ("Waiting for the lists", "a wait for the lists"),
    "wait-clock": ("Waiting for the clock", "a wait for the clock"),
    "wait-store": ("Waiting for what was agreed", "a wait for what was agreed"),
    "extra": ("Extra time", "extra time"),
    "learning": ("A parent learns what a site needs", "learning"),
}

SOON: Final = "{title} for {person} in {minutes} min"
LOW: Final = "{title} for {person}: {minutes} min left"
NONE_IS_NEW: Final = (
    "New names are not blocked until {until}: guardian learns first which are known here."
)
ALL_TIME: Final = "Time"
REBINDS: Final = (
    "{name} leads to an address inside the house ({addresses}); such an answer is held back, so "
    "that no site gets at the router or a printer. For a server of your own, list its name under "
    "rebinding"
)
WOULD_REBIND: Final = "An answer with an address inside the house would be held back; none was seen"
DOES_NOT_REBIND: Final = "Its answer leads to no address inside the house"
MAY_REBIND: Final = "This name may have an address inside the house"
VIA: Final = "{reason} (via {name})"

# What happened, by the event's kind.
EVENTS: Final = {
    "pause": "Internet paused for {person} until {until}",
    "pause:some": "No {thing} for {person} until {until}",
    "pause-over": "The pause for {person} is over",
    "pause-over:some": "The pause of {thing} for {person} is over",
    "extra": "Extra time for {person} until {until}",
    "extra:some": "Extra time for {person} until {until}: {thing}",
    "extra-over": "The extra time of {person} is over",
    "extra-over:some": "The extra time of {person} for {thing} is over",
    "earned": "{person} has earned {minutes} minutes today: {thing}",
    "device": "A device that nobody has named asks guardian for the first time: {thing}",
    "login": "Somebody has logged in as {person}",
    "trouble": "guardian needs your attention; its first page says why",
    "letter": "The letter about {person}'s week is ready",
}

BAND_SOON: Final = (
    "{person} moves from {before} to {band} on {day}; the ready-made profile, if that is theirs, "
    "changes too"
)
BAND: Final = "{person} is in the age band {band} since {day}, and was in {before} before"
OF_AGE_SOON: Final = (
    "{person} is of age on {day}; the rules for them end then, unless they choose to keep them "
    "(own_choice)"
)
OF_AGE: Final = (
    "{person} is of age since {day}; the rules for them have ended, and any from now on are their "
    "own choice (own_choice)"
)
OF_AGE_KEPT: Final = "{person} is of age on {day}, and has chosen to keep their rules"

ALWAYS: Final = "at all hours"
UNTIL_THERE: Final = "until that is there"
ALWAYS_WITHOUT: Final = "no {things}"
UNTIL: Final = "until {until}"
UNTIL_THEN: Final = "until {until}, then {next}"
UNTIL_WITHOUT: Final = "until {until}: no {things}"
UNTIL_WITHOUT_THEN: Final = "until {until}: no {things}; then {next}"

FOLLOWS_ONE: Final = "{device} follows {person}"
FOLLOWS_FOR_NOW: Final = "{device} follows {person}, who is checked in until {until}"
FOLLOWS_STRICTEST: Final = "{device} follows the strictest of {people}"
FOLLOWS_STRICTEST_HERE: Final = "{device} follows the strictest of {people}, which is that of {who}"

UNKNOWN_DEVICES: Final = "devices without a name"
LAST_OF_SEVERAL: Final = "{several} or {last}"
COMMA: Final = ", "

DAY: Final = "{day} {month} {year}"
CLOCK_TODAY: Final = "{clock}"
CLOCK_THIS_WEEK: Final = "{weekday} {clock}"
CLOCK_LATER: Final = "{weekday} {day} {month}, {clock}"
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

NOON: Final = 12
WEEK: Final = timedelta(days=6)


def brief(says: str, title: str = "", say: Say = english) -> str:
    """A reason about nobody: "Bedtime", "Adult content is blocked"."""
    return say(_wording(says, title).brief).format(title=title, thing=within(title))


def whole(
    says: str,
    title: str,
    person: str | None,
    name: str = "",
    until: str = "",
    say: Say = english,
) -> str:
    """A reason about somebody: "Bedtime for Lina until 07:00".

    person: None for devices nobody has named yet. until: as `clock` writes it; "" if there is none.
    """
    wording = _wording(says, title)
    pattern = wording.until if until and wording.until else wording.whole
    return say(pattern).format(
        person=called(person, say), title=title, thing=within(title), name=name, until=until
    )


def no_opinion(step: str, person: str | None, say: Say = english) -> str:
    """What a step says that did not decide."""
    return say(NO_OPINION[step]).format(person=called(person, say))


def heading(kind: str, say: Say = english) -> str:
    """What is in force, as a heading: "Free time"."""
    return say(HEADINGS[kind][0])


def called(person: str | None, say: Say = english) -> str:
    """How a sentence names somebody."""
    return say(UNKNOWN_DEVICES) if person is None else person


def within(title: str) -> str:
    """A title inside a sentence: "Adult content" → "adult content", but "AI chat" as it is."""
    if title[1:] != title[1:].lower():
        return title
    return title[:1].lower() + title[1:]


def either(things: Sequence[str], say: Say = english) -> str:
    """Things in a row: "video, games or social media"."""
    if len(things) == 1:
        return things[0]
    several = say(COMMA).join(things[:-1])
    return say(LAST_OF_SEVERAL).format(several=several, last=things[-1])


def follows(device: str, person: str, until: str = "", say: Say = english) -> str:
    """Whom alone a shared device follows. until: as `clock` writes it, for who is checked in."""
    pattern = FOLLOWS_FOR_NOW if until else FOLLOWS_ONE
    return say(pattern).format(device=device, person=person, until=until)


def follows_strictest(
    device: str, people: Sequence[str], who: Sequence[str] = (), say: Say = english
) -> str:
    """Of whom a shared device follows the strictest. who: whose it is, if not everybody's."""
    pattern = FOLLOWS_STRICTEST_HERE if who else FOLLOWS_STRICTEST
    named = together(who, say) if who else ""
    return say(pattern).format(device=device, people=together(people, say), who=named)


def together(things: Sequence[str], say: Say = english) -> str:
    """Things in a row: "Lina, Noor and Omar"."""
    if len(things) == 1:
        return things[0]
    return say(ALL_OF_SEVERAL).format(several=say(COMMA).join(things[:-1]), last=things[-1])


def missing(
    part: str,
    lists: Sequence[str],
    waiting: Sequence[str | None],
    going_on: Sequence[str | None],
    say: Say = english,
) -> str:
    """A part that is missing, and what was chosen for whom.

    lists: those meant; empty for all. waiting, going_on: people, None for unknown devices.
    """
    chosen = [
        say(forms[people != [None] and len(people) == 1]).format(
            people=together([called(each, say) for each in people], say)
        )
        for forms, people in ((WAIT, list(waiting)), (GO_ON, list(going_on)))
        if people
    ]
    names = say(COMMA).join(lists) or say(ALL_LISTS)
    return say(MISSING[part]).format(lists=names, chosen=say(COMMA).join(chosen))


def always(things: Sequence[str], say: Say = english) -> str:
    """How long, of what has no end in sight."""
    if not things:
        return say(ALWAYS)
    return say(ALWAYS_WITHOUT).format(things=either([within(thing) for thing in things], say))


def until(end: str, things: Sequence[str], then: str, say: Say = english) -> str:
    """How long, without what, and what comes next: "until 20:15: no video or games".

    end: as `clock` writes it. things: titles of what is stopped; empty for all or nothing.
    then: the kind of what comes then (`HEADINGS`); "" to leave it unsaid.
    """
    if things:
        pattern = UNTIL_WITHOUT_THEN if then else UNTIL_WITHOUT
    else:
        pattern = UNTIL_THEN if then else UNTIL
    return say(pattern).format(
        until=end,
        things=either([within(thing) for thing in things], say) if things else "",
        next=say(HEADINGS[then][1]) if then else "",
    )


def day(day: date, say: Say = english) -> str:
    """A day as people say it: "1 December 2026"."""
    return say(DAY).format(day=day.day, month=say(MONTHS[day.month - 1]), year=day.year)


def clock(at: datetime, now: datetime, zone: ZoneInfo, say: Say = english) -> str:
    """An instant as people say it: "07:00", "Friday 20:00", "Friday 4 December, 20:00".

    Bare for today and for the next morning.
    """
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    if days == 0 or (days == 1 and local.hour < NOON):
        pattern = CLOCK_TODAY
    else:
        pattern = CLOCK_THIS_WEEK if timedelta(days=abs(days)) <= WEEK else CLOCK_LATER
    return say(pattern).format(
        clock=f"{local:%H:%M}",
        weekday=say(WEEKDAYS[local.weekday()]),
        day=local.day,
        month=say(MONTHS[local.month - 1]),
    )


def none_is_new(day: date, now: datetime, zone: ZoneInfo, say: Say = english) -> str:
    """That no name is new before a day begins."""
    begins = datetime.combine(day, time(0), zone)
    return say(NONE_IS_NEW).format(until=clock(begins, now, zone, say))


def _wording(says: str, title: str) -> Wording:
    if says == "category" and _is_plural(title):
        return WORDINGS["category:plural"]
    return WORDINGS[says]


def _is_plural(title: str) -> bool:
    """Whether an English title takes "are": "Games", "Ads and trackers"."""
    return " and " in title or (title.endswith("s") and not title.endswith("ss"))
