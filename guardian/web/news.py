"""What is new in somebody's rules, in the words of who has to live with it.

The same sentences stand on the child's page, until they were read, and on the parents' pages, with
the advice to talk about them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from guardian.policy import sentences
from guardian.policy.budgets import Budget
from guardian.policy.people import AgeBand, Person
from guardian.policy.restrictions import Blocked, OnlyChosen, Restriction, restrictions
from guardian.web import budgets, kindly, week
from guardian.web.house import House
from guardian.web.languages import Language

_MOST: Final = 12


def of(house: House, person: Person, speaks: Language) -> list[tuple[str, str]]:
    """Keys and sentences of what is new and still holds, the last one first."""
    if person.age_band is AgeBand.ADULT or person.outgrown:
        return []
    unread = house.store.news.of(person.name, house.now())
    if not unread:
        return []
    present, titles = restrictions(person.profile), house.titles(speaks.code)
    found = [(key, _said(present[key], speaks, titles)) for key in unread if key in present]
    return found[:_MOST]


def _said(what: Restriction, speaks: Language, titles: Mapping[str, str]) -> str:
    if isinstance(what, Blocked):
        thing, because = titles.get(what.thing, what.thing), kindly.BECAUSE.get(what.thing, "")
        if not because:
            return speaks.say("%(thing)s: closed for you now.") % {"thing": thing}
        values = {"thing": thing, "because": speaks.say(because)}
        return speaks.say("%(thing)s: closed for you now. %(because)s") % values
    if isinstance(what, OnlyChosen):
        return speaks.say("Only chosen sites are open for you now.")
    if isinstance(what, Budget):
        values = {
            "thing": budgets.title(what, titles, speaks), "agreed": budgets.agreed(what, speaks),
        }  # fmt: skip
        return speaks.say("%(thing)s: you have %(agreed)s.") % values
    if what.dates is not None:
        days = speaks.days(what.dates.first, what.dates.last)
    else:
        days = speaks.several(_days([day for day in speaks.week() if day in what.days], speaks))
    values = {
        "kind": sentences.heading(str(what.kind), speaks.say), "days": days,
        "times": week.times(what, speaks), "detail": week.detail(what, speaks, titles),
    }  # fmt: skip
    return speaks.say("%(kind)s: %(days)s, %(times)s, %(detail)s.") % values


def _days(days: Sequence[int], speaks: Language) -> list[str]:
    return [speaks.short_weekday(day) for day in days]
