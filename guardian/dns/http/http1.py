"""HTTP/1.1 for DNS: what reverse proxies speak behind them, and the oldest clients.

`h11` reads and writes; here is what a request means. Requests may be sent one after another without
waiting, and are answered in their order, one at a time, as HTTP/1.1 has it (RFC 9112, section 9.3).
"""

from collections.abc import Callable
from typing import Final

import h11

from guardian.dns.http.request import (
    BAD_REQUEST,
    CONTENT_TOO_LARGE,
    FIELDS_TOO_LARGE,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    METHODS,
    MOST_BODY,
    MOST_FIELDS,
    MOST_TARGET,
    URI_TOO_LONG,
    VERSION_NOT_SUPPORTED,
    Asked,
    Ended,
    Head,
    query_of,
    read_head,
)
from guardian.dns.http.response import PHRASES, cache_control, http_date

_MOST_AHEAD: Final = 1 << 18  # bytes that wait for the request before them to be answered
_OK: Final = 200
_VERSIONS: Final = (b"1.0", b"1.1")


class Session:
    """One connection. stream numbers count its requests."""

    def __init__(
        self, path: bytes, now: Callable[[], int], out: list[bytes], alternative: bytes = b""
    ) -> None:
        """path: of DNS. now: the wall clock's second. out: what is to be sent is put there.

        alternative: where else this is (Alt-Svc): said once, with the first answer.
        """
        self._path = path
        self._once = alternative
        self._now = now
        self._out = out
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_FIELDS)
        self._ahead = bytearray()
        self._head: Head | None = None
        self._body = bytearray()
        self._stream = 0
        self._is_asked = False

    def feed(self, data: bytes) -> list[Asked]:
        """The query that these bytes complete, if they do. Raises Ended."""
        self._ahead += data
        return self.more()

    def more(self) -> list[Asked]:
        """The query that waited for the one before it, if there is one. Raises Ended."""
        if self._is_asked:
            if len(self._ahead) > _MOST_AHEAD:
                raise Ended
            return []
        if self._ahead:
            data = bytes(self._ahead)
            self._ahead.clear()
            self._http.receive_data(data)
        try:
            return self._read()
        except h11.RemoteProtocolError as problem:
            self._refuse_at_last(self._status_of(problem))
            raise Ended from None

    def reply(self, stream: int, packet: bytes) -> None:
        """Answer a query."""
        if stream == self._stream and self._is_asked:
            fields = [(b"content-type", MEDIA_TYPE), (b"cache-control", cache_control(packet))]
            if self._once:
                fields.append((b"alt-svc", self._once))
                self._once = b""
            self._respond(_OK, fields, packet)

    def refuse(self, stream: int, status: int) -> None:
        """Answer a query with no more than a status."""
        if stream == self._stream and self._is_asked:
            self._respond(status, [], b"")

    @property
    def is_over(self) -> bool:
        """Whether nothing more is said, because the client or the last answer wished so."""
        return self._http.our_state in (h11.MUST_CLOSE, h11.CLOSED, h11.ERROR)

    def bye(self) -> None:
        """HTTP/1.1 says nothing at the end."""

    def _read(self) -> list[Asked]:
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._send(h11.InformationalResponse(status_code=100, headers=[]))
                return []
            if isinstance(event, h11.Request):
                self._begin(event)
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > MOST_BODY:
                    self._refuse_at_last(CONTENT_TOO_LARGE)
                    raise Ended
            elif isinstance(event, h11.EndOfMessage):
                if asked := self._end():
                    return [asked]
            else:  # closed, or paused before an end that is ours to make
                raise Ended

    def _begin(self, request: h11.Request) -> None:
        self._stream += 1
        self._body.clear()
        self._head = read_head(request.method, request.target, request.headers, self._path)
        if request.http_version not in _VERSIONS:
            self._refuse_at_last(VERSION_NOT_SUPPORTED)
            raise Ended
        if self._head.status == CONTENT_TOO_LARGE:
            self._refuse_at_last(CONTENT_TOO_LARGE)
            raise Ended

    def _end(self) -> Asked | None:
        """The query of a request that is whole; one that is refused has its answer, and goes."""
        head = self._head
        assert head is not None  # noqa: S101 (h11 tells of no end without its beginning)
        self._is_asked = True
        wire = None if head.status else query_of(head, bytes(self._body))
        if wire is not None:
            return Asked(self._stream, head, wire)
        self._respond(head.status or BAD_REQUEST, [], b"")
        if self.is_over:
            raise Ended
        return None

    def _respond(self, status: int, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
        fields += [(b"content-length", b"%d" % len(body)), (b"date", http_date(self._now()))]
        if status == METHOD_NOT_ALLOWED:
            fields.append((b"allow", METHODS))
        response = h11.Response(
            status_code=status, headers=fields, reason=PHRASES.get(status, b"OK")
        )
        self._send(response)
        if body and not (self._head and self._head.bodiless):
            self._send(h11.Data(data=body))
        self._send(h11.EndOfMessage())
        self._is_asked = False
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()

    def _refuse_at_last(self, status: int) -> None:
        """The answer to what cannot be read on from."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._head = self._head or Head()
            self._respond(status, [(b"connection", b"close")], b"")

    def _status_of(self, problem: h11.RemoteProtocolError) -> int:
        hint = problem.error_status_hint
        if hint != FIELDS_TOO_LARGE:
            return hint if hint in PHRASES else BAD_REQUEST
        line, _, _ = self._http.trailing_data[0].partition(b"\r\n")
        return URI_TOO_LONG if len(line) > MOST_TARGET else FIELDS_TOO_LARGE

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._out.append(data)
