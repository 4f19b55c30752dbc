"""An address with a port, and a server that is asked there."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Final

Address = IPv4Address | IPv6Address
_LOOPBACK: Final[dict[int, Address]] = {4: IPv4Address("127.0.0.1"), 6: IPv6Address("::1")}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where something listens or is asked."""

    address: Address
    port: int

    def __str__(self) -> str:
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{host}:{self.port}"

    @property
    def from_here(self) -> "Endpoint":
        """Where this machine asks what listens here: the address of every address is none."""
        if self.address.is_unspecified:
            return Endpoint(_LOOPBACK[self.address.version], self.port)
        return self


class Transport(StrEnum):
    """How a server is asked, as it is written in front of its address."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    HTTPS = "https"
    QUIC = "quic"

    @property
    def port(self) -> int:
        """Where such servers are as a rule."""
        return _PORTS[self]

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return self in (Transport.TLS, Transport.HTTPS, Transport.QUIC)


_PORTS = {
    Transport.UDP: 53,
    Transport.TCP: 53,
    Transport.TLS: 853,
    Transport.HTTPS: 443,
    Transport.QUIC: 853,
}


@dataclass(frozen=True, slots=True)
class Server:
    """A resolver that is asked. name: that its certificate is to be for; "" for its address.

    path: of HTTPS. pins: SHA-256 of public keys in base64. authorities: a file of certificates that
    are trusted in place of the system's; "" for those.
    """

    endpoint: Endpoint
    transport: Transport = Transport.UDP
    name: str = ""
    path: str = ""
    pins: tuple[str, ...] = ()
    authorities: str = ""

    def __str__(self) -> str:
        where = str(self.endpoint).removesuffix(f":{self.transport.port}")
        if self.transport is Transport.UDP:
            return where
        return f"{self.transport}://{where}{self.path}{self.name and '#'}{self.name}"
