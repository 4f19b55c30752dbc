"""A family agreement in words, and how it becomes rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from guardian.policy import agreement
from guardian.policy.agreement import Agreement, Night
from guardian.policy.people import Person, Profile
from guardian.settings.own_times import set_budgets, set_windows
from guardian.web import week
from guardian.web.house import House
from guardian.web.languages import Language, language
from guardian.web.marked import sentence

DEED: Final = sentence("agreed on rules together")
OF_CHILDREN: Final[Mapping[str, str]] = {
    "tell": sentence("I tell somebody when something scares or hurts me."),
    "ask": sentence("I ask before I give away my name, my address or pictures."),
    "buy": sentence("I ask before I buy something or install an app."),
    "kind": sentence("I write to others as I want them to write to me."),
    "table": sentence("I put my devices away at meals."),
    "night": sentence("At night my devices sleep outside the bedroom."),
}
OF_PARENTS: Final[Mapping[str, str]] = {
    "why": sentence("We say why before we close something."),
    "answer": sentence("We answer soon when you ask for something."),
    "calm": sentence("We stay calm when you tell us something, and do not take devices for it."),
    "look": sentence("We look only at what your page says that we can see."),
    "photo": sentence("We ask you before we show others a picture of you."),
    "table": sentence("We put our phones away at meals too."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An agreement for a page. rules, of_child, of_parent: sentences. holds: whether the rules are
    still so. is_due: whether it is time to look at it again.
    """

    agreed: Agreement
    rules: tuple[str, ...]
    of_child: tuple[str, ...]
    of_parent: tuple[str, ...]
    holds: bool
    is_due: bool


def free_days(house: House) -> frozenset[int]:
    """The days of the week without school, as they are where the household lives."""
    household = house.settings.household
    return language(household.language, household.country).weekend()


def told(house: House, person: Person, speaks: Language) -> Told | None:
    """The agreement with somebody as it stands."""
    agreed = house.store.agreements.last(person.name)
    if agreed is None:
        return None
    today = house.now().astimezone(house.settings.household.zone).date()
    return Told(
        agreed,
        tuple(_rules(agreed, speaks, house.titles(speaks.code))),
        tuple(speaks.say(OF_CHILDREN[each]) for each in agreed.of_child if each in OF_CHILDREN),
        tuple(speaks.say(OF_PARENTS[each]) for each in agreed.of_parent if each in OF_PARENTS),
        agreement.holds(person.profile, agreed, free_days(house)),
        agreed.review <= today,
    )


def _rules(agreed: Agreement, speaks: Language, titles: Mapping[str, str]) -> list[str]:
    found = []
    if agreed.school_night is not None and agreed.free_night is not None:
        said = sentence("Devices sleep before a school day: %(times)s.")
        found.append(speaks.say(said) % {"times": _times(agreed.school_night, speaks)})
        said = sentence("Devices sleep on other nights: %(times)s.")
        found.append(speaks.say(said) % {"times": _times(agreed.free_night, speaks)})
    if agreed.minutes is not None:
        wanted = agreed.minutes
        values = {
            "thing": titles.get(wanted.thing, wanted.thing) if wanted.thing else "",
            "time": speaks.minutes(wanted.weekday), "more": speaks.minutes(wanted.free_day),
        }  # fmt: skip
        said = (
            sentence("%(thing)s: %(time)s on a weekday, %(more)s on a free day.")
            if wanted.thing
            else sentence("Everything together: %(time)s on a weekday, %(more)s on a free day.")
        )
        found.append(speaks.say(said) % values)
    if agreed.asks:
        said = sentence("For more time or a site, the child asks: %(names)s.")
        found.append(speaks.say(said) % {"names": agreed.asks})
    return found


def _times(night: Night, speaks: Language) -> str:
    return week.between(night.start, night.end, speaks)


def writer(house: House, person: Person, agreed: Agreement) -> Callable[[Any], None]:
    """What makes the table of a person say what was agreed on."""
    base, free = house.settings.bases.get(person.name), free_days(house)
    profile = person.profile or Profile("none")

    def write(table: Any) -> None:
        after = agreement.windows(profile.windows, agreed, free)
        if after != profile.windows:
            set_windows(table, base, profile.windows, after)
        minutes = agreement.budgets(profile.budgets, agreed, free)
        if minutes != profile.budgets:
            set_budgets(table, base, profile.budgets, minutes)

    return write
