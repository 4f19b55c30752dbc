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
    first, last: when it asked (UTC).
    """

    sign: str
    mac: str
    name: str
    address: str
    first: datetime
    last: datetime


def is_private(mac: str) -> bool:
    """Whether a device made its hardware address up, or somebody else than its maker did."""
    return bool(mac) and bool(int(mac[:2], 16) & _LOCAL)


def may_be(
    new: Sighting, known: Iterable[Sighting], different: Collection[tuple[str, str]], now: datetime
) -> Sighting | None:
    """The known device that a new one may be, the one that asked last where several may.

    So it may be where the new one made its address up, both call themselves the same, and the known
    one has been quiet since before the new one came. different: pairs (new, known) of signs that a
    person said are two devices.
    """
    if not (is_private(new.mac) and new.name):
        return None
    alike = (
        each
        for each in known
        if each.mac
        and each.mac != new.mac
        and each.name == new.name
        and each.last < new.first
        and each.last <= now - QUIET
        and (new.sign, each.sign) not in different
    )
    return max(alike, key=lambda each: each.last, default=None)
