"""Sets of networks that packed addresses are looked for in, at the price of a few look-ups."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

Network = IPv4Network | IPv6Network


class Networks:
    """Networks by their length: whether an address is in one costs a look-up for each length."""

    __slots__ = ("_of_size",)

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        lengths: dict[int, dict[int, set[int]]] = {4: {}, 16: {}}
        for each in networks:
            bits = each.max_prefixlen
            shift = bits - each.prefixlen
            of_length = lengths[bits // 8].setdefault(shift, set())
            of_length.add(int(each.network_address) >> shift)
        self._of_size = {size: tuple(each.items()) for size, each in lengths.items()}

    def __contains__(self, address: bytes) -> bool:
        """Whether a packed address is in one of the networks."""
        number = int.from_bytes(address)
        return any(number >> shift in found for shift, found in self._of_size[len(address)])


PRIVATE: Final = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
            *("127.0.0.0/8", "::1/128"),  # this machine
            *("169.254.0.0/16", "fe80::/10"),  # this link (RFC 3927, RFC 4291)
            "fc00::/7",  # RFC 4193
        ),
    )
)
"""Where nobody is who comes from the internet."""

_INWARD: Final = Networks((*PRIVATE, ip_network("0.0.0.0/8"), ip_network("::/128")))
_MAPPED: Final = bytes(10) + b"\xff\xff"
_NAT64: Final = bytes.fromhex("0064ff9b") + bytes(8)  # RFC 6052, section 2.1

INWARD_STARTS: Final = {
    4: frozenset(
        (
            *(bytes((first, second)) for first in (0, 10, 127) for second in range(256)),
            *(bytes((172, second)) for second in range(16, 32)),
            *(b"\xa9\xfe", b"\xc0\xa8"),
        )
    ),
    16: frozenset(
        (
            *(bytes((first, second)) for first in (0xFC, 0xFD) for second in range(256)),
            *(bytes((0xFE, second)) for second in range(0x80, 0xC0)),
            *(b"\0\0", b"\0\x64"),
        )
    ),
}
"""By an address's length: its first two bytes, where `is_inward` may be true of it."""


def is_inward(address: bytes) -> bool:
    """Whether a packed address is one within a house, in whatever clothes (RFC 4291, RFC 6052)."""
    if address[:2] not in INWARD_STARTS[len(address)]:
        return False
    if address[:12] in (_MAPPED, _NAT64):
        address = address[12:]
    return address in _INWARD
