"""Somebody comes, changes, or leaves: name, age and which rules are theirs."""

import re
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from guardian.policy.people import AgeBand, Person, Privacy
from guardian.policy.privacy import USUAL
from guardian.settings import own_people, own_rules
from guardian.settings.sections.profiles import NO_PROFILE
from guardian.web.addresses import of_person
from guardian.web.edits import edit, undo_of
from guardian.web.forms import Bad, is_title, one_of
from guardian.web.marked import sentence
from guardian.web.pages.person import wanted
from guardian.web.visit import Visit

_USUAL: Final = ""
_MONTH: Final = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
_TAKEN_WORDS: Final = ("new",)  # that addresses need
_FIELDS: Final = {"people": "name", "rules": "profile", "base": "profile"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says of a person.

    band: "" where the month of birth says it. profile, privacy: "" for what is usual for the age.
    """

    name: str
    band: str
    born: str
    profile: str
    privacy: str

    def put(self, table: Any) -> None:
        """Write it into somebody's table."""
        pairs = (
            ("age_band", self.band),
            ("born", self.born),
            ("profile", self.profile),
            ("privacy", self.privacy),
        )
        if str(table.get("name")) != self.name:
            table["name"] = self.name
        for key, value in pairs:
            if not value:
                table.pop(key, None)
            elif str(table.get(key)) != value:
                table[key] = value


def is_readable(name: str) -> bool:
    """Whether a name is not empty, not too long, and can be shown."""
    return is_title(name) and name == name.strip()


def is_name(name: str) -> bool:
    """Whether somebody can be called so, here and in addresses."""
    return is_readable(name) and name not in _TAKEN_WORDS and name.strip(".") != ""


def _month(text: str) -> str:
    """A month of birth, or none."""
    if text and not _MONTH.fullmatch(text):
        raise Bad("Write the year and the month, such as 2018-05.")
    return text


def _wish(visit: Visit, present: Person | None = None) -> Wish | None:
    form = visit.form
    name, born = form.get("name"), form.read("born", _month)
    others = [
        each.name.casefold()
        for each in visit.house.settings.household.people
        if present is None or each.name != present.name
    ]
    if not is_readable(name):
        form.wrong("name", "Write a name of at most 40 characters.")
    elif name.casefold() in others:
        form.wrong("name", "Somebody is called that already. Give each their own name.")
    elif not is_name(name):
        form.wrong("name", "This name cannot be used here. Write another one.")
    band = form.read("age_band", one_of([str(each) for each in AgeBand]))
    profile = form.read("profile", one_of([value for value, _ in _profiles(visit)]))
    privacy = form.read("privacy", one_of([_USUAL, *map(str, Privacy)]))
    if not form.is_good or band is None or profile is None or born is None or privacy is None:
        return None
    return Wish(name, "" if born else band, born, profile, privacy)


def _profiles(visit: Visit) -> list[tuple[str, str]]:
    """Which rules can be chosen, with their words."""
    own = [(each.name, each.name) for each in visit.house.settings.household.profiles]
    ages = [
        (str(band), visit.say("As for %(years)s years", years=str(band).replace("-", "–")))
        for band in AgeBand
        if band is not AgeBand.ADULT
    ]
    known = {name for name, _ in own}
    return [
        (_USUAL, visit.say("What is usual for the age")),
        *own,
        *(each for each in ages if each[0] not in known),
        (NO_PROFILE, visit.say("Nothing filtered but illegal content")),
    ]


async def show_new(visit: Visit) -> web.StreamResponse:
    """The form for somebody new."""
    return _page(visit, None)


def _page(visit: Visit, person: Person | None) -> web.Response:
    table = _table(visit, person) if person else {}
    return visit.page(
        "who.html",
        person=person,
        bands=tuple(AgeBand),
        band=str(person.age_band) if person else str(AgeBand.FROM_6),
        born=str(table.get("born") or ""),
        profile=str(table.get("profile") or _USUAL),
        profiles=_profiles(visit),
        privacy=_privacy(visit, person),
        levels=_levels(visit),
    )


def _privacy(visit: Visit, person: Person | None) -> str:
    """The level that is somebody's own, or is to be; "" where it is the usual one."""
    if person is None:
        return _USUAL
    insight = visit.house.insight(person.name)
    level = insight.wanted if insight is not None else person.privacy
    return _USUAL if level is USUAL[person.age_band] else str(level)


def _levels(visit: Visit) -> list[tuple[str, str]]:
    """What parents may see, with words."""
    return [
        (_USUAL, visit.say("What is usual for the age")),
        (str(Privacy.COUNTS), visit.say("How much and when")),
        (str(Privacy.CATEGORIES), visit.say("Kinds and times, no names")),
        (str(Privacy.BLOCKED), visit.say("Kinds and times, and names of what was blocked")),
    ]


def _table(visit: Visit, person: Person) -> dict[str, str]:
    """What the file says of somebody, as far as it is their settings and not what follows."""
    base = visit.house.settings.bases.get(person.name)
    born = f"{person.born:%Y-%m}" if person.born else ""
    if base is None:
        usual = person.age_band is AgeBand.ADULT
        return {"born": born, "profile": _USUAL if usual else NO_PROFILE}
    return {"born": born, "profile": _USUAL if base.name == person.age_band else base.name}


async def add(visit: Visit) -> web.StreamResponse:
    """Add somebody, with the rules that suit their age or were chosen."""
    wish = _wish(visit)
    if wish is None:
        return _page(visit, None)

    def change(data: Any) -> None:
        table: dict[str, Any] = {}
        wish.put(table)
        own_people.add(data, table)

    number = edit(visit, change, sentence("added a person"), wish.name, _FIELDS, otherwise="name")
    if number is None:
        return _page(visit, None)
    said = visit.say("%(person)s is here now.", person=wish.name)
    return visit.go(of_person(wish.name), said, undo_of(number))


async def show(visit: Visit) -> web.StreamResponse:
    """The form for somebody who is here."""
    return _page(visit, wanted(visit))


async def keep(visit: Visit) -> web.StreamResponse:
    """Keep what it says."""
    person = wanted(visit)
    wish = _wish(visit, person)
    if wish is None:
        return _page(visit, person)
    number = edit(
        visit,
        lambda data: wish.put(own_rules.table_of(data, person.name)),
        sentence("changed name, age or rules"),
        wish.name,
        _FIELDS,
        otherwise="name",
    )
    if number is None:
        return _page(visit, person)
    said = visit.say("Kept for %(person)s.", person=wish.name)
    insight = visit.house.insight(wish.name)
    if insight is not None and insight.is_announced:
        said = visit.say(
            "Kept. %(person)s is told now that you will see more, and you see it from %(time)s on.",
            person=wish.name,
            time=visit.until(insight.due),
        )
    after = next(
        (each for each in visit.house.settings.household.people if each.name == wish.name), person
    )
    if list(AgeBand).index(after.age_band) > list(AgeBand).index(person.age_band):
        return visit.go(f"{of_person(wish.name)}?review=1", said, undo_of(number))
    return visit.go(of_person(wish.name, "filters"), said, undo_of(number))


async def ask_remove(visit: Visit) -> web.StreamResponse:
    """Ask once, with what is lost."""
    person = wanted(visit)
    base = visit.house.settings.bases.get(person.name)
    return visit.page(
        "remove.html", person=person,
        devices=visit.house.settings.household.count_devices(person),
        has_rules=person.profile not in (base, None),
        waiting=len(visit.house.store.requests.waiting(person.name)),
    )  # fmt: skip


async def remove(visit: Visit) -> web.StreamResponse:
    """Take somebody out of the household."""
    person = wanted(visit)
    number = edit(
        visit,
        lambda data: own_people.remove(data, person.name),
        sentence("removed a person"),
        person.name,
        otherwise="people",
    )
    if number is None:
        return await ask_remove(visit)
    said = visit.say("%(person)s is no longer in this household.", person=person.name)
    return visit.go("/", said, undo_of(number))
