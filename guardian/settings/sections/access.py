"""`access`: who gets answers, and how the others hear that they get none."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guardian.policy.devices import Network
from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, list_of, record


class Others(StrEnum):
    """What those hear who get no answers."""

    REFUSED = "refused"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Access:
    """allow: networks beside those that are always served. rate: replies a second."""

    allow: tuple[Network, ...] = ()
    others: Others = Others.REFUSED
    rate: int = 200

    @property
    def everybody(self) -> bool:
        """Whether the whole internet may ask."""
        return any(each.prefixlen == 0 for each in self.allow)


ALLOW: Final = Field(
    "allow",
    list_of(kinds.NETWORK, "a list of networks"),
    "Who gets answers beside this house: private addresses, networks that this machine is "
    "connected to, and devices and networks that are somebody's are always served. A provider "
    'names its customers\' networks here. "0.0.0.0/0" and "::/0" are everybody: an open resolver, '
    "which strangers use to flood others with traffic.",
    default="[]",
)
OTHERS: Final = Field(
    "others",
    kinds.choice("way to turn others away", Others),
    "What all others hear: `refused`, so that a device in the wrong network learns why nothing "
    "works, or `nothing`.",
    default="refused",
)


RATE: Final = Field(
    "rate",
    kinds.whole_number(1, 1_000_000, "a second"),
    "How many replies by UDP each network of `allow` gets in a second (a /24, in IPv6 a /56), "
    "because a packet's sender can be forged and the reply goes to somebody else. What is more "
    "gets a short reply that a real client asks again for by TCP, or none. Who has proved its "
    "address by a DNS cookie, and clients of front ends, are not limited; this house never is.",
    default="200",
)


def _build(values: Values, _: Reading) -> Access:
    return Access(values[ALLOW], values[OTHERS], values[RATE])


SECTION: Final = Section(
    "access",
    "Who gets answers. Without this section, nobody outside of the house does, wherever guardian "
    "listens.",
    (ALLOW, OTHERS, RATE),
    'access:\n  allow: [203.0.113.0/24, "2001:db8:100::/40"]\n  others: nothing\n  rate: 2000\n',
)
ACCESS: Final = record(SECTION, _build, "the keys allow, others and rate")
