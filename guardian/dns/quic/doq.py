"""DNS over dedicated QUIC connections (RFC 9250): one query a stream, its length in front."""

from typing import Final

from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import QuicEvent, StopSendingReceived, StreamDataReceived, StreamReset

from guardian.dns.http.request import MOST_BODY, Asked, Head, is_query

ALPN: Final = "doq"

# Section 4.3; aioquic sends such codes as an application's.
NO_ERROR: Final = 0
INTERNAL_ERROR: Final = 1
PROTOCOL_ERROR: Final = 2
REQUEST_CANCELLED: Final = 3

_HEAD: Final = Head()
_UNIDIRECTIONAL: Final = 2  # bit of a stream's number


class Session:
    """One connection."""

    def __init__(self, quic: QuicConnection) -> None:
        self._quic = quic
        self._coming: dict[int, bytes] = {}  # of streams that are not whole
        self._asked: set[int] = set()
        self._is_over = False

    def handle(self, event: QuicEvent) -> list[Asked]:
        """The queries that something completes which happened on the connection."""
        if self._is_over:
            return []
        if isinstance(event, StreamDataReceived):
            return self._take(event)
        if isinstance(event, StreamReset | StopSendingReceived):
            self._forget(event.stream_id)
        return []

    def reply(self, stream: int, packet: bytes) -> None:
        """Answer a query, whose ID was 0."""
        if stream in self._asked:
            self._asked.discard(stream)
            self._quic.send_stream_data(stream, len(packet).to_bytes(2) + packet, end_stream=True)

    def refuse(self, stream: int, _status: int) -> None:
        """Say that a query gets no answer."""
        if stream in self._asked:
            self._asked.discard(stream)
            self._quic.reset_stream(stream, INTERNAL_ERROR)

    def bye(self) -> None:
        """End the connection."""
        self._quic.close(error_code=NO_ERROR)

    def fail(self, reason: str) -> list[Asked]:
        """End the connection by the client's fault; no query comes of it."""
        self._is_over = True
        self._coming.clear()
        self._asked.clear()
        self._quic.close(error_code=PROTOCOL_ERROR, reason_phrase=reason)
        return []

    def _take(self, event: StreamDataReceived) -> list[Asked]:
        stream = event.stream_id
        if stream & _UNIDIRECTIONAL or stream in self._asked:
            return self.fail("a query is alone on a stream with two directions")
        data = self._coming.get(stream, b"") + event.data
        length = 2 + int.from_bytes(data[:2]) if len(data) >= 2 else 2 + MOST_BODY
        if len(data) > length:
            return self.fail("more than one message on a stream")
        if not event.end_stream:
            self._coming[stream] = data
            return []
        self._coming.pop(stream, None)
        if len(data) != length or not is_query(data[2:]):
            return self.fail("no whole query on a stream")
        if data[2:4] != b"\0\0":
            return self.fail("the ID of a message is 0")  # section 4.2.1
        self._asked.add(stream)
        return [Asked(stream, _HEAD, data[2:])]

    def _forget(self, stream: int) -> None:
        """The client has thought better of a query (section 4.3.1)."""
        self._coming.pop(stream, None)
        if stream in self._asked:
            self._asked.discard(stream)
            self._quic.reset_stream(stream, REQUEST_CANCELLED)
