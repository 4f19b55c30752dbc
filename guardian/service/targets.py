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


def called(target: Target) -> str:
    """A server in a word, by which what is told of it finds it again."""
    address, port = target.address
    return ServerData(address, port, (), target.transport, target.name, target.path).called
