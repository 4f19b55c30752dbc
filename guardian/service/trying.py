"""Does a resolver answer from here, and how soon? For commands and pages, which wait for it."""

from time import monotonic
from typing import Final

from guardian.dns.streams.once import NoAnswer, ask
from guardian.names import to_wire
from guardian.qtypes import QTYPES
from guardian.service.servers import data_of, system_authorities
from guardian.service.targets import target_of
from guardian.settings import Settings
from guardian.settings.endpoints import Server

_RCODES: Final = {2: "SERVFAIL", 4: "NOTIMP", 5: "REFUSED"}
_FINE: Final = (0, 3)  # NOERROR, NXDOMAIN


def try_server(settings: Settings, server: Server, qname: str, qtype: str, seconds: float) -> int:
    """Milliseconds until it answered, whatever it says of the name. Raises NoAnswer.

    qname: "" for the root.
    """
    target = target_of(data_of(settings, server), system_authorities())
    begun = monotonic()
    _, wire = ask(target, to_wire(qname) if qname else b"\0", QTYPES[qtype], seconds)
    rcode = wire[1] & 15
    if rcode not in _FINE:
        raise NoAnswer(f"it says {_RCODES.get(rcode, rcode)}")
    return max(1, round((monotonic() - begun) * 1000))
