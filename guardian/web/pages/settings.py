"""Settings of the house, and the way to all others."""

from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from guardian.settings import ConfigError
from guardian.web.countries import countries
from guardian.web.forms import one_of
from guardian.web.languages import NAMES
from guardian.web.marked import sentence
from guardian.web.visit import Visit

_HERE: Final = "/settings"
_NOTICES: Final = {
    "1h": sentence("An hour"),
    "24h": sentence("A day"),
    "72h": sentence("Three days"),
    "168h": sentence("A week"),
}


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
        version=visit.version, told_for=_notices(visit), told_now=_hours(household.notice),
    )  # fmt: skip


def _hours(length: timedelta) -> str:
    """As the file has it."""
    minutes = length // timedelta(minutes=1)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _notices(visit: Visit) -> list[tuple[str, str]]:
    """How long one is told before more is seen of them; what the file says is among them."""
    present = _hours(visit.house.settings.household.notice)
    known = {each: visit.say(words) for each, words in _NOTICES.items()}
    return [*known.items(), *([] if present in known else [(present, present)])]


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
        if not form.has("notice"):
            return
        if form.has("statistics"):
            household["statistics"] = True
        else:
            household.pop("statistics", None)
        if form.get("notice") != present:
            household["notice"] = form.get("notice")

    present = _hours(visit.house.settings.household.notice)
    if form.has("notice"):
        form.read("notice", one_of([each for each, _ in _notices(visit)]))
    if form.get("language") not in NAMES:
        form.wrong("language", "Choose one of these.")
    if not form.is_good:
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
