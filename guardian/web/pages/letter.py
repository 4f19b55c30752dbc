"""The letter of the week: to parents, and in a child's words to the child."""

from aiohttp import web

from guardian.policy.people import AgeBand, Person
from guardian.store.activity import HOURS_KEPT
from guardian.web import letter_facts, looking
from guardian.web.addresses import of_person
from guardian.web.bars import HEIGHT
from guardian.web.letter import Voice, compose, weeks
from guardian.web.pages.person import wanted
from guardian.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """A child's week, to a parent; the child is told that it was read."""
    wanted(visit)
    person = visit.house.settings.household.called(visit.part("person"))
    looking.leave_a_trace(visit.house, visit.who, person)
    return _page(visit, person, Voice.PARENT, of_person(person.name))


async def show_mine(visit: Visit) -> web.StreamResponse:
    """A child's week, to the child."""
    person = visit.person
    if person is None or person.age_band is AgeBand.ADULT:
        return visit.go("/me")
    return _page(visit, person, Voice.CHILD, "/me")


def _page(visit: Visit, person: Person, voice: Voice, back: str) -> web.Response:
    household = visit.house.settings.household
    known = weeks(visit.house.now(), household.zone, household.week_start, HOURS_KEPT)
    asked = visit.request.query.get("week", "")
    first = next((each for each in known if each.isoformat() == asked), known[0])
    rows = letter_facts.hours(visit.house, person, first)
    facts = letter_facts.gather(visit.house, person, first, rows, visit.language)
    return visit.page(
        "letter.html", letter=compose(facts, voice, visit.language), person=person, back=back,
        bars=letter_facts.chart(visit.house, rows, first), height=HEIGHT, first=first,
        weeks=known, is_mine=voice is Voice.CHILD, here=visit.request.path,
    )  # fmt: skip
