"""dnsmasq's leases, as its src/lease.c writes them: a line each, first IPv4, then IPv6.

1795700000 a4:83:e7:00:00:01 192.168.1.20 lina-tablet 01:a4:83:e7:00:00:01
duid 00:01:00:01:2c:0f:aa:bb:02:00:00:00:00:01
1795700000 12345678 fd00::20 lina-tablet 00:03:00:01:a4:83:e7:00:00:01
"""

from collections.abc import Iterator

from guardian.network.leases.lease import (
    Lease,
    mac_of_duid,
    read_address,
    read_duid,
    read_end,
    read_mac,
    read_name,
)


def is_written_so(text: str) -> bool:
    """Whether this looks like such a file."""
    first = text.lstrip().partition("\n")[0].split()
    return first[:1] == ["duid"] or (len(first) == 5 and first[0].isdigit())


def parse(text: str) -> Iterator[Lease]:
    """The leases; lines that are none are passed over."""
    for line in text.splitlines():
        cells = line.split()
        if len(cells) != 5:
            continue
        end, hardware, address, name, client = cells
        try:
            read, ends = read_address(address), read_end(end)
        except ValueError:
            continue
        is_v6 = ":" in read
        yield Lease(
            read,
            mac="" if is_v6 else read_mac(hardware),
            duid_mac=mac_of_duid(read_duid(client)) if is_v6 else "",
            name=read_name(name),
            ends=ends,
        )
