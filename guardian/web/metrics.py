"""/metrics: figures for whoever watches machines, and who may read them.

This machine itself, the networks under `web.metrics`, and whoever has a key or is logged in.
"""

from ipaddress import ip_address

from aiohttp import web

from guardian.web import figures
from guardian.web.api.callers import caller
from guardian.web.house import House
from guardian.web.rights import Right


async def metrics(request: web.Request, house: House) -> web.Response:
    """The figures. Raises api.callers.Refused."""
    if not _is_near(request, house):
        caller(request, house, Right.SEE)
    content, content_type = figures.page(house.numbers())
    return web.Response(body=content, headers={"Content-Type": content_type})


def _is_near(request: web.Request, house: House) -> bool:
    try:
        address = ip_address(request.remote or "")
    except ValueError:
        return False
    # What a proxy of this machine passes on did not come from this machine.
    is_passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if address.is_loopback:
        return not is_passed_on
    return any(address in network for network in house.settings.web.metrics)
