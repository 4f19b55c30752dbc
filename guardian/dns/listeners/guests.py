"""Who comes to a listener that keeps connections, and who they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from guardian.dns.listeners.udp import NO_FRONT_ENDS, Askers, Stranger
from guardian.dns.proxied import FrontEnd
from guardian.dns.view import Asker


def _everybody(_address: bytes) -> bool:
    return True


def _nobody(_name: str) -> Asker | None:
    return None


@dataclass(frozen=True, slots=True)
class Guests:
    """Those of one listener.

    askers: by packed address. stranger: who asks, for an address that is not among them.
    welcome: whether a connection from a packed address is worth having: one that could bring no
    answer is not to cost a handshake. named: who asks by the name under which a sealed server was
    asked for; None: the address tells. front_ends: by packed address, those who say first for whom
    they connect; they have as many connections as they like.
    """

    askers: Askers
    stranger: Stranger
    welcome: Callable[[bytes], bool] = field(default=_everybody)
    named: Callable[[str], Asker | None] = field(default=_nobody)
    front_ends: Mapping[bytes, FrontEnd] = field(default_factory=lambda: NO_FRONT_ENDS)
