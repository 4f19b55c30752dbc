"""Upstreams as they are asked, from what is told of them."""

import base64

from guardian.dns.upstream import Target, Transport
from guardian.service.snapshot import ServerData


def target_of(server: ServerData, authorities: str) -> Target:
    """A server as it is asked. authorities: the snapshot's."""
    transport = Transport(server.transport)
    return Target(
        (server.address, server.port),
        transport,
        server.name,
        server.path,
        tuple(map(base64.b64decode, server.pins)),
        (server.authorities or authorities) if transport.is_encrypted else "",
    )
