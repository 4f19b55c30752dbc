"""The sockets of a resolver process, each with what is spoken there.

Whatever only encrypted transports need is imported once there is a socket for them.
"""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guardian.dns.batch import Batch
from guardian.dns.cache import Cache, Entry, wire_cache
from guardian.dns.listeners.framed import Framed
from guardian.dns.listeners.guests import Guests
from guardian.dns.listeners.streams import Connection, Limits, Seal, StreamListener, Talk
from guardian.dns.listeners.udp import NO_FRONT_ENDS, UdpListener
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.service.askers import Askers

if TYPE_CHECKING:
    import ssl

    from guardian.dns.listeners.https import Site
    from guardian.dns.listeners.quic import QuicListener

_KNOWN_SECONDS: Final = 3600  # that clients remember where HTTP/3 is
_IDLE_SECONDS: Final = 30.0  # a handshake costs devices more than a connection costs us
_ALPN: Final = {"tls": ("dot",), "https": ("h2", "http/1.1")}
"""By what is spoken, the best first; clients that name none are served as well."""
_OF_HTTP: Final = frozenset({"https", "http", "quic"})


def load(roles: Iterable[str]) -> None:
    """Import what these need: a process that has given up its rights may not reach its files."""
    wanted = {*roles}
    if not wanted.isdisjoint(_ALPN):
        import guardian.dns.listeners.tls
    if not wanted.isdisjoint(_OF_HTTP):
        import guardian.dns.listeners.https
    if "quic" in wanted:
        import guardian.dns.listeners.quic
        import guardian.dns.quic.certificate  # noqa: F401


class Listeners:
    """All of a process."""

    def __init__(
        self, sockets: Sequence[tuple[str, socket.socket]], readers: Readers, askers: Askers
    ) -> None:
        """sockets: with what is spoken there, as `listening.Listening` has it."""
        self.sockets = sockets
        self._roles = {role for role, _ in sockets}
        self._readers = readers
        self._askers = askers
        self._loop = asyncio.get_running_loop()
        self._streams: list[StreamListener] = []
        self._quic: list[QuicListener] = []
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._site: Site | None = None  # once HTTP is spoken
        self._certificate = b""

    def open(self, resolver: Resolver, cache_bytes: int, connections: int) -> None:
        """Start to listen. connections: encrypted ones at once, of each socket."""
        streams = sum(sock.type == socket.SOCK_STREAM for _, sock in self.sockets)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0] * 3 // 4  # the rest is for upstreams
        connections = min(connections, files // max(streams, 1))
        batch = Batch()
        cache = wire_cache(cache_bytes * 5 // 8)  # the answers' own has the rest
        askers = self._askers
        for role, sock in self.sockets:
            if role == "udp":
                udp = UdpListener(
                    sock, resolver, cache, batch, askers.known, askers.who, askers.front_ends,
                    askers.outside, askers.sieve,
                )  # fmt: skip
                resolver.channels.append(udp)
                self._readers.add(sock, udp.drain)
                continue
            limits = Limits() if role == "tcp" else Limits(connections, idle=_IDLE_SECONDS)
            if role == "http":  # all of it is one client's: the proxy's
                limits = Limits(connections, connections, _IDLE_SECONDS)
            if role == "quic":
                self._open_quic(sock, resolver, cache, limits)
                continue
            seal = partial(self._sealed, role) if role in _ALPN else None
            stream = StreamListener(
                sock, resolver, cache, self._guests(role), self._readers, self._talk(role), limits,
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

        path = f"/proc/self/fd/{fd}"
        self._contexts = {
            role: tls.context_of(path, protocols)
            for role, protocols in _ALPN.items()
            if role in self._roles
        }
        if "quic" in self._roles:
            self._certificate = Path(path).read_bytes()
            self._certify_quic()

    def serve_at(self, path: str, proxies: Sequence[str]) -> None:
        """Where DNS over HTTPS is, and who is believed there for whom they ask."""
        if self._roles.isdisjoint(_OF_HTTP):
            return
        from guardian.dns.listeners.https import Site, packed

        believed = frozenset(filter(None, map(packed, proxies)))
        self._site = Site(path.encode(), self._askers.named, believed, self._alternative())

    def _guests(self, role: str) -> Guests:
        askers = self._askers
        if role == "tcp":
            return Guests(
                askers.known, askers.who, askers.welcomes_plain, front_ends=askers.front_ends
            )
        front_ends = askers.front_ends if role in _ALPN else NO_FRONT_ENDS
        return Guests(askers.known, askers.who, askers.welcomes, askers.named_by_server, front_ends)

    def _talk(self, role: str) -> Callable[[Connection], Talk]:
        if role not in _OF_HTTP:
            return Framed
        from guardian.dns.listeners.https import talk

        return talk(self._current_site)

    def _alternative(self) -> bytes:
        """Where HTTP/3 is, for those who come over TCP: at their port, if it is there."""
        ports = {role: [sock.getsockname()[1] for at, sock in self.sockets if at == role]
                 for role in ("https", "quic")}  # fmt: skip
        found = [port for port in ports["quic"] if port in ports["https"]] or ports["quic"]
        return b'h3=":%d"; ma=%d' % (found[0], _KNOWN_SECONDS) if found else b""

    def _current_site(self) -> "Site":
        assert self._site is not None  # noqa: S101 (each snapshot says it before it is asked for)
        return self._site

    def _sealed(self, role: str) -> Seal | None:
        context = self._contexts.get(role)
        if context is None:
            return None
        from guardian.dns.listeners import tls

        return tls.Session(context)

    def _open_quic(
        self, sock: socket.socket, resolver: Resolver, cache: Cache[Entry], limits: Limits
    ) -> None:
        from guardian.dns.listeners.quic import QuicListener

        guests = self._guests("quic")
        quic = QuicListener(sock, resolver, cache, guests, self._current_site, limits)
        resolver.channels.append(quic)
        self._quic.append(quic)
        self._readers.add(sock, quic.drain)
        self._certify_quic()

    def _certify_quic(self) -> None:
        if not self._quic or not self._certificate:
            return
        from guardian.dns.quic.certificate import configuration

        for each in self._quic:
            each.use(configuration(self._certificate))

    def forget_named(self) -> None:
        """Close connections of devices that were known by their own address: it may be gone."""
        for stream in self._streams:
            stream.close_those(lambda connection: connection.asker is not None)
        for quic in self._quic:
            quic.close_named()

    def close_idle(self) -> None:
        """Cut connections on which nothing comes."""
        for stream in self._streams:
            stream.close_idle()
