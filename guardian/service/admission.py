"""Who gets answers from a resolver: the house and whom the configuration names, nobody else."""

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Final

from guardian.dns.networks import PRIVATE, Network, Networks
from guardian.service.snapshot import Snapshot

_LOOK_SECONDS: Final = 10.0
_MOST_REMEMBERED: Final = 65_536


class Admission:
    """Tells who is served. Those who are not are remembered for some seconds."""

    def __init__(
        self, on_link: Callable[[], Iterable[Network]], clock: Callable[[], float]
    ) -> None:
        """on_link: the networks that this machine is connected to. clock: monotonic, seconds."""
        self._on_link = on_link
        self._clock = clock
        self._said: tuple[object, ...] = ()
        self._private = Networks(PRIVATE)
        self._allowed = self._private
        self._near = Networks()
        self._looked = 0.0
        self._refused: set[bytes] = set()
        self.silent = False

    def take(self, snapshot: Snapshot) -> bool:
        """Follow a snapshot; who belongs to somebody by network is served too.

        Whether others are served than before.
        """
        self.silent = snapshot.others == "nothing"
        said = (snapshot.allowed, tuple(network for network, _ in snapshot.networks))
        if said == self._said:
            return False
        self._said = said
        named = map(ip_network, (*said[0], *said[1]))
        self._allowed = Networks((*PRIVATE, *named))
        self._refused.clear()
        return True

    def is_of_the_house(self, address: bytes) -> bool:
        """Whether this address cannot be forged by who is outside: a private one, or one nearby."""
        self._look()
        return address in self._private or address in self._near

    def serves(self, address: bytes) -> bool:
        """Whether who has this packed address gets answers."""
        if address in self._allowed:
            return True
        self._look()
        if address in self._refused:
            return False
        if address in self._near:
            return True
        if len(self._refused) >= _MOST_REMEMBERED:
            self._refused.clear()
        self._refused.add(address)
        return False

    def _look(self) -> None:
        """Know the networks nearby as they are now, or were some seconds ago."""
        now = self._clock()
        if not self._looked or now - self._looked > _LOOK_SECONDS:
            self._looked = now
            self._near = Networks(self._on_link())
            self._refused.clear()
