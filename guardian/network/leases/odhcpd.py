r"""odhcpd's state file (OpenWrt), as its src/statefiles.c writes it: hosts, and leases as remarks.

    # br-lan 000300...01 1a2b lina-tablet 1795700000 f00 128 fd00::f00/128
    # br-lan a483e7000001 ipv4 lina-tablet 1795700000 c0a80114 32 192.168.1.20/32

A name that somebody else has, or that is none, has `broken\x20` before it; "-" is no name. An end
of -1 is never, one of 0 is past.
"""

from collections.abc import Iterator
from typing import Final

from guardian.network.leases.lease import (
    Lease,
    mac_of_duid,
    read_address,
    read_duid,
    read_mac,
    read_name,
)

_BROKEN: Final = r"broken\x20"
_IPV4: Final = "ipv4"


def is_written_so(text: str) -> bool:
    """Whether this looks like such a file."""
    return any(line.startswith("# ") and len(line.split()) >= 8 for line in text.splitlines()[:50])


def parse(text: str) -> Iterator[Lease]:
    """The leases of single addresses; lines that are none, and prefixes, are passed over."""
    for line in text.splitlines():
        cells = line.split()
        if len(cells) < 9 or cells[0] != "#" or not cells[5].lstrip("-").isdigit():
            continue
        _, _, client, kind, name, end, _, _, *addresses = cells
        ends = int(end)
        if ends == 0:
            continue
        for each in addresses:
            address, _, length = each.partition("/")
            if length != ("32" if kind == _IPV4 else "128"):
                continue
            try:
                read = read_address(address)
            except ValueError:
                continue
            yield Lease(
                read,
                mac=read_mac(client) if kind == _IPV4 else "",
                duid_mac=mac_of_duid(read_duid(client)) if kind != _IPV4 else "",
                name="" if name.startswith(_BROKEN) else read_name(name),
                ends=max(ends, 0),
            )
