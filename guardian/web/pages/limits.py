"""What guardian cannot stop, said to parents as it is, and what helps."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from guardian.web.marked import sentence
from guardian.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Limit:
    """A way past guardian. helps: what a parent can do about it."""

    title: str
    said: str
    helps: str


LIMITS: Final = (
    Limit(
        sentence("Mobile data, and other people’s Wi-Fi"),
        sentence("A device that is not in your network does not ask guardian."),
        sentence(
            "On the device’s page, give it an address of its own: then it asks guardian wherever "
            "it is. Or use the limits that the device itself has."
        ),
    ),
    Limit(
        sentence("A VPN"),
        sentence(
            "A VPN takes everything through a tunnel that nobody can look into. guardian blocks "
            "the names of well-known ones; others work."
        ),
        sentence(
            "Let new apps on the device need your word. The device’s page here tells when a VPN "
            "begins."
        ),
    ),
    Limit(
        sentence("Another DNS server, by hand"),
        sentence("Whoever holds a device can write another DNS server into its settings."),
        sentence(
            "With guardian’s firewall on your router, such questions come to guardian all the "
            "same. Without it, nothing stops them."
        ),
    ),
    Limit(
        sentence("Encrypted DNS"),
        sentence(
            "Browsers and apps can ask a DNS service of their own in secret. guardian blocks the "
            "names of well-known services; one that is reached by its address needs no name."
        ),
        sentence(
            "The firewall refuses encrypted DNS on its own port and, if you wish, the addresses of "
            "well-known services. A service that nobody knows goes through."
        ),
    ),
    Limit(
        sentence("Addresses that a device knows by itself"),
        sentence(
            "An app that brings its addresses along, or a name that is written into the device, "
            "needs no look-up."
        ),
        sentence("Pause, bedtime and “No internet” stop these too where the firewall is on."),
    ),
    Limit(
        sentence("What is open already"),
        sentence(
            "A film that runs at bedtime goes on where there is no firewall, until it needs "
            "another name."
        ),
        sentence("The firewall ends it within seconds."),
    ),
    Limit(
        sentence("A new address for the same device"),
        sentence(
            "A device can make up another hardware address. Then it is new here, and has the rules "
            "for devices that are nobody’s."
        ),
        sentence("Keep those rules strict, and guardian asks you whose the new device is."),
    ),
    Limit(
        sentence("What is inside a site or an app"),
        sentence(
            "guardian knows names, not pages: it can close a whole site, and no single video, "
            "picture or chat."
        ),
        sentence("Safe search and the settings for children in the apps themselves go further."),
    ),
    Limit(
        sentence("Somebody who really wants to"),
        sentence("Every filter has a way around it, and children find it."),
        sentence(
            "Talk about why a rule is there, and change it together. That lasts longer than a "
            "better lock."
        ),
    ),
)


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return visit.page("limits.html", limits=LIMITS)
