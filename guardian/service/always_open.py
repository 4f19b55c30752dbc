"""Where names are that stay open at every hour, for a firewall, which knows addresses alone.

Child helplines always; what devices need to work where the household says so. Of names with all
below them, the name itself and its www are looked up: where else an update comes from cannot be
known, and it waits until morning. Help is looked up whether somebody needs it or not, and for
everybody: it tells nothing of a child.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from guardian.safety import essentials, helplines
from guardian.service.lookup import lookup
from guardian.service.servers import servers_of
from guardian.settings import Settings

_PAUSE_SECONDS: Final = 0.02  # it is a thousand questions, and nobody waits
_PIECE: Final = 40
_A, _AAAA = 1, 28


def pieces(settings: Settings) -> list[tuple[str, ...]]:
    """The names, a few at a time; those that a child of this house needs first come first."""
    every = tuple(dict.fromkeys(_names(settings)))
    return [every[at : at + _PIECE] for at in range(0, len(every), _PIECE)]


def addresses(names: Sequence[str], settings: Settings, now: datetime) -> frozenset[str] | None:
    """Where names are, None where no upstream says. It takes a while: not for the event loop."""
    servers, found, answered = servers_of(settings), set[str](), False
    for qname in names:
        for qtype in (_A, _AAAA):
            led = lookup(qname, qtype, servers, now)
            if led is None and not answered:
                return None
            if led is not None:
                answered = True
                found.update(map(str, led.addresses))
            time.sleep(_PAUSE_SECONDS)
    return frozenset(found)


def _names(settings: Settings) -> Iterator[str]:
    ours = helplines.helpline(settings.household.country)
    own = urlsplit(ours.site).hostname if ours is not None else None
    if own is not None:
        yield from (own.removeprefix("www."), own)
    for qname in sorted(helplines.protected_names()):
        yield from (qname, f"www.{qname}")
    if settings.household.essentials:
        yield from sorted(essentials.exact_names() | essentials.names())
