"""Whether the browser of this very device asks guardian: it looks up a name, and guardian tells.

Open to everybody in the house, without an account: it is run on the device that it is about.
"""

from aiohttp import web

from guardian.web.visit import Visit

_ANY_SITE = "img-src 'self' http://{name}:* https://{name}:*"


async def show(visit: Visit) -> web.StreamResponse:
    """What it is, and the way to begin."""
    return visit.page("check.html", step="begin")


async def begin(visit: Visit) -> web.StreamResponse:
    """Make a name, and go where it is looked up."""
    label = visit.house.begin_check().partition(".")[0]
    return visit.go(f"/check/{label}")


async def look(visit: Visit) -> web.StreamResponse:
    """The page with a picture under that name: to load it, the browser has to look the name up."""
    found = visit.house.checked(visit.part("label"))
    if found is None:
        return visit.go("/check")
    qname, _ = found
    page = visit.page("check.html", step="look", qname=qname, label=visit.part("label"))
    # The picture is not there and need not be; without this, its name would not be looked up.
    page.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        f"{_ANY_SITE.format(name=qname)}; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    return page


async def result(visit: Visit) -> web.StreamResponse:
    """What came of it."""
    found = visit.house.checked(visit.part("label"))
    if found is None:
        return visit.go("/check")
    _, client = found
    other = "" if _is_here(visit, client) else client
    return visit.page(
        "check.html", step="result", asked=bool(client), other=other, label=visit.part("label")
    )


def _is_here(visit: Visit, client: str) -> bool:
    """Whether a client is the device that visits, by this address or by another of its own."""
    here = {client, visit.address}
    return len(here) == 1 or any(here <= {*each.signs} for each in visit.house.seen())
