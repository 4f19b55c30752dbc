"""The network's prefix for DNS64: written by the household, or learnt from the upstream."""

from ipaddress import IPv6Network
from typing import Final

from guardian.dns.answers import Answer
from guardian.dns.dns64 import ASKED_FOR_PREFIX, prefix_in
from guardian.dns.query import Form, Query
from guardian.dns.resolver import Resolver
from guardian.dns.wire import AAAA, IN, NOERROR, RD, UDP_SIZE, pack_u16

_AGAIN_SECONDS: Final = 10.0  # until there is one
_LATER_SECONDS: Final = 600.0  # once there is: a network may be another tomorrow
_TYPE_CLASS: Final = pack_u16(AAAA) + pack_u16(IN)
_QUERY: Final = Query(
    ASKED_FOR_PREFIX + _TYPE_CLASS, Form(RD, _TYPE_CLASS, UDP_SIZE, 0, dnssec_ok=False)
)


class PrefixSearch:
    """Keeps a resolver's prefix right, as a snapshot wishes it."""

    def __init__(self) -> None:
        self._wish = ""
        self._due = 0.0

    def follow(self, resolver: Resolver, wish: str) -> None:
        """wish: a prefix, "auto", or "" for none."""
        if wish != self._wish:
            self._wish, self._due = wish, 0.0
            resolver.dns64 = IPv6Network(wish) if wish not in ("", "auto") else None

    def look(self, resolver: Resolver, now: float) -> None:
        """Ask for the prefix where it is time to (loop time)."""
        if self._wish != "auto" or now < self._due:
            return
        self._due = now + _AGAIN_SECONDS

        def learn(answer: Answer) -> None:
            prefix = prefix_in(answer)
            if self._wish == "auto" and answer.rcode == NOERROR:
                resolver.dns64 = prefix
                self._due = now + (_LATER_SECONDS if prefix else _AGAIN_SECONDS)

        resolver.aside(_QUERY, learn)
        resolver.flush()
