"""`services`: apps and sites that a household names itself, beside those that guardian brings."""

from types import MappingProxyType
from typing import Final

from guardian.safety.services import Catalogue, Service, own
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
    table_of,
)

TITLE: Final = Field(
    "title", maybe(kinds.TITLE), "What pages call it; its word where none is given.", default=""
)
NAMES: Final = Field(
    "names",
    list_of(kinds.NAME, "a list of domain names"),
    "The names that are its own, each with all below it.",
)
KEEP: Final = Field(
    "keep",
    list_of(kinds.NAME, "a list of domain names"),
    "Names below those that stay open all the same.",
    default="[]",
)
SECTION: Final = Section(
    "services.NAME",
    "An app or a site that guardian does not know: from then on a word like any other service, "
    "which profiles, windows, pauses and budgets can name. The page «Watch an app» writes these.",
    (TITLE, NAMES, KEEP),
    "services:\n  block-world:\n    title: Block World\n    names: [blockworld.example, "
    "bw-assets.example]\n",
)


def _service(values: Values, reading: Reading) -> Service:
    service_id = values.table.path.rpartition(".")[2]
    if service_id in reading.categories:
        wrong = Wrong(f'"{service_id}" is a category already', f'write "{service_id}-app"')
        reading.refuse(values.table, wrong)
    title = values[TITLE] or service_id.replace("-", " ").capitalize()
    return own(service_id, title, dict.fromkeys(values[NAMES]), dict.fromkeys(values[KEEP]))


SERVICES: Final = table_of(
    kinds.NEW_CATEGORY,
    record(SECTION, _service, "a service with its names"),
    "services with their names",
    "{block-world: {names: [blockworld.example]}}",
)


def catalogue(found: tuple[tuple[str, Service], ...]) -> Catalogue:
    """The household's services."""
    return Catalogue(MappingProxyType(dict(found)))
