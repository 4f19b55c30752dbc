"""Help and guidance, open to everybody without a password: whom to call, what guardian can do.

Nobody is written down for having been here.
"""

from aiohttp import web

from guardian.safety.helplines import HOTLINES, help_in, helpline
from guardian.web import help_words
from guardian.web.countries import countries
from guardian.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """The page, of the household's country or of the one that is asked for."""
    household = visit.house.settings.household
    titles = dict(countries(visit.language))
    asked = visit.request.query.get("country", "").upper()
    today = visit.now.date()
    country = asked if asked in titles else household.country
    return visit.page(
        "guidance.html", help=help_in(country), helpline=helpline(country), today=today,
        country=country, countries=titles, kind=household.kind, hotlines=HOTLINES,
        words=help_words, facts=lambda each: help_words.facts(each, today, visit.language),
    )  # fmt: skip


async def clock(visit: Visit) -> web.StreamResponse:
    """Where one lands who has to leave the page of help at once: the time, and nothing else."""
    return visit.page("clock.html")
