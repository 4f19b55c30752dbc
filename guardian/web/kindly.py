"""What a child is told, in words that a child reads: why a name is closed, what is filtered and
why, what parents can see, and what becomes of a request.

`policy.sentences` speaks to parents about a person; this speaks to the person. Nobody is told
"denied" or "forbidden", but why, until when, and what can be done. Placeholders: %(thing)s a title
of a category or service, %(until)s a time, %(site)s a name.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy import requests, sentences
from guardian.policy.explain import Explanation
from guardian.policy.people import AgeBand, HouseholdKind, Person, Privacy
from guardian.policy.requests import Answer, Kind, Request, Wait
from guardian.policy.rules import Category, Step
from guardian.web.languages import Language
from guardian.web.marked import sentence


class Style(StrEnum):
    """For whom words are chosen. LITTLE: up to 8, or read aloud. MIDDLE: 9 to 12. TEEN: to 17."""

    LITTLE = "little"
    MIDDLE = "middle"
    TEEN = "teen"
    ADULT = "adult"


STYLES: Final = {
    AgeBand.UP_TO_5: Style.LITTLE,
    AgeBand.FROM_6: Style.LITTLE,
    AgeBand.FROM_9: Style.MIDDLE,
    AgeBand.FROM_13: Style.TEEN,
    AgeBand.FROM_16: Style.TEEN,
    AgeBand.ADULT: Style.ADULT,
}

READERS: Final = {  # whose guidance suits them, a word of `safety.guidance`
    Style.LITTLE: "story",
    Style.MIDDLE: "9-12",
    Style.TEEN: "13-17",
    Style.ADULT: "parents",
}

# Why a name is closed: without an end in sight, and with one. Keys are those of `sentences`.
WHY: Final[Mapping[str, tuple[str, str]]] = {
    "pause": (
        sentence("The internet is paused for you."),
        sentence("The internet is paused for you until %(until)s."),
    ),
    "pause:some": (
        sentence("Paused for you: %(thing)s."),
        sentence("Paused for you until %(until)s: %(thing)s."),
    ),
    "device": (
        sentence("The internet is off on this device."),
        sentence("The internet is off on this device until %(until)s."),
    ),
    "bedtime": (sentence("It is bedtime."), sentence("It is bedtime until %(until)s.")),
    "bedtime:some": (
        sentence("It is bedtime: no %(thing)s now."),
        sentence("It is bedtime: no %(thing)s until %(until)s."),
    ),
    "homework": (
        sentence("It is homework time."),
        sentence("It is homework time until %(until)s."),
    ),
    "homework:some": (
        sentence("It is homework time: no %(thing)s now."),
        sentence("It is homework time: no %(thing)s until %(until)s."),
    ),
    "school": (sentence("It is school time."), sentence("It is school time until %(until)s.")),
    "school:some": (
        sentence("It is school time: no %(thing)s now."),
        sentence("It is school time: no %(thing)s until %(until)s."),
    ),
    "screen-free": (
        sentence("It is time without screens."),
        sentence("It is time without screens until %(until)s."),
    ),
    "screen-free:some": (
        sentence("It is time without screens: no %(thing)s now."),
        sentence("It is time without screens: no %(thing)s until %(until)s."),
    ),
    "internet-free": (
        sentence("It is time without internet."),
        sentence("It is time without internet until %(until)s."),
    ),
    "internet-free:some": (
        sentence("It is time without internet: no %(thing)s now."),
        sentence("It is time without internet: no %(thing)s until %(until)s."),
    ),
    "wait-lists": (sentence("guardian is waiting for its lists. Please wait a little."), ""),
    "wait-clock": (
        sentence("guardian does not know yet what time it is. Please wait a little."),
        "",
    ),
    "wait-store": (
        sentence("guardian cannot read what was agreed on. Tell the person who looks after it."),
        "",
    ),
    "budget": (
        sentence("Your time is used up."),
        sentence("Your time is used up. There is new time from %(until)s."),
    ),
    "budget:some": (
        sentence("Your time for %(thing)s is used up."),
        sentence("Your time for %(thing)s is used up. There is new time from %(until)s."),
    ),
    "own:deny": (sentence("This site is kept closed for you."), ""),
    "own:pattern": (sentence("This site is kept closed for you."), ""),
    "types": (sentence("This part of the site is kept closed for you."), ""),
    "networks": (sentence("This site leads to a place that is kept closed for you."), ""),
    "homograph": (
        sentence("This name looks like that of another site, and is not it. It may be a trick."),
        "",
    ),
    "new-name": (
        sentence("Nobody here has opened this site before today. It can be opened tomorrow."),
        "",
    ),
    "allow-only": (
        sentence("Only chosen sites are open for you. This one is not among them yet."),
        "",
    ),
    "category": (sentence("This site belongs to “%(thing)s”, which is filtered for you."), ""),
}
_ELSE: Final = (
    sentence("This site is closed for you now."),
    sentence("It is closed for you until %(until)s."),
)

# Why a category is filtered, as one would say it at the table; of the lists that come with us.
BECAUSE: Final[Mapping[str, str]] = {
    "ads": sentence("Advertisements want you to buy things, and follow what you do."),
    "adult": sentence("Pictures and films that are made for grown-ups."),
    "ai-chat": sentence(
        "Programs that talk like a person, and are not one. They can be wrong or unkind."
    ),
    "bypass": sentence("Ways around the rules that were agreed on."),
    "dating": sentence("Here grown-ups who do not know each other meet."),
    "drugs": sentence("Things that harm your body."),
    "file-sharing": sentence("Here files come from strangers, and many are harmful or not theirs."),
    "gambling": sentence("Games for money. They are made so that you lose it and go on."),
    "games": sentence("Play has its time, and other things have theirs."),
    "malware": sentence("Programs that break your device or steal from it."),
    "messaging": sentence("Here strangers can write to you."),
    "self-harm": sentence(
        "This can make people who feel bad feel worse. If you feel bad, someone will listen to you."
    ),
    "social": sentence(
        "These sites want your time and your pictures, and strangers can see you there."
    ),
    "video": sentence("Films have their time, and other things have theirs."),
    "violence": sentence("Cruel pictures that stay in your head."),
}

WAITS: Final[Mapping[Wait, str]] = {
    Wait.ASKED: sentence("You have asked for this already. It is waiting for an answer."),
    Wait.REST: sentence("The answer to this was: not now. You can ask again an hour after it."),
    Wait.MANY: sentence(
        "Three of your questions are waiting. Let them be answered first, then ask more."
    ),
}
TOO_FAST: Final = sentence("You asked many times in a short while. Take a break, then ask again.")

ASK: Final[Mapping[HouseholdKind, str]] = {
    HouseholdKind.FAMILY: sentence("Ask my parents"),
    HouseholdKind.SCHOOL: sentence("Ask at school"),
    HouseholdKind.PROVIDER: sentence("Ask for it"),
}

# What the journal says about a person, as they read it; anything else is told as it stands.
DEEDS: Final[Mapping[str, str]] = {
    "paused": sentence("paused the internet for you"),
    "gave extra time": sentence("gave you extra time"),
    "opened a name": sentence("opened a site for you"),
    "ended: paused": sentence("ended a pause"),
    "ended: gave extra time": sentence("ended extra time"),
    "ended: opened a name": sentence("closed a site again"),
    "blocked a device for a while": sentence("switched the internet off on a device of yours"),
    "gave a device extra time": sentence("gave extra time on a device of yours"),
    "ended what was otherwise on a device": sentence("let the usual rules hold on a device again"),
    "blocked a device": sentence("switched the internet off on a device of yours"),
    "unblocked a device": sentence("switched the internet on again on a device of yours"),
    "named a device": sentence("gave a device of yours a name"),
    "said whose devices are whose": sentence("said which device is yours"),
    "said that two devices are one": sentence("said that a device of yours has a new address"),
    "answered once": sentence("answered you: yes, once"),
    "answered tonight": sentence("answered you: yes, until midnight"),
    "answered always": sentence("answered you: yes, always"),
    "answered no": sentence("answered you: not now"),
    "took back an answer": sentence("took back an answer to you"),
    "made a link": sentence("made a link that does one thing for you"),
    "watched an app": sentence("saw for some minutes which names your device asked for"),
    "watched what a site needs": sentence("saw for some minutes which sites you opened"),
    "looked at the activity": sentence("looked at what your devices did"),
    "gave a link back": sentence("let a link do one thing for you again"),
    "revoked a link": sentence("revoked a link that did one thing for you"),
}

# What can be seen of a person by who looks after them, by privacy level: each adds to the one
# before it. The words stay true to `policy.people.Privacy` and to what `store` keeps.
SEEN: Final = (
    sentence("How often your devices look something up on the internet, and when."),
    sentence("How often something was filtered for you."),
    sentence("About how many minutes you used things that have a limit."),
    sentence("What you ask for on this page, with the name of the site."),
    sentence("Which devices are yours, and when they were last in the network."),
)
SEEN_KINDS: Final = sentence("Of which kinds it was, such as games or video, and which known apps.")
SEEN_NAMES: Final = sentence("Which sites were filtered for you, by name, for a week.")
SEEN_NOW: Final = sentence(
    "Right now also which sites you open, by name: a parent is finding out what a site needs."
)
SEEN_APP: Final = sentence(
    "Right now also which names your device asks for: a parent is finding out what an app needs."
)
SEEN_SIGN: Final[Mapping[Privacy, str]] = {
    Privacy.COUNTS: sentence("Others can see how much you use the internet. Read more."),
    Privacy.CATEGORIES: sentence("Others can see what kinds of things you use. Read more."),
    Privacy.BLOCKED: sentence("Others can see which sites were filtered for you. Read more."),
}
NEVER_SITES: Final = sentence("Which sites you visit and what you search for.")
NEVER_FILTERED: Final = sentence("Which sites were filtered for you, by name.")
NEVER: Final = (
    sentence("What you write, what others write to you, your pictures."),
    sentence("Whether you looked for help. Helplines are always open and are never counted."),
)


def seen_of(person: Person, watched: str = "") -> tuple[str, ...]:
    """What can be seen of a person. watched: what a parent finds out now: what an "app" needs, or
    a "site"; "" for nothing.
    """
    kinds = () if person.privacy is Privacy.COUNTS else (SEEN_KINDS,)
    names = (SEEN_NAMES,) if person.privacy is Privacy.BLOCKED else ()
    now = {"site": (SEEN_NOW,), "app": (SEEN_APP,)}.get(watched, ())
    return (*now, *SEEN, *kinds, *names)


def never_seen_of(person: Person, watched: str = "") -> tuple[str, ...]:
    """What cannot."""
    sites = () if watched else (NEVER_SITES,)
    names = () if person.privacy is Privacy.BLOCKED else (NEVER_FILTERED,)
    return (*sites, *names, *NEVER)


def style_of(person: Person) -> Style:
    """The words that suit a person."""
    return STYLES[person.age_band]


def reader_of(person: Person | None) -> str:
    """The guidance that is for somebody; where nobody is known, children may be there."""
    return READERS[style_of(person) if person else Style.MIDDLE]


def why(
    told: Explanation, now: datetime, language: Language, titles: Mapping[str, str], zone: ZoneInfo
) -> str:
    """Why a name is closed, and until when if that is known: "It is bedtime until 07:00."

    titles: category or service → title in this language.
    """
    rule = told.verdict.rule
    if rule is None:
        return language.say(_ELSE[0])
    until = until_of(told, now, language, zone)
    without_end, with_end = WHY.get(rule.says, _ELSE)
    title = titles.get(rule.what.id, rule.title) if isinstance(rule.what, Category) else ""
    thing = title if rule.says == "category" else sentences.within(title)
    pattern = with_end if until and with_end else without_end
    return language.say(pattern) % {"thing": thing, "until": until}


def until_of(told: Explanation, now: datetime, language: Language, zone: ZoneInfo) -> str:
    """When a name fares otherwise: "07:00"; "" where that is not known or is no matter of time."""
    rule = told.verdict.rule
    if rule is None or rule.step not in (Step.PAUSE, Step.WINDOW) or told.until is None:
        return ""
    return sentences.clock(told.until, now, zone, language.say)


def asked(request: Request, language: Language, titles: Mapping[str, str]) -> str:
    """What somebody asked for, said to them: "30 minutes more for games"."""
    if request.kind is Kind.NAME:
        return request.what
    minutes = language.minutes(request.minutes)
    if not request.what:
        return language.say("%(time)s more") % {"time": minutes}
    thing = sentences.within(titles.get(request.what, request.what))
    return language.say("%(time)s more for %(thing)s") % {"time": minutes, "thing": thing}


def answered(request: Request, now: datetime, language: Language, zone: ZoneInfo) -> str:
    """The answer to a request, said to who asked."""
    if request.answered is None:
        return language.say("No answer yet.")
    if request.answer is Answer.ONCE and request.kind is Kind.NAME:
        until = request.answered + requests.ONCE
        if until <= now:
            return language.say("Yes. It was open for an hour.")
        clock = sentences.clock(until, now, zone, language.say)
        return language.say("Yes! It is open until %(until)s.") % {"until": clock}
    return language.say(ANSWERS[request.answer])


ANSWERS: Final[Mapping[Answer, str]] = {
    Answer.OPEN: sentence("No answer yet."),
    Answer.ONCE: sentence("Yes! You got the time."),
    Answer.TONIGHT: sentence("Yes! Until midnight of that day."),
    Answer.ALWAYS: sentence("Yes! From now on."),
    Answer.NO: sentence("Not this time."),
}
