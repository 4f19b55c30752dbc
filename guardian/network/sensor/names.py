"""Names that devices say to all others: mDNS (RFC 6762), LLMNR (RFC 4795), SSDP (UPnP 2.0).

Of mDNS and LLMNR only replies that give the address that they come from tell their sender's own
name: some pass on what others said. Queries tell what somebody looks for, and are not looked at.
"""

from typing import Final

from dnslib import QTYPE, DNSError, DNSRecord

from guardian.network.leases.lease import read_name
from guardian.network.sensor.frames import Message
from guardian.network.sensor.heard import By, Heard

_REPLY: Final = 0x80  # the bit QR, in the third byte
_ADDRESSES: Final = (QTYPE.A, QTYPE.AAAA)
_LOCAL: Final = ".local"
_SERVER: Final = b"server:"
_MOST_RECORDS: Final = 100


def mdns(message: Message) -> Heard | None:
    """Who says that the address that it sends from has a name under .local."""
    return _told(message, By.MDNS, _LOCAL)


def llmnr(message: Message) -> Heard | None:
    """Who answers to a name."""
    return _told(message, By.LLMNR, "")


def _told(sent: Message, by: By, suffix: str) -> Heard | None:
    payload = sent.payload
    if len(payload) < 12 or not payload[2] & _REPLY:
        return None
    if any(int.from_bytes(payload[at : at + 2], "big") > _MOST_RECORDS for at in (4, 6, 8, 10)):
        return None
    try:
        message = DNSRecord.parse(payload)
    except (DNSError, ValueError, IndexError, KeyError, OverflowError, RecursionError):
        return None
    for each in (*message.rr, *message.ar):
        owner = str(each.rname).rstrip(".").lower()
        first = owner.removesuffix(suffix)
        is_own = each.rtype in _ADDRESSES and str(each.rdata) == sent.address
        if is_own and owner.endswith(suffix) and "." not in first:
            return Heard(sent.mac, by, read_name(first))
    return None


def ssdp(message: Message) -> Heard | None:
    """Who says which product it is: the last one of "SERVER: Linux/5 UPnP/1.0 Sonos/70.3"."""
    payload = message.payload
    if not payload.startswith((b"NOTIFY ", b"HTTP/1.1 200")):
        return None
    for line in payload[:2048].split(b"\r\n"):
        if line.lower().startswith(_SERVER):
            products = line[len(_SERVER) :].decode("ascii", errors="replace").split()
            name = read_name(products[-1].partition("/")[0]) if products else ""
            return Heard(message.mac, By.SSDP, name) if name and name != "upnp" else None
    return None
