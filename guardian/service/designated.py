"""How devices find encrypted DNS by themselves: what is said of it in DNS and by DHCP.

Asked for `_dns.resolver.arpa` (DDR, RFC 9462), a plain resolver says under which name and at which
ports it is to be had encrypted; devices compare its certificate with that. A router's DHCP says the
same (DNR, RFC 9463). RESINFO (RFC 9606) says which extended errors a device may meet.
"""

from collections.abc import Iterator

from guardian.dns.svcb import Service
from guardian.qtypes import QTYPES
from guardian.settings import Settings
from guardian.settings.endpoints import Endpoint
from guardian.settings.sections.encrypted import Encrypted

RESOLVER = "resolver.arpa"
_SVCB = QTYPES["SVCB"]
_RESINFO = 261
_INFO = ("exterr=3,15-17,22-23",)  # stale; blocked, censored, filtered; upstreams that are silent

Row = tuple[str, int, str]
"""qname, qtype and the data of one record, hexadecimal."""


def services(wish: Encrypted) -> list[Service]:
    """The ways to reach encrypted DNS, the best first; none where it has no name of its own."""
    return [
        Service(
            priority,
            name,
            alpn,
            port,
            tuple(each.address for each in places if not each.address.is_unspecified),
            path,
        )
        for priority, (name, alpn, port, places, path) in enumerate(_ways(wish), start=1)
    ]


_Way = tuple[str, tuple[str, ...], int, list[Endpoint], str]


def _ways(wish: Encrypted) -> Iterator[_Way]:
    """Each transport at each of its ports."""
    name = wish.name
    if name is None:
        return
    web_ports = {each.port for each in wish.https}
    template = f"{wish.path}{{?dns}}"
    for port, places in _by_port(wish.quic):
        if port in web_ports:  # HTTP/3 stands beside the other HTTP, below
            continue
        yield name, ("doq",), port, places, ""
    for port, places in _by_port(wish.tls):
        yield name, ("dot",), port, places, ""
    quic_ports = {each.port for each in wish.quic}
    for port, places in _by_port(wish.https):
        alpn = ("h3", "h2") if port in quic_ports else ("h2",)
        yield name, alpn, port, places, template


def _by_port(endpoints: tuple[Endpoint, ...]) -> list[tuple[int, list[Endpoint]]]:
    found: dict[int, list[Endpoint]] = {}
    for each in endpoints:
        found.setdefault(each.port, []).append(each)
    return list(found.items())


def records(settings: Settings) -> tuple[Row, ...]:
    """What is answered about the resolver itself; () where nothing is encrypted under a name."""
    found = services(settings.encrypted)
    if not found:
        return ()
    info = b"".join(len(each).to_bytes(1) + each.encode() for each in _INFO).hex()
    name = settings.encrypted.name or ""
    # Of a name that others answer for, only they can say more.
    told = [RESOLVER, *([name] if name in settings.records else [])]
    return (
        *((f"_dns.{RESOLVER}", _SVCB, each.rdata().hex()) for each in found),
        *((each, _RESINFO, info) for each in told),
    )
