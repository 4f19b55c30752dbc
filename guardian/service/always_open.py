"""Where names are that stay open at every hour, for a firewall, which knows addresses alone.

Child helplines always; what devices need to work where the household says so. Of names with all
below them, the name itself and its www are looked up: where else an update comes from cannot be
known, and it waits until morning. Help is looked up whether somebody needs it or not, and for
everybody: it tells nothing of a child.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from guardian.safety import essentials, helplines
from guardian.service.lookup import lookup
from guardian.service.servers import servers_of
from guardian.settings import Settings

_PAUSE_SECONDS: Final = 0.02  # it is a thousand questions, and nobody waits
_MOST_FAILURES: Final = 5
_A, _AAAA = 1, 28


def addresses(settings: Settings, now: datetime) -> tuple[str, ...]:
    """Their addresses, as far as the upstreams tell. It takes a while: not for the event loop."""
    servers, found, failures = servers_of(settings), set[str](), 0
    for qname in dict.fromkeys(_names(settings)):
        for qtype in (_A, _AAAA):
            led = lookup(qname, qtype, servers, now)
            failures = failures + 1 if led is None else 0
            if failures >= _MOST_FAILURES:
                return tuple(sorted(found))
            if led is not None:
                found.update(map(str, led.addresses))
            time.sleep(_PAUSE_SECONDS)
    return tuple(sorted(found))


def _names(settings: Settings) -> Iterator[str]:
    for qname in sorted(helplines.protected_names()):
        yield from (qname, f"www.{qname}")
    if settings.household.essentials:
        yield from sorted(essentials.exact_names() | essentials.names())
