"""What the API does with devices' own addresses, under which they ask wherever they are."""

from guardian.web.api import things
from guardian.web.api.call import Call
from guardian.web.own_addresses import Given


async def one(call: Call) -> things.OwnAddressView:
    """Since when a device has an address of its own; not which."""
    kept = call.house.own_addresses
    return things.OwnAddressView(kept.is_offered(), kept.since(call.device().signs))


async def make(call: Call) -> Given:
    """Give a device an address of its own, in place of the one before; it is said only now."""
    return call.house.own_addresses.make(call.device().signs, call.who)


async def revoke(call: Call) -> None:
    """A device's own address leads nowhere from now on."""
    call.house.own_addresses.revoke(call.device().signs, call.who)


async def profile(call: Call) -> bytes:
    """The profile for Apple's devices with an address that was just made."""
    device, wish = call.device(), await call.body(things.OwnAddress)
    return call.house.own_addresses.profile(device.signs, device.title, wish.secret)
