"""`rebinding`: names of the internet that lead into the house."""

from dataclasses import dataclass
from typing import Final

from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, list_of, record


@dataclass(frozen=True, slots=True)
class Rebinding:
    """allow: qnames that may, with all below them."""

    protect: bool = True
    allow: tuple[str, ...] = ()


PROTECT: Final = Field(
    "protect",
    kinds.SWITCH,
    "Whether answers are held back in which a name of the internet has an address inside the house "
    "(private, link-local, or the asking machine itself): a site could make a browser talk to the "
    "router or a printer that way. Names under `local`, and those that an upstream with `for` is "
    "asked for, may always lead there.",
    default="on",
)
ALLOW: Final = Field(
    "allow",
    list_of(kinds.NAME, "a list of domain names"),
    "Names that may lead into the house, with all below them: an own server that has a name in the "
    "internet, a mail server's blocklists of addresses.",
    default="[plex.direct]",
)


def _build(values: Values, _: Reading) -> Rebinding:
    return Rebinding(values[PROTECT], values[ALLOW])


SECTION: Final = Section(
    "rebinding",
    "Names of the internet that lead into the house.",
    (PROTECT, ALLOW),
    "rebinding:\n  allow: [plex.direct, cloud.example]\n",
)
REBINDING: Final = record(SECTION, _build, "the keys protect and allow")
