"""Does anybody beside the router give out addresses, or say that it is the router?"""

from collections.abc import Iterator
from typing import Final

from guardian.service import desk
from guardian.service.doctor.finding import Case, Finding, warn

_SAID: Final = {
    "dhcp": (
        "{mac} gives out addresses beside the house's DHCP server: who takes one may not ask "
        "guardian",
        "switch DHCP off on that device; one in the house gives out addresses",
    ),
    "router": (
        "{mac} says that the router's address is its own",
        "look for it on the page of devices; if nobody knows it, take it off the network",
    ),
    "advertises": (
        "{mac} offers itself as an IPv6 router beside the one there was",
        "switch sharing of its connection off on that device, or take it off the network",
    ),
}


def check(case: Case) -> Iterator[Finding]:
    """What a sensor told the guardian that runs in the last day; nothing where all is well."""
    if not case.runs:
        return
    try:
        found = desk.ask(case.state, "roles", "") or []
    except desk.NotRunning:
        return  # other checks say so
    for mac, kind in found:
        said, mend = _SAID[kind]
        yield warn(said.format(mac=mac), mend)
