"""What a change of the configuration was, in a parent's words.

Common places of the file have a sentence; what has none is still shown, as the file's own lines,
under «Details».
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guardian.settings.canonical import Difference
from guardian.store.changes import Listed
from guardian.web.languages import Language
from guardian.web.marked import sentence


@dataclass(frozen=True, slots=True)
class Told:
    """A change. who: "" where nobody is known. people: whom it is about. lines: as in the file."""

    number: int
    at: datetime
    who: str
    sentences: tuple[str, ...]
    lines: tuple[str, ...]
    people: frozenset[str]


_PERSON: Final = re.compile(r"people\[(?P<person>.*?)\]\.(?P<place>[a-z_]+(?:\..*)?)$")
_BY: Final = " by "

# Place within a person → what is said of each value that came, and that went.
_VALUES: Final = {
    "rules.block": (
        sentence("%(thing)s: blocked for %(person)s"),
        sentence("%(thing)s: no longer blocked for %(person)s"),
    ),
    "rules.unblock": (
        sentence("%(thing)s: opened for %(person)s"),
        sentence("%(thing)s: as usual for %(person)s again"),
    ),
    "rules.allow": (
        sentence("%(thing)s: opened for %(person)s"),
        sentence("%(thing)s: as usual for %(person)s again"),
    ),
    "rules.allow_names": (
        sentence("%(thing)s: always open for %(person)s"),
        sentence("%(thing)s: no longer always open for %(person)s"),
    ),
    "rules.deny_names": (
        sentence("%(thing)s: always blocked for %(person)s"),
        sentence("%(thing)s: no longer always blocked for %(person)s"),
    ),
    "rules.deny_patterns": (
        sentence("Names like %(thing)s: blocked for %(person)s"),
        sentence("Names like %(thing)s: no longer blocked for %(person)s"),
    ),
    "devices": (
        sentence("%(thing)s belongs to %(person)s"),
        sentence("%(thing)s no longer belongs to %(person)s"),
    ),
}
# Place within a person → a sentence with what was before and what is now.
_STEPS: Final = (
    (
        "rules.safe_search.others",
        sentence("Other search engines for %(person)s: %(before)s → %(after)s"),
    ),
    (
        "rules.safe_search",
        sentence("Safe search of %(thing)s for %(person)s: %(before)s → %(after)s"),
    ),
    ("age_band", sentence("Age of %(person)s: %(before)s → %(after)s")),
    ("born", sentence("Month of birth of %(person)s: %(before)s → %(after)s")),
    ("profile", sentence("Rules of %(person)s: %(before)s → %(after)s")),
    ("rules.allow_only", sentence("Only chosen sites for %(person)s: %(before)s → %(after)s")),
)
# The start of a place → a sentence that is said once, whatever changed there.
_WHOLE_OF_ONE: Final = (
    ("rules.windows", sentence("The week of %(person)s was changed")),
    ("rules.drop_windows", sentence("The week of %(person)s was changed")),
    ("rules.budgets", sentence("The minutes of %(person)s were changed")),
    ("rules.drop_budgets", sentence("The minutes of %(person)s were changed")),
    ("", sentence("Something else about %(person)s was changed")),
)
_WHOLE: Final = (
    ("unknown_devices", sentence("The rules for devices that are nobody’s were changed")),
    ("household.holidays", sentence("The holidays were changed")),
    ("household", sentence("Where the household is, or its language, was changed")),
    ("upstreams", sentence("Who answers for the internet was changed")),
    ("lists", sentence("The lists were changed")),
    ("devices", sentence("What is known of a device was changed")),
    ("shared_devices", sentence("What several people share was changed")),
    ("services", sentence("The household’s own apps were changed")),
    ("profiles", sentence("A profile was changed")),
    ("backup", sentence("When backups are made was changed")),
    ("web", sentence("How the pages are guarded was changed")),
    ("listen", sentence("Where guardian is found in the network was changed")),
    ("", sentence("Settings of the house were changed")),
)
_NOTHING: Final = ""
_WORDS: Final = {
    _NOTHING: sentence("as usual"),
    "true": sentence("on"),
    "false": sentence("off"),
    "moderate": sentence("moderate"),
    "strict": sentence("strict"),
    "allow": sentence("open"),
    "block": sentence("blocked"),
    "none": sentence("not filtered"),
}
ADDED: Final = sentence("%(person)s was added")
REMOVED: Final = sentence("%(person)s was removed")
RENAMED: Final = sentence("%(before)s is called %(person)s now")
ORDER: Final = sentence("Only the order of things was changed")


def tell(change: Listed, titles: Mapping[str, str], speaks: Language) -> Told:
    """A change in words. titles: of categories and services, in that language."""
    found = [Difference(*each) for each in change.places]
    _deed, _, who = change.who.rpartition(_BY)
    return Told(
        change.number,
        change.at,
        who,
        tuple(dict.fromkeys(_sentences(found, titles, speaks))),
        lines(change),
        people_of(change),
    )


def people_of(change: Listed) -> frozenset[str]:
    """Whom a change is about."""
    return frozenset(match["person"] for each in change.places if (match := _PERSON.match(each[0])))


def lines(change: Listed) -> tuple[str, ...]:
    """What was changed, as the lines of the file would have it."""
    return tuple(str(Difference(*each)) for each in change.places)


def _sentences(
    found: Iterable[Difference], titles: Mapping[str, str], speaks: Language
) -> Iterable[str]:
    come, gone = _people(found)
    renamed = (
        dict(zip(sorted(gone), sorted(come), strict=False)) if len(come) == len(gone) == 1 else {}
    )
    for before, person in renamed.items():
        yield speaks.say(RENAMED) % {"before": before, "person": person}
    if not renamed:
        yield from (speaks.say(ADDED) % {"person": each} for each in come)
        yield from (speaks.say(REMOVED) % {"person": each} for each in gone)
    for each in found:
        match = _PERSON.match(each.path)
        if match is None:
            yield speaks.say(next(says for start, says in _WHOLE if each.path.startswith(start)))
        elif match["person"] not in come and match["person"] not in gone:
            yield from _of_person(each, match["person"], match["place"], titles, speaks)


def _people(found: Iterable[Difference]) -> tuple[list[str], list[str]]:
    """Who is new in the household, and who is not in it any more."""
    come: list[str] = []
    gone: list[str] = []
    for each in found:
        match = _PERSON.match(each.path)
        if match and match["place"] == "name":
            (come if each.come else gone).append(match["person"])
    return come, gone


def _of_person(
    each: Difference, person: str, place: str, titles: Mapping[str, str], speaks: Language
) -> Iterable[str]:
    def said(english: str, **values: str) -> str:
        return speaks.say(english) % {"person": person, **values}

    if place in _VALUES:
        came, went = _VALUES[place]
        yield from (said(went, thing=titles.get(value, value)) for value in each.gone)
        yield from (said(came, thing=titles.get(value, value)) for value in each.come)
        if not each.gone and not each.come:
            yield speaks.say(ORDER)
        return
    for start, words in _STEPS:
        if place == start or place.startswith(f"{start}."):
            yield said(
                words,
                before=_word(each.gone, speaks),
                after=_word(each.come, speaks),
                thing=_ENGINES.get(place.rpartition(".")[2], ""),
            )
            return
    yield said(next(says for start, says in _WHOLE_OF_ONE if place.startswith(start)))


def _word(values: Iterable[str], speaks: Language) -> str:
    words = [speaks.say(_WORDS.get(each.lower(), each)) for each in values]
    return speaks.several(words) if words else speaks.say(_WORDS[_NOTHING])


_ENGINES: Final = {
    "google": "Google", "bing": "Bing", "duckduckgo": "DuckDuckGo", "youtube": "YouTube",
    "ecosia": "Ecosia", "brave": "Brave Search", "pixabay": "Pixabay", "yandex": "Yandex",
    "safe_search": "Google, YouTube, …",
}  # fmt: skip
