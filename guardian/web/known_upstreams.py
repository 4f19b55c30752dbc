"""Those whom most households ask for names: a button each, and how they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guardian.settings import Settings
from guardian.settings.endpoints import Server, Transport
from guardian.web.marked import sentence

OWN: Final = "own"
WAYS: Final[Mapping[str, str]] = {
    "tls": sentence("Encrypted (DNS over TLS)"),
    "https": sentence("Encrypted as web pages are (DNS over HTTPS)"),
    "udp": sentence("In the clear"),
}
"""The ways that a form offers."""

OTHER_WAYS: Final[Mapping[str, str]] = {
    "quic": sentence("Encrypted (DNS over QUIC)"),
    "tcp": WAYS["udp"],
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who answers for the names of the internet. about: a sentence for parents.

    name: that their certificate is for, where they are asked encrypted.
    """

    id: str
    title: str
    addresses: tuple[str, ...]
    name: str
    about: str

    def written(self, way: Transport) -> tuple[str, ...]:
        """Their addresses as the configuration has them."""
        if not way.is_encrypted:
            return self.addresses
        return tuple(f"{way}://{each}#{self.name}" for each in self.addresses)

    def has(self, server: Server) -> bool:
        """Whether a server is one of theirs."""
        fits = server.name == self.name if server.transport.is_encrypted else not server.name
        usual = server.endpoint.port == server.transport.port
        return fits and usual and str(server.endpoint.address) in self.addresses


CHOICES: Final = (
    Choice(
        "quad9",
        "Quad9",
        ("9.9.9.9", "149.112.112.112"),
        "dns.quad9.net",
        sentence("A foundation in Switzerland. Leaves out known malware, keeps no addresses."),
    ),
    Choice(
        "cloudflare",
        "Cloudflare",
        ("1.1.1.1", "1.0.0.1"),
        "cloudflare-dns.com",
        sentence("A company in the United States. Fast nearly everywhere, leaves nothing out."),
    ),
    Choice(
        "google",
        "Google Public DNS",
        ("8.8.8.8", "8.8.4.4"),
        "dns.google",
        sentence("A company in the United States. Keeps addresses for a day or two."),
    ),
    Choice(
        "cloudflare-family",
        "Cloudflare for Families",
        ("1.1.1.3", "1.0.0.3"),
        "family.cloudflare-dns.com",
        sentence("The same company. Leaves out malware and adult sites by itself, for everybody."),
    ),
)


def title_of(server: Server) -> str:
    """What people call a server; "" for one that is nobody's here."""
    return next((each.title for each in CHOICES if each.has(server)), "")


def present(settings: Settings) -> tuple[str, str, str]:
    """What the form shows at first: who is asked, in which way, and their addresses."""
    servers = settings.upstreams
    written = ", ".join(map(str, servers))
    ways = {each.transport for each in servers}
    for choice in CHOICES:
        if len(ways) == 1 and Transport.QUIC not in ways and all(map(choice.has, servers)):
            way = ways.pop()
            return choice.id, str(way if way.is_encrypted else Transport.UDP), written
    return OWN, str(Transport.TLS), written
