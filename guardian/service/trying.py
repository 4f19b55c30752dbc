"""Does a resolver answer from here, and how soon? For commands and pages, which wait for it."""

from dataclasses import replace
from time import monotonic
from typing import Final

from guardian.dns.streams.once import NoAnswer, ask
from guardian.errors import Said
from guardian.names import to_wire
from guardian.qtypes import QTYPES
from guardian.service.servers import data_of, system_authorities
from guardian.service.targets import target_of
from guardian.service.upstream_health import sayable
from guardian.settings import Settings
from guardian.settings.endpoints import Endpoint, Server, Transport
from guardian.web.upstreams import Tried

_RCODES: Final = {2: "SERVFAIL", 4: "NOTIMP", 5: "REFUSED"}
_THERE: Final = "example.com"
_FINE: Final = (0, 3)  # NOERROR, NXDOMAIN
_SECOND_SECONDS: Final = 1.5  # for another way, where the first was none

OTHERWISE: Final = Said("See that the network is there, or choose another one.")


def try_server(settings: Settings, server: Server, qname: str, qtype: str, seconds: float) -> int:
    """Milliseconds until it answered, whatever it says of the name. Raises NoAnswer.

    qname: "" for the root.
    """
    target = target_of(data_of(settings, server), system_authorities())
    begun = monotonic()
    _, wire = ask(target, to_wire(qname) if qname else b"\0", QTYPES[qtype], seconds)
    rcode = wire[1] & 15
    if rcode not in _FINE:
        raise NoAnswer(f"it says {_RCODES.get(rcode, rcode)}")
    return max(1, round((monotonic() - begun) * 1000))


def tried(settings: Settings, server: Server, seconds: float) -> Tried:
    """What comes of a question for a name that there is."""
    try:
        return Tried(try_server(settings, server, _THERE, "A", seconds))
    except NoAnswer as problem:
        why = str(problem)
        return Tried(None, sayable(why), mend(settings, server, _THERE, "A", why))


def mend(settings: Settings, server: Server, qname: str, qtype: str, why: str) -> str:
    """What to do about a server that did not answer, as a sentence. It asks again, in other ways.

    why: as NoAnswer said it.
    """
    if not server.transport.is_encrypted:
        return OTHERWISE
    if "certificate" in why:
        return Said(
            "See that this machine's clock is right, and that the name behind the # is that of "
            "the resolver; if both are, somebody else answers in its place."
        )
    for way in (Transport.HTTPS, Transport.TLS, Transport.UDP):
        if way is not server.transport and _answers(settings, _by(way, server), qname, qtype):
            of_quic = server.transport is Transport.QUIC
            return (_INSTEAD_OF_QUIC if of_quic else _INSTEAD)[way]
    return OTHERWISE


_INSTEAD: Final = {
    Transport.HTTPS: Said(
        "It answers over HTTPS, and not in the way that is written: the network or the server "
        "stops that. Write https:// in front."
    ),
    Transport.TLS: Said(
        "It answers over TLS, and not in the way that is written: the network or the server "
        "stops that. Write tls:// in front."
    ),
    Transport.UDP: Said(
        "It answers in the clear: the network, or the server, stops what is encrypted. Open port "
        "853 or 443 in the firewall, choose another one, or ask in the clear."
    ),
}


_INSTEAD_OF_QUIC: Final = {
    **_INSTEAD,
    Transport.HTTPS: Said(
        "It answers over HTTPS: the network, or the server, has no DNS over QUIC. Write https:// "
        "in place of quic://."
    ),
    Transport.TLS: Said(
        "It answers over TLS: the network, or the server, has no DNS over QUIC. Write tls:// in "
        "place of quic://."
    ),
}


def _by(way: Transport, server: Server) -> Server:
    """The same server, asked in another way, where such servers are as a rule."""
    name = server.name if way.is_encrypted else ""
    path = "/dns-query" if way is Transport.HTTPS else ""
    pins, authorities = (server.pins, server.authorities) if way.is_encrypted else ((), "")
    return replace(
        server, endpoint=Endpoint(server.endpoint.address, way.port), transport=way, name=name,
        path=path, pins=pins, authorities=authorities,
    )  # fmt: skip


def _answers(settings: Settings, server: Server, qname: str, qtype: str) -> bool:
    try:
        try_server(settings, server, qname, qtype, _SECOND_SECONDS)
    except NoAnswer:
        return False
    return True
