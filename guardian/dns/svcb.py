"""Service bindings (RFC 9460) for resolvers that name themselves: DDR (RFC 9461, RFC 9462), DNR
(RFC 9463).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from guardian.names import to_wire

Address = IPv4Address | IPv6Address

_ALPN: Final = 1
_PORT: Final = 3
_IPV4_HINT: Final = 4
_IPV6_HINT: Final = 6
_DOH_PATH: Final = 7


@dataclass(frozen=True, slots=True)
class Service:
    """One way to reach a resolver.

    priority: the lowest is tried first, from 1 on. name: of the resolver, in its certificate.
    alpn: protocols. addresses: () where the name tells. doh_path: a URI template; "" for no HTTP.
    """

    priority: int
    name: str
    alpn: tuple[str, ...]
    port: int
    addresses: tuple[Address, ...] = ()
    doh_path: str = ""

    def rdata(self) -> bytes:
        """An SVCB record's data (RFC 9460, section 2.2)."""
        hints = _hints(self.addresses)
        params = b"".join(_param(*each) for each in sorted([*self._params(), *hints]))
        return self.priority.to_bytes(2) + to_wire(self.name) + params

    def v4_instance(self) -> bytes:
        """Its part of DHCP's option 162 (RFC 9463, section 5.1)."""
        addresses = b"".join(each.packed for each in self.addresses if each.version == 4)
        name = to_wire(self.name)
        body = self.priority.to_bytes(2) + len(name).to_bytes(1) + name
        if addresses:  # else the name alone is told, and what it leads to is looked up
            body += len(addresses).to_bytes(1) + addresses + self._service()
        return len(body).to_bytes(2) + body

    def v6_option(self) -> bytes:
        """The data of DHCPv6's option 144 (RFC 9463, section 4.1); one option for each service."""
        addresses = b"".join(each.packed for each in self.addresses if each.version == 6)
        name = to_wire(self.name)
        body = self.priority.to_bytes(2) + len(name).to_bytes(2) + name
        if addresses:
            body += len(addresses).to_bytes(2) + addresses + self._service()
        return body

    def _service(self) -> bytes:
        """Its parameters without hints, which DNR forbids: there are addresses in their place."""
        return b"".join(_param(*each) for each in sorted(self._params()))

    def _params(self) -> list[tuple[int, bytes]]:
        alpn = b"".join(len(each).to_bytes(1) + each.encode() for each in self.alpn)
        found = [(_ALPN, alpn), (_PORT, self.port.to_bytes(2))]
        if self.doh_path:
            found.append((_DOH_PATH, self.doh_path.encode()))
        return found


def _hints(addresses: Sequence[Address]) -> list[tuple[int, bytes]]:
    kinds = ((4, _IPV4_HINT), (6, _IPV6_HINT))
    found = [
        (key, b"".join(each.packed for each in addresses if each.version == version))
        for version, key in kinds
    ]
    return [(key, packed) for key, packed in found if packed]


def _param(key: int, value: bytes) -> bytes:
    return key.to_bytes(2) + len(value).to_bytes(2) + value
