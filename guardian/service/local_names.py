"""Names that the house itself, or a server of its own, answers for."""

from collections.abc import Iterator

from guardian.dns.local import LocalNames
from guardian.names import to_wire, wire_suffixes
from guardian.service.servers import servers_of
from guardian.settings import Settings


def is_local(name: bytes, settings: Settings) -> bool:
    """Whether a wire name is one of them."""
    records = {qname: tuple(map(str, each)) for qname, each in settings.records.items()}
    local = LocalNames(records, frozenset(_served(settings))).names
    return any(suffix in local for suffix in wire_suffixes(name))


def stays_here(name: bytes, settings: Settings) -> bool:
    """Whether no server at all is asked for a wire name."""
    served = frozenset(_served(settings))
    return is_local(name, settings) and not any(each in served for each in wire_suffixes(name))


def _served(settings: Settings) -> Iterator[bytes]:
    """Suffixes with a server of their own."""
    return (to_wire(suffix) for each in servers_of(settings) for suffix in each.suffixes)
