"""How the servers of lists are reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Route:
    """upstreams: (suffix, address, port) of resolvers that know the names under a suffix, "" for
    every name; asked directly, since the system's own may be one that blocks. records: names that
    are known without asking → addresses. proxy: the address of an HTTP proxy, "" for none.
    authorities: the path of further certificates to trust, "" for none.
    """

    upstreams: tuple[tuple[str, str, int], ...] = ()
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proxy: str = ""
    authorities: str = ""


DIRECT: Final = Route()
