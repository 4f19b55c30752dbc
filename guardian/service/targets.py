"""Upstreams as they are asked, from what is told of them."""

import base64

from guardian.dns.upstream import Target, Transport
from guardian.service.snapshot import ServerData


def target_of(server: ServerData, authorities: str) -> Target:
    """A server as it is asked. authorities: the snapshot's."""
    return Target(
        (server.address, server.port),
        Transport(server.transport),
        server.name,
        server.path,
        tuple(map(base64.b64decode, server.pins)),
        (server.authorities or authorities) if server.transport in ("tls", "https") else "",
    )
