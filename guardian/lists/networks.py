"""Addresses that answers must not lead to, as lists name them: ranges, found by bisection."""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses
from typing import Final

from guardian.lists.entry import ListInfo
from guardian.lists.match import ILLEGAL

MOST_RANGES: Final = 100_000  # of one list: they are in the memory of each resolver

Ranges = tuple[list[int], list[int]]
"""First and last addresses, sorted and apart from each other."""


def ranges_of(networks: Iterable[IPv4Network | IPv6Network]) -> dict[str, Ranges]:
    """The ranges of each IP version ("4", "6") that networks come to."""
    four = collapse_addresses(each for each in networks if isinstance(each, IPv4Network))
    six = collapse_addresses(each for each in networks if isinstance(each, IPv6Network))
    found = {}
    for version, merged in (("4", list(four)), ("6", list(six))):
        starts = [int(each.network_address) for each in merged]
        found[version] = (starts, [int(each.broadcast_address) for each in merged])
    return found


class Networks:
    """The ranges of all lists."""

    def __init__(self, lists: Iterable[tuple[ListInfo, dict[str, Ranges]]]) -> None:
        self._lists = tuple(lists)

    def __bool__(self) -> bool:
        return bool(self._lists)

    def categories(
        self, address: IPv4Address | IPv6Address, tried: Collection[str] = ()
    ) -> frozenset[str]:
        """The categories that an address is in; a list of kind allow lifts its own.

        tried: as in `Index.match`.
        """
        number, version = int(address), str(address.version)
        blocked: set[str] = set()
        lifted: set[str] = set()
        for info, ranges in self._lists:
            starts, ends = ranges[version]
            at = bisect_right(starts, number) - 1
            if at >= 0 and number <= ends[at] and info.counts(tried):
                (lifted if info.allows else blocked).add(info.category)
        return frozenset(blocked - (lifted - {ILLEGAL}))
