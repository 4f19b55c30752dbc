"""Kea's memfile: CSV that grows at its end (Kea's administrator manual, "The memfile format").

The last row of an address is the one that holds. Columns are called by the first line; a comma
inside a value is written &#x2c.
"""

from collections.abc import Iterator
from typing import Final

from guardian.network.leases.lease import (
    Lease,
    mac_of_duid,
    read_address,
    read_duid,
    read_end,
    read_mac,
    read_name,
)

_ASSIGNED: Final = "0"  # the others are declined, expired and released
_ADDRESSES: Final = ("", "0", "1")  # lease types IA_NA and IA_TA; 2 is a prefix


def is_written_so(text: str) -> bool:
    """Whether this looks like such a file."""
    return text.startswith(("address,hwaddr,", "address,duid,"))


def parse(text: str) -> Iterator[Lease]:
    """The leases that hold; rows that are none are passed over."""
    last: dict[str, dict[str, str]] = {}
    columns: list[str] = []
    for line in text.splitlines():
        cells = line.split(",")
        if cells[0] == "address":  # once more where a file has several parts
            columns = cells
        else:
            last[cells[0]] = dict(zip(columns, cells, strict=False))
    for row in last.values():
        is_over = row.get("state") != _ASSIGNED or row.get("valid_lifetime") == "0"
        if is_over or row.get("lease_type", "") not in _ADDRESSES:
            continue
        try:
            yield Lease(
                read_address(row["address"]),
                mac=read_mac(row.get("hwaddr", "")),
                duid_mac=mac_of_duid(read_duid(row.get("duid", ""))),
                name=read_name(row.get("hostname", "")),
                ends=read_end(row.get("expire", "")),
            )
        except ValueError:
            continue
