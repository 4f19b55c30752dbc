"""What was heard of one device, and the line in which the sensor tells it."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from guardian.network.leases.lease import read_mac, read_name

MOST_BYTES: Final = 512  # of a line
_FINGERPRINT: Final = 16  # characters
_MARK: Final = re.compile(r"(?:[0-9a-f]{16})?")


class By(StrEnum):
    """How a device said its name, the most telling way first."""

    DHCP = "dhcp"
    MDNS = "mdns"
    LLMNR = "llmnr"
    SSDP = "ssdp"


@dataclass(frozen=True, slots=True)
class Heard:
    """mac: who said it. name: what it calls itself, in lower case; "" for nothing.

    fingerprint: of how it asks for an address, which devices of a kind have in common; "" where
    that was not heard.
    """

    mac: str
    by: By
    name: str = ""
    fingerprint: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.name or self.fingerprint)


def fingerprint(*parts: bytes) -> str:
    """A short word for these bytes; "" for none."""
    return sha256(b"\0".join(parts)).hexdigest()[:_FINGERPRINT] if any(parts) else ""


def written(heard: Heard) -> bytes:
    """As the sensor sends it."""
    return json.dumps(asdict(heard)).encode()


def read(data: bytes) -> Heard | None:
    """As control takes it; None for what no sensor sends."""
    if len(data) > MOST_BYTES:
        return None
    try:
        said = json.loads(data)
        mac, by = read_mac(said["mac"]), By(said["by"])
        name, mark = read_name(said["name"]), str(said["fingerprint"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Heard(mac, by, name, mark) if mac and _MARK.fullmatch(mark) else None
