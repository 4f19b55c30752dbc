"""What devices try on one interface: ways around guardian, and roles that are somebody else's."""

from collections.abc import Iterator, Sequence
from typing import Final

from guardian.network import on_link, own
from guardian.network.sensor import claims, passing
from guardian.network.sensor.capture import Capture
from guardian.network.sensor.heard import Attempt

_LOOK_SECONDS: Final = 10.0  # between two looks at this machine's own addresses


class Watch:
    """Opening it needs CAP_NET_RAW; reading it needs nothing."""

    def __init__(self, interface: str, resolvers: Sequence[passing.Network], now: float) -> None:
        """resolvers: to which HTTPS counts. now: seconds, monotonic. Raises OSError."""
        self._resolvers = resolvers
        self._own, self._looked_at = own.addresses(), now
        self._gateways = _gateways()
        self._capture = Capture(interface, passing.program(self._own, resolvers))
        self._roles = claims.Roles(own.macs())

    def fileno(self) -> int:
        """For `select`."""
        return self._capture.fileno()

    def read(self, now: float) -> Iterator[Attempt]:
        """What was tried since the last time. Raises OSError where the interface is gone."""
        if now - self._looked_at >= _LOOK_SECONDS:
            self._look(now)
        for frame in self._capture.read():
            claim = claims.understood(frame)
            if claim is not None:
                if self._roles.is_false(claim, self._own, self._gateways, now):
                    yield Attempt(claim.mac, claim.kind)
                continue
            packet = passing.understood(frame)
            # The filter knows our addresses; but one may be new since it was made.
            if packet is not None and packet.target not in self._own:
                yield Attempt(packet.mac, packet.kind)

    def _look(self, now: float) -> None:
        self._looked_at = now
        there = own.addresses()
        if there != self._own:
            self._own = there
            self._capture.filter(passing.program(there, self._resolvers))
        self._gateways = _gateways()

    def close(self) -> None:
        """See no more."""
        self._capture.close()


def _gateways() -> frozenset[str]:
    return frozenset(map(str, on_link.gateways()))
