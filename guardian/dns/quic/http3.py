"""DNS over HTTP/3 (RFC 8484, RFC 9114): requests as HTTP/2 has them, on QUIC."""

from collections.abc import Callable
from typing import Final

from aioquic.h3.connection import H3_ALPN, ErrorCode, H3Connection
from aioquic.h3.events import DataReceived, H3Event, HeadersReceived
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import QuicEvent, StopSendingReceived, StreamReset

from guardian.dns.http.fields import head_of
from guardian.dns.http.request import (
    BAD_REQUEST,
    CONTENT_TOO_LARGE,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    METHODS,
    MOST_BODY,
    Asked,
    Head,
    query_of,
)
from guardian.dns.http.response import cache_control, http_date

ALPN: Final = H3_ALPN[0]


class _Request:
    """A request that is not answered yet."""

    __slots__ = ("body", "head")

    def __init__(self, head: Head) -> None:
        self.head = head
        self.body = b""


class Session:
    """One connection."""

    def __init__(self, quic: QuicConnection, path: bytes, now: Callable[[], int]) -> None:
        """path: of DNS. now: the wall clock's second."""
        self._quic = quic
        self._http = H3Connection(quic)
        self._path = path
        self._now = now
        self._requests: dict[int, _Request] = {}

    def handle(self, event: QuicEvent) -> list[Asked]:
        """The queries that something completes which happened on the connection."""
        if isinstance(event, StreamReset | StopSendingReceived):
            self._requests.pop(event.stream_id, None)
        asked: list[Asked] = []
        for each in self._http.handle_event(event):
            asked += self._take(each)
        return asked

    def reply(self, stream: int, packet: bytes) -> None:
        """Answer a query."""
        fields = [(b"content-type", MEDIA_TYPE), (b"cache-control", cache_control(packet))]
        self._respond(stream, 200, fields, packet)

    def refuse(self, stream: int, status: int) -> None:
        """Answer a query with no more than a status."""
        fields = [(b"allow", METHODS)] if status == METHOD_NOT_ALLOWED else []
        self._respond(stream, status, fields, b"")

    def bye(self) -> None:
        """End the connection."""
        self._quic.close(error_code=ErrorCode.H3_NO_ERROR)

    def _take(self, event: H3Event) -> list[Asked]:
        if isinstance(event, HeadersReceived):
            return self._on_head(event)
        if not isinstance(event, DataReceived):
            return []
        request = self._requests.get(event.stream_id)
        if request is None:
            return []
        request.body += event.data
        if len(request.body) > MOST_BODY:
            self._stop(event.stream_id)
            self.refuse(event.stream_id, CONTENT_TOO_LARGE)
            return []
        return self._on_whole(event.stream_id, request) if event.stream_ended else []

    def _on_head(self, event: HeadersReceived) -> list[Asked]:
        stream = event.stream_id
        if stream in self._requests:  # what comes behind a body
            return self._on_whole(stream, self._requests[stream]) if event.stream_ended else []
        head = head_of(event.headers, self._path)
        if head is None:
            self._stop(stream, ErrorCode.H3_MESSAGE_ERROR)
            self._quic.reset_stream(stream, ErrorCode.H3_MESSAGE_ERROR)
            return []
        request = self._requests[stream] = _Request(head)
        if head.status:
            if not event.stream_ended:
                self._stop(stream)
            self.refuse(stream, head.status)
            return []
        return self._on_whole(stream, request) if event.stream_ended else []

    def _on_whole(self, stream: int, request: _Request) -> list[Asked]:
        wire = query_of(request.head, request.body)
        if wire is not None:
            return [Asked(stream, request.head, wire)]
        self.refuse(stream, BAD_REQUEST)
        return []

    def _stop(self, stream: int, error: int = ErrorCode.H3_NO_ERROR) -> None:
        """The rest of a request need not come."""
        self._quic.stop_stream(stream, error)

    def _respond(
        self, stream: int, status: int, fields: list[tuple[bytes, bytes]], body: bytes
    ) -> None:
        request = self._requests.pop(stream, None)
        if request is None:
            return  # the client has thought better of it
        head = [(b":status", b"%d" % status), *fields, (b"date", http_date(self._now()))]
        if request.head.bodiless:
            body = b""
        self._http.send_headers(stream, head, end_stream=not body)
        if body:
            self._http.send_data(stream, body, end_stream=True)
