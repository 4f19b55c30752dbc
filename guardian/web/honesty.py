"""What pages say of whether a device asks guardian: a calm sentence each, and what to do."""

from dataclasses import dataclass
from typing import Final

from guardian.policy.honesty import Bypass, Honesty, Kind, State
from guardian.web.marked import sentence

TITLES: Final = {
    State.ASKS: sentence("Asks guardian"),
    State.SILENT: sentence("Here, and silent"),
    State.ELSEWHERE: sentence("Asked another DNS server"),
    State.HIDDEN: sentence("Tried a hidden way"),
    State.AWAY: sentence("Not here now"),
}
_SAID: Final = {
    State.ASKS: sentence("This device asks guardian, as it should."),
    State.SILENT: sentence(
        "This device is in your network and has asked nothing for half an hour. It may be asleep, "
        "or it may ask somebody else."
    ),
    State.AWAY: sentence(
        "Nothing is heard of this device now. It may be off, out of the house, or on mobile data."
    ),
}
_DO: Final = {
    State.SILENT: sentence(
        "Open a page on it. If the page comes and nothing changes here, look into its Wi-Fi "
        "settings: DNS should be automatic, and no VPN be on."
    ),
}
KINDS: Final = {
    Kind.VPN: sentence("It began a VPN. What goes through one, guardian does not see."),
    Kind.IPSEC: sentence(
        "It began a VPN of the common kind, or a phone call over Wi-Fi, which begins in the same "
        "way."
    ),
    Kind.RESOLVER: sentence(
        "It opened an encrypted connection to a well-known DNS service, as browsers with “secure "
        "DNS” do."
    ),
    Kind.ENCRYPTED: sentence("It tried encrypted DNS of somebody else."),
    Kind.DNS: sentence("It asked another DNS server."),
    Kind.NAMES: sentence("It looked for VPN, proxy or DNS services, and guardian blocked these."),
    Kind.ROUTER: sentence(
        "It says that it is your router. That can turn the traffic of the whole house to it."
    ),
    Kind.ADVERTISES: sentence("It offers itself as a second router in IPv6."),
    Kind.DHCP: sentence(
        "It gives out addresses beside your router. Devices that take one may not ask guardian."
    ),
}
_DO_ABOUT: Final = {
    Kind.VPN: sentence(
        "Ask what it is for: some are for school or work. Otherwise remove it in the device’s "
        "settings, and let new apps need your word."
    ),
    Kind.IPSEC: sentence(
        "If it is a phone and calls over Wi-Fi are on, all is well. Otherwise look for a VPN in "
        "its settings."
    ),
    Kind.RESOLVER: sentence("Switch “secure DNS” off in the settings of its browser."),
    Kind.ENCRYPTED: sentence(
        "On Android, set “Private DNS” to automatic; elsewhere remove the DNS profile or app."
    ),
    Kind.DNS: sentence("Set DNS to automatic in its Wi-Fi settings."),
    Kind.NAMES: sentence("It did not work. A talk may help more than another block."),
    Kind.ROUTER: sentence(
        "If you do not know this device, take it off your Wi-Fi and change the Wi-Fi password."
    ),
    Kind.ADVERTISES: sentence(
        "If it is no router of yours, switch sharing of its connection off, or take it off your "
        "network."
    ),
    Kind.DHCP: sentence("Switch DHCP off on it: one device in the house gives out addresses."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one thing. do: what helps; "" where nothing needs to be done."""

    said: str
    do: str = ""
    tried: Bypass | None = None


def told(honesty: Honesty) -> list[Told]:
    """What there is to say of a device, in English, the most telling first."""
    every = [Told(KINDS[each.kind], _DO_ABOUT[each.kind], each) for each in honesty.tried]
    if honesty.because is None:
        every.append(Told(_SAID[honesty.state], _DO.get(honesty.state, "")))
    return every


def is_fine(honesty: Honesty) -> bool:
    """Whether nothing needs to be said where many devices stand."""
    return honesty.state in (State.ASKS, State.AWAY) and not honesty.tried
