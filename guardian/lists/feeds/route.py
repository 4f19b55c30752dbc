"""How the servers of lists are reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Route:
    """upstreams: of resolvers that know the names under a suffix, "" for every name, with what
    `process` needs to ask them; asked directly, since the system's own may be one that blocks.
    private: whether the system is asked for names of this machine alone, so that nobody else hears
    of others. records: names that are known without asking → addresses. proxy: the address of an
    HTTP proxy, "" for none. authorities: the path of further certificates to trust, "" for none.
    process: the module that fetches, as a process of its own: one that can ask the upstreams.
    """

    upstreams: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proxy: str = ""
    authorities: str = ""
    private: bool = False
    process: str = "guardian.lists.feeds.fetch_process"


DIRECT: Final = Route()
