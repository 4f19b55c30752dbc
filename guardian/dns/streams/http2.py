"""DNS over HTTPS as a client asks it (RFC 8484), over HTTP/2 by `h2`.

What identifies a browser or a household is left out: no user agent, no cookie, no language. The ID
is 0, as the RFC has it.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

from guardian.dns.streams.protocol import Answered, Broken, Protocol

_ID: Final = b"\0\0"
_LONGEST: Final = 65_535  # bytes of a DNS message
_OK: Final = "200"


class Http2(Protocol):
    """One connection; a stream for each question."""

    def __init__(self, authority: str, path: str) -> None:
        super().__init__()
        config = h2.config.H2Configuration(client_side=True, header_encoding="utf-8")
        self._h2 = h2.connection.H2Connection(config)
        self._headers = [
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", authority),
            (":path", path),
            ("accept", "application/dns-message"),
            ("content-type", "application/dns-message"),
        ]
        self._bodies: dict[int, bytearray] = {}
        self._refused: set[int] = set()  # streams with another status than 200
        self._h2.initiate_connection()
        self._take_out()

    def ask(self, query: bytes) -> int:
        try:
            stream = self._h2.get_next_available_stream_id()
            body = _ID + query
            headers = [*self._headers, ("content-length", str(len(body)))]
            self._h2.send_headers(stream, headers)
            self._h2.send_data(stream, body, end_stream=True)
        except h2.exceptions.H2Error as problem:
            raise Broken(f"its HTTP/2 takes no question ({problem})") from None
        self._take_out()
        self._bodies[stream] = bytearray()
        return stream

    def hear(self, data: bytes) -> list[Answered]:
        found: list[Answered] = []
        try:
            for event in self._h2.receive_data(data):
                found += self._said(event)
        except h2.exceptions.H2Error as problem:
            raise Broken(f"its HTTP/2 is not in order ({problem})") from None
        finally:
            self._take_out()
        return found

    def give_up(self, key: int) -> None:
        if self._bodies.pop(key, None) is not None:
            with suppress(h2.exceptions.H2Error):  # it ended by itself
                self._h2.reset_stream(key, error_code=h2.errors.ErrorCodes.CANCEL)
            self._take_out()

    @property
    def is_full(self) -> bool:
        most = self._h2.remote_settings.max_concurrent_streams
        return len(self._bodies) >= most or self._h2.outbound_flow_control_window < _LONGEST // 16

    def _take_out(self) -> None:
        self.out += self._h2.data_to_send()

    def _said(self, event: h2.events.Event) -> list[Answered]:
        match event:
            case h2.events.ResponseReceived(stream_id=int(stream), headers=headers):
                self._look_at(stream, headers or ())
            case h2.events.DataReceived(stream_id=int(stream), data=data):
                self._grow(stream, data or b"", event.flow_controlled_length or 0)
            case h2.events.StreamEnded(stream_id=int(stream)):
                return [(stream, self._whole(stream))]
            case h2.events.StreamReset(stream_id=int(stream)):
                self._bodies.pop(stream, None)
                self._refused.discard(stream)
                return [(stream, None)]
            case h2.events.ConnectionTerminated():
                raise Broken("it ended the connection")  # h2 reads nothing behind this
        return []

    def _look_at(self, stream: int, headers: Iterable[Any]) -> None:
        status = next((each[1] for each in headers if each[0] == ":status"), "")
        if status != _OK:
            self._refused.add(stream)
            self.refusal = f"it answers with HTTP status {status}"

    def _grow(self, stream: int, data: bytes, flow: int) -> None:
        body = self._bodies.get(stream)
        if body is not None:
            body += data
            if len(body) > _LONGEST:
                raise Broken("it sends more than a DNS message can be")
        if flow:
            self._h2.acknowledge_received_data(flow, stream)

    def _whole(self, stream: int) -> bytes | None:
        body = self._bodies.pop(stream, bytearray())
        if stream in self._refused:
            self._refused.remove(stream)
            return None
        return bytes(body[len(_ID) :])
