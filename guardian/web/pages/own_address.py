"""A device's own address, by which its rules go along wherever it is: made, shown once, revoked."""

from aiohttp import web

from guardian.errors import GuardianError
from guardian.web.addresses import of_device
from guardian.web.own_addresses import NoAddress
from guardian.web.pages.device import wanted
from guardian.web.visit import Visit


async def make(visit: Visit) -> web.StreamResponse:
    """Give the device an address, and show it this once."""
    device = await wanted(visit)
    try:
        given = visit.house.own_addresses.make(device.signs, visit.who)
    except NoAddress as error:
        raise web.HTTPNotFound from error
    return visit.page("own_address.html", device=device, given=given)


async def profile(visit: Visit) -> web.StreamResponse:
    """The profile for Apple's devices, of an address that is still on the screen."""
    device = await wanted(visit)
    secret = visit.form.get("secret")
    try:
        content = visit.house.own_addresses.profile(device.signs, device.title, secret)
    except GuardianError as error:
        raise web.HTTPNotFound from error
    return web.Response(
        body=content,
        content_type="application/x-apple-aspen-config",
        headers={
            "Content-Disposition": 'attachment; filename="guardian.mobileconfig"',
            "Cache-Control": "no-store",
        },
    )


async def revoke(visit: Visit) -> web.StreamResponse:
    """The address leads nowhere from now on."""
    device = await wanted(visit)
    try:
        visit.house.own_addresses.revoke(device.signs, visit.who)
    except NoAddress as error:
        raise web.HTTPNotFound from error
    return visit.go(of_device(device.id), visit.say("The address leads nowhere any more."))
