"""When a device was seen, and which new one may be an old one with a new hardware address.

Phones make up hardware addresses and change them. Nothing here decides that two are one: it only
finds what a person can be asked about.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

QUIET: Final = timedelta(minutes=10)  # after which a device may have gone for another address
_LOCAL: Final = 2  # the bit of a hardware address's first byte that no maker sets (IEEE 802)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device that asked.

    sign: its hardware address where that is known; else its address, or what a forwarder told.
    mac, name: "" where they are not known; the name is what the device calls itself.
    address: from which it asked last; "" where only a forwarder has one.
    first, last: when it asked (UTC). fingerprint: of how it asks for an address, which devices of a
    kind have in common; "" where nobody heard it.
    """

    sign: str
    mac: str
    name: str
    address: str
    first: datetime
    last: datetime
    fingerprint: str = ""


def is_private(mac: str) -> bool:
    """Whether a device made its hardware address up, or somebody else than its maker did."""
    return bool(mac) and bool(int(mac[:2], 16) & _LOCAL)


def may_be(
    new: Sighting, known: Iterable[Sighting], different: Collection[tuple[str, str]], now: datetime
) -> Sighting | None:
    """The known device that a new one may be, the one that asked last where several may.

    So it may be where the new one made its address up, both call themselves the same, and the known
    one has been quiet since before the new one came. One that says no name may be the known one
    that asks for an address as it does, if there is only one. different: pairs (new, known) of
    signs that a person said are two devices.
    """
    if not is_private(new.mac):
        return None
    others = [each for each in known if each.mac and each.mac != new.mac]
    if new.name:
        alike = [each for each in others if each.name == new.name]
    else:
        alike = [each for each in others if new.fingerprint and each.fingerprint == new.fingerprint]
        if len(alike) > 1:  # two phones of a kind: it could be either
            return None
    quiet = (
        each
        for each in alike
        if each.last < new.first
        and each.last <= now - QUIET
        and (new.sign, each.sign) not in different
    )
    return max(quiet, key=lambda each: each.last, default=None)
