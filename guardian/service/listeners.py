"""The sockets of a resolver process, each with what is spoken there.

Whatever only encrypted transports need is imported once there is a socket for them.
"""

import asyncio
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from guardian.dns.batch import Batch
from guardian.dns.cache import wire_cache
from guardian.dns.listeners.framed import Framed
from guardian.dns.listeners.streams import Limits, Seal, StreamListener
from guardian.dns.listeners.udp import UdpListener
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.service.askers import Askers

if TYPE_CHECKING:
    import ssl

_IDLE_SECONDS: Final = 30.0  # a handshake costs devices more than a connection costs us
_ALPN_TLS: Final = ("dot",)  # RFC 7858; clients that name no protocol are served as well


class Listeners:
    """All of a process."""

    def __init__(
        self, sockets: Sequence[tuple[str, socket.socket]], readers: Readers, askers: Askers
    ) -> None:
        """sockets: with what is spoken there, as `listening.Listening` has it."""
        self.sockets = sockets
        self._readers = readers
        self._askers = askers
        self._loop = asyncio.get_running_loop()
        self._streams: list[StreamListener] = []
        self._context: ssl.SSLContext | None = None

    def open(self, resolver: Resolver, cache_bytes: int, connections: int) -> None:
        """Start to listen. connections: encrypted ones at once, of each socket."""
        batch = Batch()
        datagrams = wire_cache(cache_bytes // 2)
        streams = wire_cache(cache_bytes // 8)
        askers = self._askers
        for role, sock in self.sockets:
            if role == "udp":
                udp = UdpListener(sock, resolver, datagrams, batch, askers.known, askers.who)
                resolver.channels.append(udp)
                self._readers.add(sock, udp.drain)
                continue
            limits = Limits() if role == "tcp" else Limits(connections, idle=_IDLE_SECONDS)
            seal = self._sealed if role == "tls" else None
            stream = StreamListener(
                sock, resolver, streams, askers.known, askers.who, self._readers, Framed, limits,
                seal,
            )  # fmt: skip
            resolver.channels.append(stream)
            self._streams.append(stream)
            self._loop.add_reader(sock, stream.accept)

    def use_certificate(self, fd: int) -> None:
        """Seal new connections with this certificate and key; those that stand go on with theirs.

        fd: of a file in PEM. Control has tried it: one that cannot be used changes nothing.
        """
        from guardian.dns.listeners import tls

        self._context = tls.context_of(f"/proc/self/fd/{fd}", _ALPN_TLS)

    def _sealed(self) -> Seal | None:
        if self._context is None:
            return None
        from guardian.dns.listeners import tls

        return tls.Session(self._context)

    def close_idle(self) -> None:
        """Cut connections on which nothing comes."""
        for stream in self._streams:
            stream.close_idle()
