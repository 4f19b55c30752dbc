"""Names that many apps use at once: networks that deliver, clouds, tools inside apps, and systems.

Whoever looks at what an app asks for is told of these, so that none is taken for the app's own.
"""

from functools import cache

from guardian.names import suffixes
from guardian.safety import plain, services


@cache
def names() -> frozenset[str]:
    """The names, each with all that is below it."""
    return services.shared().union(plain.lines("infrastructure.txt"))


def is_shared(qname: str) -> bool:
    """Whether a qname is one of them, or below one."""
    return any(suffix in names() for suffix in suffixes(qname))
