"""Which connection a datagram is for, and how new ones begin (RFC 9000): no socket, no clock.

An address is believed once something came back from it. Where many connections have not come so
far, new ones are asked to show first that their address is theirs (Retry, section 8.1.2), which
keeps nothing here.
"""

import os
from collections.abc import Callable
from typing import Any, Final, Protocol

from aioquic.buffer import Buffer  # type: ignore[attr-defined]  # it says no `__all__`
from aioquic.quic.configuration import SMALLEST_MAX_DATAGRAM_SIZE, QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import (
    ConnectionIdIssued,
    ConnectionIdRetired,
    ConnectionTerminated,
    HandshakeCompleted,
    ProtocolNegotiated,
    QuicEvent,
)
from aioquic.quic.packet import (
    QuicHeader,
    QuicPacketType,
    encode_quic_retry,
    encode_quic_version_negotiation,
    pull_quic_header,
)
from aioquic.quic.retry import QuicRetryTokenHandler

from guardian.dns.http.request import Asked
from guardian.dns.listeners.guests import Guests
from guardian.dns.quic.named import NamedConnection
from guardian.dns.view import Asker

RETRY_FROM: Final = 32  # connections whose handshake is not done: as many devices come at once
_ID_SIZE: Final = 8

Address = tuple[Any, ...]
"""As the socket has it: host and port, and for IPv6 two more."""


class Session(Protocol):
    """What is spoken over a connection: `doq` or `http3`."""

    def handle(self, event: QuicEvent) -> list[Asked]:
        """The queries that something completes which happened on the connection."""

    def reply(self, stream: int, packet: bytes) -> None:
        """Answer a query."""

    def refuse(self, stream: int, status: int) -> None:
        """Say that a query gets no answer, and why."""

    def bye(self) -> None:
        """End the connection."""


class Connection:
    """One client's.

    way: what is needed to send to it besides its address. session: None until they have agreed.
    asker: who asks, where the name tells it by which the client asked for this server.
    """

    __slots__ = ("asker", "client", "ids", "is_agreed", "is_over", "quic", "session", "way")

    def __init__(self, quic: NamedConnection, client: bytes, way: object) -> None:
        self.quic = quic
        self.client = client
        self.way = way
        self.ids: set[bytes] = set()
        self.asker: Asker | None = None
        self.session: Session | None = None
        self.is_agreed = False
        self.is_over = False


class Endpoint:
    """The connections at one socket. configuration: of new ones; without it there are none."""

    def __init__(
        self,
        session: Callable[[str, QuicConnection], Session],
        most: int,
        each: int,
        guests: Guests,
    ) -> None:
        """session: made for an ALPN name. most: connections at once; each: of one client."""
        self._guests = guests
        self.configuration: QuicConfiguration | None = None
        self._session = session
        self._most = most
        self._each = each
        self._by_id: dict[bytes, Connection] = {}
        self._connections: dict[Connection, None] = {}
        self._per_client: dict[bytes, int] = {}
        self._undecided = 0
        self._retry = QuicRetryTokenHandler()

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._connections)

    def receive(
        self, data: bytes, address: Address, client: bytes, way: object, now: float
    ) -> Connection | bytes | None:
        """The connection that a datagram is for, which has taken it; or what to send back at once.

        now: seconds of a clock that never goes back.
        """
        try:
            header = pull_quic_header(Buffer(data=data), host_cid_length=_ID_SIZE)
        except ValueError:
            return None
        connection = self._by_id.get(header.destination_cid)
        if connection is None:
            found = self._begin(header, len(data), address, client, way, now)
            if not isinstance(found, Connection):
                return found
            connection = found
        connection.way = way
        connection.quic.receive_datagram(data, address, now=now)
        return connection

    def events(self, connection: Connection) -> list[Asked]:
        """What happened on a connection since it was looked at: the queries that came."""
        asked: list[Asked] = []
        while (event := connection.quic.next_event()) is not None:
            if isinstance(event, ConnectionIdIssued):
                self._know(event.connection_id, connection)
            elif isinstance(event, ConnectionIdRetired):
                self._by_id.pop(event.connection_id, None)
                connection.ids.discard(event.connection_id)
            elif isinstance(event, ConnectionTerminated):
                self._forget(connection)
            elif isinstance(event, ProtocolNegotiated):
                connection.session = self._session(event.alpn_protocol or "", connection.quic)
                connection.asker = self._guests.named(connection.quic.asked_name)
            elif isinstance(event, HandshakeCompleted):
                self._agreed(connection)
            if connection.session is not None:
                asked += connection.session.handle(event)
        return asked

    def all(self) -> list[Connection]:
        """All connections."""
        return [*self._connections]

    def _begin(
        self,
        header: QuicHeader,
        size: int,
        address: Address,
        client: bytes,
        way: object,
        now: float,
    ) -> Connection | bytes | None:
        configuration = self.configuration
        if configuration is None:
            return None
        versions = configuration.supported_versions
        if header.packet_type == QuicPacketType.VERSION_NEGOTIATION or header.version is None:
            return None
        if size < SMALLEST_MAX_DATAGRAM_SIZE:
            return None  # a server sends no more than came (section 8.1)
        if header.version not in versions:
            return encode_quic_version_negotiation(
                source_cid=header.destination_cid,
                destination_cid=header.source_cid,
                supported_versions=versions,
            )
        if header.packet_type != QuicPacketType.INITIAL:
            return None
        if len(self) >= self._most or self._per_client.get(client, 0) >= self._each:
            return None
        if not self._guests.welcome(client):
            return None
        original, retried = header.destination_cid, None
        if header.token:
            try:
                original = self._retry.validate_token(
                    address=address,
                    destination_cid=header.destination_cid,
                    token=header.token,
                    now=now,
                )
            except ValueError:
                return None  # forged, or from long ago: the client begins anew by itself
            retried = header.destination_cid
        elif self._undecided >= RETRY_FROM:
            return self._asked_again(header, address, now)
        quic = NamedConnection(
            configuration=configuration,
            original_destination_connection_id=original,
            retry_source_connection_id=retried,
        )
        return self._greet(quic, header.destination_cid, client, way)

    def _asked_again(self, header: QuicHeader, address: Address, now: float) -> bytes:
        own_id = os.urandom(_ID_SIZE)
        token = self._retry.create_token(
            address=address,
            original_destination_connection_id=header.destination_cid,
            retry_source_connection_id=own_id,
            now=now,
        )
        assert header.version is not None  # noqa: S101 (the caller looked)
        return encode_quic_retry(
            version=header.version,
            source_cid=own_id,
            destination_cid=header.source_cid,
            original_destination_cid=header.destination_cid,
            retry_token=token,
        )

    def _greet(
        self, quic: NamedConnection, asked_id: bytes, client: bytes, way: object
    ) -> Connection:
        connection = Connection(quic, client, way)
        self._connections[connection] = None
        self._per_client[client] = self._per_client.get(client, 0) + 1
        self._undecided += 1
        self._know(asked_id, connection)
        self._know(quic.host_cid, connection)
        return connection

    def _know(self, connection_id: bytes, connection: Connection) -> None:
        self._by_id[connection_id] = connection
        connection.ids.add(connection_id)

    def _agreed(self, connection: Connection) -> None:
        if not connection.is_agreed:
            connection.is_agreed = True
            self._undecided -= 1

    def _forget(self, connection: Connection) -> None:
        if connection.is_over:
            return
        connection.is_over = True
        self._agreed(connection)
        del self._connections[connection]
        for each in connection.ids:
            self._by_id.pop(each, None)
        self._per_client[connection.client] -= 1
        if not self._per_client[connection.client]:
            del self._per_client[connection.client]
