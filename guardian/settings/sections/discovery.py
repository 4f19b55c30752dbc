"""`discovery`: how guardian learns which devices are in the house."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guardian.errors import Said
from guardian.settings.fields import Field, Reading, Section, Values, Wrong, list_of, record, scalar

_AUTO: Final = "auto"
_OFF: Final = ("off", "false", "no")


@dataclass(frozen=True, slots=True)
class Discovery:
    """leases: paths of files, with * in them for any text; "auto" for where they are as a rule."""

    leases: tuple[str, ...] = ("auto",)


def _place(text: str) -> str:
    if text.lower() in (_AUTO, *_OFF):
        return _AUTO if text.lower() == _AUTO else ""
    if not Path(text).is_absolute():
        raise Wrong(
            Said('"%(text)s" does not begin at /', text=text),
            Said("write auto, off, or a path such as /var/lib/misc/dnsmasq.leases"),
        )
    return text


LEASES: Final = Field(
    "leases",
    list_of(
        scalar("`auto`, `off`, or the path of a file", "/var/lib/misc/dnsmasq.leases", _place),
        "a list of files",
    ),
    "Where the DHCP server of this machine writes down who has which address and how devices call "
    "themselves. `auto` looks where dnsmasq, odhcpd, Kea (memfile) and ISC dhcpd keep their files "
    "as a rule; a server that keeps its file elsewhere has its path here, with `*` for any text, "
    "alone or beside `auto`. Which server wrote a file is told by what is in it.",
    default="auto",
)


def _build(values: Values, reading: Reading) -> Discovery:
    places = values[LEASES]
    if "" in places and len(places) > 1:
        wrong = Wrong("off stands beside other values", "write off alone, or take it out")
        reading.refuse(values.node(LEASES), wrong)
    return Discovery(tuple(dict.fromkeys(filter(None, places))))


SECTION: Final = Section(
    "discovery",
    "How guardian learns which devices are in the house: their hardware addresses, all of their "
    "addresses in IPv4 and IPv6, and their names for themselves. The kernel's neighbour tables are "
    "followed always.",
    (LEASES,),
    "discovery:\n  leases: [auto, /srv/dhcp/dnsmasq.leases]\n",
)
DISCOVERY: Final = record(SECTION, _build, "the key leases")
