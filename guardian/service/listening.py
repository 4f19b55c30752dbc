"""Where resolvers listen, and for what: opened by control, which alone may open low ports."""

import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from guardian.dns.listeners.sockets import open_tcp, open_udp
from guardian.errors import GuardianError
from guardian.settings import Settings
from guardian.settings.endpoints import Endpoint


class CannotListen(GuardianError):
    """An address on which DNS cannot be answered."""


@dataclass(frozen=True, slots=True)
class _Role:
    """What is spoken at a socket. key: of the configuration, that says where."""

    kind: socket.SocketKind
    key: str


_OPENERS: Final[Mapping[socket.SocketKind, Callable[[tuple[str, int]], socket.socket]]] = {
    socket.SOCK_DGRAM: open_udp,
    socket.SOCK_STREAM: open_tcp,
}
_ROLES: Final[Mapping[str, _Role]] = {
    "udp": _Role(socket.SOCK_DGRAM, "listen.dns"),
    "tcp": _Role(socket.SOCK_STREAM, "listen.dns"),
    "tls": _Role(socket.SOCK_STREAM, "encrypted.tls"),
    "https": _Role(socket.SOCK_STREAM, "encrypted.https"),
    "http": _Role(socket.SOCK_STREAM, "encrypted.behind_proxy"),
    "quic": _Role(socket.SOCK_DGRAM, "encrypted.quic"),
}


@dataclass(frozen=True, slots=True, order=True)
class Listening:
    """A place, and what is spoken there: a role."""

    role: str
    address: str
    port: int

    @property
    def kind(self) -> socket.SocketKind:
        """Datagrams or streams."""
        return _ROLES[self.role].kind

    def open(self) -> socket.socket:
        """A socket there. Raises CannotListen."""
        try:
            return _OPENERS[self.kind]((self.address, self.port))
        except OSError as problem:
            raise CannotListen(
                f"DNS cannot listen on {self.address} port {self.port}: {problem.strerror}; "
                f"stop what uses it, or change {_ROLES[self.role].key}"
            ) from None

    @classmethod
    def of(cls, role: str, sock: socket.socket) -> "Listening":
        """Where a socket is that was opened for this."""
        return cls(role, *sock.getsockname()[:2])


def places_of(settings: Settings) -> tuple[Listening, ...]:
    """Where the settings want DNS to be answered."""
    wanted: tuple[tuple[Iterable[Endpoint], tuple[str, ...]], ...] = (
        (settings.listen.dns, ("udp", "tcp")),
        (settings.encrypted.tls, ("tls",)),
        (settings.encrypted.https, ("https",)),
        (settings.encrypted.behind_proxy, ("http",)),
        (settings.encrypted.quic, ("quic",)),
    )
    places = (
        Listening(role, str(each.address), each.port)
        for endpoints, roles in wanted
        for each in endpoints
        for role in roles
    )
    return tuple(dict.fromkeys(places))
