"""What was heard of one device, or tried by it, and the line in which the sensor tells it."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from guardian.network.leases.lease import read_mac, read_name
from guardian.policy.honesty import Kind

MOST_BYTES: Final = 512  # of a line
_FINGERPRINT: Final = 16  # characters
_MOST_TIMES: Final = 100_000  # in a line
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


@dataclass(frozen=True, slots=True)
class Attempt:
    """mac: who tried it. times: how often since this was told last."""

    mac: str
    kind: Kind
    times: int = 1


def fingerprint(*parts: bytes) -> str:
    """A short word for these bytes; "" for none."""
    return sha256(b"\0".join(parts)).hexdigest()[:_FINGERPRINT] if any(parts) else ""


def written(said: Heard | Attempt) -> bytes:
    """As the sensor sends it."""
    return json.dumps(asdict(said)).encode()


def read(data: bytes) -> Heard | Attempt | None:
    """As control takes it; None for what no sensor sends."""
    if len(data) > MOST_BYTES:
        return None
    try:
        said = json.loads(data)
        mac = read_mac(said["mac"])
        told = _attempt(said, mac) if "kind" in said else _heard(said, mac)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return told if mac else None


def _heard(said: Any, mac: str) -> Heard | None:
    by, name, mark = By(said["by"]), read_name(said["name"]), str(said["fingerprint"])
    return Heard(mac, by, name, mark) if _MARK.fullmatch(mark) else None


def _attempt(said: Any, mac: str) -> Attempt | None:
    kind, times = Kind(said["kind"]), said["times"]
    is_number = isinstance(times, int) and not isinstance(times, bool)
    return Attempt(mac, kind, min(times, _MOST_TIMES)) if is_number and times > 0 else None
