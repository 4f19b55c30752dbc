"""The first page: a card a person, what waits for an answer, and how the house is."""

from aiohttp import web

from guardian.web.events import stream
from guardian.web.pages import requests
from guardian.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    status = visit.house.status(visit.language)
    asks = [(each, requests.asked(visit, each)) for each in status.requests]
    return visit.page(
        "home.html", status=status, asks=asks,
        appeals=len(visit.house.store.appeals.waiting()),
    )  # fmt: skip


async def changes(visit: Visit) -> web.StreamResponse:
    """A stream that tells the page when to renew itself."""
    return await stream(visit.request, visit.house)
