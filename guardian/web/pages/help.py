"""Help and guidance, open to everybody without a password: whom to call, what guardian can do."""

from aiohttp import web

from guardian.safety.helplines import helpline
from guardian.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    household = visit.house.settings.household
    return visit.page(
        "guidance.html", helpline=helpline(household.country), today=visit.now.date(),
        kind=household.kind,
    )  # fmt: skip
