"""`structured_errors`: what programs are told of a block, an experiment."""

import re
from dataclasses import dataclass
from typing import Final

from guardian.settings import kinds
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    record,
    scalar,
)

_CONTACT: Final = re.compile(r"(?:mailto:[^\s@?]+@[^\s@?]+|tel:\+?[0-9().-]{2,32})")


@dataclass(frozen=True, slots=True)
class StructuredErrors:
    """option: the EDNS option by which clients ask for them; None while nobody gets any."""

    option: int | None = None
    contacts: tuple[str, ...] = ()
    organisation: str = ""


def _contact(text: str) -> str:
    if not _CONTACT.fullmatch(text) or len(text) > 100:
        raise Wrong(
            f'"{text}" is no contact', "write it as mailto:help@school.example or tel:+4930"
        )
    return text


OPTION: Final = Field(
    "option",
    maybe(kinds.whole_number(1, 65_534)),
    "The code of the EDNS option by which a client asks for them; none is assigned yet, so the "
    "clients' maker says which. Without it, nobody gets any.",
    default="",
)
CONTACTS: Final = Field(
    "contacts",
    list_of(scalar("a contact", "mailto:help@school.example", _contact), "a list of contacts"),
    "Where somebody can say that a block is wrong: `mailto:` or `tel:`. No helpline belongs here.",
    default="[]",
)
ORGANISATION: Final = Field(
    "organisation", maybe(kinds.TITLE), "Who filters: a school's or provider's name.", default=""
)


def _build(values: Values, _: Reading) -> StructuredErrors:
    return StructuredErrors(values[OPTION], values[CONTACTS], values[ORGANISATION] or "")


SECTION: Final = Section(
    "structured_errors",
    "What a program can show its user of a block, in a form that is still being agreed on "
    "(draft-ietf-dnsop-structured-dns-error). Who asks for it is given no forged address.",
    (OPTION, CONTACTS, ORGANISATION),
    "structured_errors:\n  option: 65002\n  contacts: [mailto:help@school.example]\n"
    "  organisation: School on the Hill\n",
)
STRUCTURED: Final = record(SECTION, _build, "the keys option, contacts and organisation")
