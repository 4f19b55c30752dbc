"""Which addresses a hardware address or a device's name has now.

From the kernel's neighbour tables (/proc/net/arp; `ip -6 neighbour` for IPv6) and dnsmasq's leases.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from guardian.policy.devices import (
    DeviceTable,
    HostName,
    Mac,
    Owner,
    Sign,
    read_client_id,
    read_mac,
)

ARP: Final = Path("/proc/net/arp")
LEASES: Final = (Path("/tmp/dhcp.leases"), Path("/var/lib/misc/dnsmasq.leases"))  # noqa: S108
_COMPLETE: Final = 2  # ATF_COM in if_arp.h


def parse_arp(text: str) -> dict[str, set[str]]:
    """MAC → IPv4 addresses, of complete entries in /proc/net/arp."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines()[1:]:
        cells = line.split()
        if len(cells) >= 4 and int(cells[2], 16) & _COMPLETE:
            found.setdefault(cells[3].lower(), set()).add(cells[0])
    return found


def parse_neighbours(text: str) -> dict[str, set[str]]:
    """MAC → addresses, of `ip -json neighbour`."""
    found: dict[str, set[str]] = {}
    for row in json.loads(text or "[]"):
        if "lladdr" in row and "FAILED" not in row.get("state", []):
            found.setdefault(row["lladdr"].lower(), set()).add(row["dst"])
    return found


def parse_leases(text: str) -> dict[str, set[str]]:
    """MAC and host name → addresses, of dnsmasq's lease file."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        cells = line.split()
        if len(cells) >= 4 and cells[0].isdigit():
            found.setdefault(cells[1].lower(), set()).add(cells[2])
            if cells[3] != "*":
                found.setdefault(cells[3].lower(), set()).add(cells[2])
    return found


def read(arp: Path = ARP, leases: Iterable[Path] = LEASES) -> dict[str, tuple[str, ...]]:
    """MAC or lower-case host name → addresses seen now."""
    found: dict[str, set[str]] = {}
    parts = [parse_arp(_text(arp)), *(parse_leases(_text(path)) for path in leases), _ipv6()]
    for part in parts:
        for sign, addresses in part.items():
            found.setdefault(sign, set()).update(addresses)
    # A name's other addresses: those of the hardware that has the lease.
    by_address = {address: sign for sign, many in found.items() if ":" in sign for address in many}
    for sign, addresses in found.items():
        if ":" not in sign:
            for mac in {by_address[each] for each in addresses if each in by_address}:
                addresses |= found[mac]
    return {sign: tuple(sorted(addresses)) for sign, addresses in found.items()}


def signs_of(
    address: str, table: Mapping[str, Sequence[str]]
) -> tuple[Mac | None, HostName | None]:
    """The hardware address and the name that a table of `read` knows for an address."""
    signs = [sign for sign, addresses in table.items() if address in addresses]
    mac = next((Mac(sign) for sign in signs if ":" in sign), None)
    return mac, next((HostName(sign) for sign in signs if ":" not in sign), None)


def owner_of(client: str, table: Mapping[str, Sequence[str]], devices: DeviceTable) -> Owner | None:
    """Whose a client is: an address, or what a forwarder told, "id:lina-phone" or a MAC.

    table: of `read`. None for a client that is nobody's, and for a text that is none of these.
    """
    if (client_id := read_client_id(client)) is not None:
        return devices.owner(client_id=client_id)
    if (mac := read_mac(client)) is not None:
        owner = devices.owner(mac=mac)
        for address in table.get(mac.text, ()) if owner is None else ():
            owner = owner or owner_of(address, table, devices)
        # A forwarder's client has no address of its own to us: no network has it.
        return owner if owner is not None and owner.sign is not Sign.NETWORK else None
    try:
        return devices.owner(ip_address(client), *signs_of(client, table))
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _ipv6() -> dict[str, set[str]]:
    try:
        told = subprocess.run(
            ["ip", "-6", "-json", "neighbour"],  # noqa: S607 (wherever the system has it)
            capture_output=True,
            text=True,
            timeout=2,
            check=True,
        )
        return parse_neighbours(told.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
