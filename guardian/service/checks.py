"""Does a browser ask guardian? It looks up a name that was made for it alone, and resolvers tell.

The name lies below one that the house itself answers for, so nobody else hears of it. All of this
is in memory, for a quarter of an hour.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from guardian.dns.check import CHECK
from guardian.names import from_wire

_SUFFIX: Final = from_wire(CHECK)
_KEPT_SECONDS: Final = 900.0
_MOST: Final = 200


class Checks:
    """Those that were begun lately. seconds: monotonic."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._begun: dict[str, float] = {}  # qname → when
        self._asked: dict[str, str] = {}  # qname → client

    def begin(self) -> str:
        """A name to look up, whose first label tells it apart."""
        now = self._seconds()
        while self._begun:
            oldest = next(iter(self._begun))
            if len(self._begun) < _MOST and now - self._begun[oldest] < _KEPT_SECONDS:
                break
            del self._begun[oldest]
            self._asked.pop(oldest, None)
        qname = f"{secrets.token_hex(8)}.{_SUFFIX}"
        self._begun[qname] = now
        return qname

    def take(self, told: Mapping[str, str]) -> None:
        """A resolver was asked for these, by these clients."""
        for qname, client in told.items():
            if qname in self._begun:
                self._asked.setdefault(qname, client)

    def asked(self, qname: str) -> str | None:
        """Who asked for a name; "" for nobody so far, None where it is none of these."""
        return self._asked.get(qname, "") if qname in self._begun else None

    def named(self, label: str) -> str:
        """The name with a first label."""
        return f"{label}.{_SUFFIX}"
