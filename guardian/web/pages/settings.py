"""Settings of the house, and the way to all others."""

from typing import Any, Final

from aiohttp import web

from guardian.settings import ConfigError
from guardian.web.countries import countries
from guardian.web.languages import NAMES
from guardian.web.visit import Visit

_HERE: Final = "/settings"


async def show(visit: Visit) -> web.StreamResponse:
    """All settings, by what they are about."""
    return visit.page("settings/index.html")


async def house(visit: Visit) -> web.StreamResponse:
    """Where the family lives, and what it speaks."""
    return _house(visit)


def _house(visit: Visit) -> web.Response:
    household = visit.house.settings.household
    return visit.page(
        "settings/house.html", household=household, countries=countries(visit.language),
        version=visit.version,
    )  # fmt: skip


async def set_house(visit: Visit) -> web.StreamResponse:
    """Keep language, country and clock."""
    form = visit.form

    def change(data: Any) -> None:
        household = data.setdefault("household", {})
        household["language"] = form.get("language")
        household["time_zone"] = form.get("zone")
        if form.get("country"):
            household["country"] = form.get("country")
        else:
            household.pop("country", None)

    if form.get("language") not in NAMES:
        form.wrong("language", "Choose one of these.")
        return _house(visit)
    try:
        visit.house.configuration.edit(
            change, "changed the house's settings", visit.who, form.get("version")
        )
    except ConfigError as problem:
        field = "zone" if "zone" in problem.problems[0].field else "country"
        form.wrong(field, "This is no country or time zone that guardian knows.")
        return _house(visit)
    return visit.go(_HERE, visit.say("Kept. It is in force now."))
