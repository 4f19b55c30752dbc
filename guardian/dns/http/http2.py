"""HTTP/2 for DNS (RFC 9113), the server's side: what browsers and phones speak.

As much of it as requests with small bodies need. A general library was measured first and costs
more than ten answers (docs/decisions/0002-http2.md); field compression is `hpack`'s,
and the tests talk to this by `h2` and four other clients.

What a client can make this end do or keep is bounded: streams, bytes of heads and bodies, replies
that it does not take, and by *patience* all that asks for nothing: each frame besides queries costs
some, each answer gives some back, and where it ends so does the connection. Rapid resets, floods of
settings, pings and empty frames, and endless continuations all end there.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final, NoReturn

from guardian.dns.http.fields import (
    Broken,
    HeadReader,
    alternative_field,
    answer_block,
    refusal_block,
)
from guardian.dns.http.request import (
    BAD_REQUEST,
    CONTENT_TOO_LARGE,
    MOST_BODY,
    MOST_FIELDS,
    Asked,
    Ended,
    Head,
    query_of,
)

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MOST_STREAMS: Final = 100

_FRAME: Final = Struct(">IBI")  # length and type, flags, stream
_SETTING: Final = Struct(">HI")
_U32: Final = Struct(">I")
_GOAWAY_CODES: Final = Struct(">II")  # last stream, error

_DATA, _HEADERS, _PRIORITY, _RST_STREAM, _SETTINGS = 0, 1, 2, 3, 4
_PUSH_PROMISE, _PING, _GOAWAY, _WINDOW_UPDATE, _CONTINUATION = 5, 6, 7, 8, 9
_END_STREAM, _ACK, _END_HEADERS, _PADDED, _HAS_PRIORITY = 1, 1, 4, 8, 32

_NO_ERROR, _PROTOCOL_ERROR, _FLOW_CONTROL_ERROR, _STREAM_CLOSED = 0, 1, 3, 5
_FRAME_SIZE_ERROR, _REFUSED_STREAM, _COMPRESSION_ERROR, _ENHANCE_YOUR_CALM = 6, 7, 9, 11

_ENABLE_PUSH, _MAX_STREAMS, _INITIAL_WINDOW, _MAX_FRAME, _MAX_HEADER_LIST = 2, 3, 4, 5, 6

_FRAME_SIZE: Final = 16_384  # bytes of a frame, from either side
_FIRST_WINDOW: Final = 65_535  # bytes, before anybody says otherwise
_LARGEST_WINDOW: Final = (1 << 31) - 1
_STREAM_WINDOW: Final = 1 << 17  # holds a whole message, and padding: never renewed
_OUR_WINDOW: Final = 1 << 18  # of all bodies that are not whole
_STREAM_ID: Final = _LARGEST_WINDOW
_MOST_CONTINUATIONS: Final = 16
_MOST_HELD: Final = 1 << 18  # bytes of replies that the client's windows do not let out
_PATIENCE: Final = 1_000
_RESET_COSTS: Final = 5
_ANSWER_GIVES: Final = 5

_SETTINGS_FRAME: Final = b"".join(
    (
        _FRAME.pack(18 << 8 | _SETTINGS, 0, 0),
        _SETTING.pack(_MAX_STREAMS, MOST_STREAMS),
        _SETTING.pack(_INITIAL_WINDOW, _STREAM_WINDOW),
        _SETTING.pack(_MAX_HEADER_LIST, MOST_FIELDS),
    )
)
_ACK_FRAME: Final = _FRAME.pack(_SETTINGS, _ACK, 0)


class _Stream:
    """A request that is not answered yet.

    body: what came of it. window: what the client added to the first one, less what was sent.
    unsent: of the reply. is_whole: whether the request is.
    """

    __slots__ = ("body", "head", "is_whole", "unsent", "window")

    def __init__(self, head: Head) -> None:
        self.head = head
        self.body = b""
        self.window = 0
        self.unsent = b""
        self.is_whole = False


class Session:
    """One connection."""

    def __init__(
        self, path: bytes, now: Callable[[], int], out: list[bytes], alternative: bytes = b""
    ) -> None:
        """path: of DNS. now: the wall clock's second. out: what is to be sent is put there.

        alternative: where else this is (Alt-Svc): said once, with the first answer.
        """
        self._now = now
        self._once = alternative_field(alternative) if alternative else b""
        self._out = out
        self._heads = HeadReader(path)
        self._rest = b""
        self._hears = False  # since the preface came
        self._streams: dict[int, _Stream] = {}
        self._last = 0
        self._block: tuple[int, int, list[bytes]] | None = None  # a head that is not whole
        self._first_window = _FIRST_WINDOW  # the client's, for each stream
        self._window = _FIRST_WINDOW  # the client's, for all
        self._ours = _FIRST_WINDOW
        self._owed = 0  # bytes that the client may send and was not told of yet
        self._patience = _PATIENCE
        self._asked: list[Asked] = []
        self.is_over = False
        out.append(_SETTINGS_FRAME)
        self._grant(_OUR_WINDOW - _FIRST_WINDOW)
        self._take: dict[int, Callable[[int, int, bytes], None]] = {
            _DATA: self._on_data,
            _HEADERS: self._on_headers,
            _PRIORITY: self._on_priority,
            _RST_STREAM: self._on_reset,
            _SETTINGS: self._on_settings,
            _PUSH_PROMISE: self._on_misplaced,
            _PING: self._on_ping,
            _GOAWAY: self._on_goaway,
            _WINDOW_UPDATE: self._on_window,
            _CONTINUATION: self._on_continuation,
        }

    def feed(self, data: bytes) -> list[Asked]:
        """The queries that these bytes complete. Raises Ended."""
        if self._rest:
            data = self._rest + data
        at, size = 0, len(data)
        if not self._hears:
            if data[: len(PREFACE)] != PREFACE[:size]:
                self._fail(_PROTOCOL_ERROR)
            if size < len(PREFACE) + _FRAME.size:
                self._rest = data
                return []
            if data[len(PREFACE) + 3] != _SETTINGS:
                self._fail(_PROTOCOL_ERROR)
            at, self._hears = len(PREFACE), True
        take, unpack = self._take, _FRAME.unpack_from
        while size - at >= 9:
            length_type, flags, stream = unpack(data, at)
            begin = at + 9
            end = begin + (length_type >> 8)
            if length_type >> 8 > _FRAME_SIZE:
                self._fail(_FRAME_SIZE_ERROR)
            if end > size:
                break
            at = end
            kind = length_type & 255
            if self._block is not None and kind != _CONTINUATION:
                self._fail(_PROTOCOL_ERROR)
            on = take.get(kind)
            if on is None:
                self._spend(1)  # a kind of frame that is not known is passed over
            else:
                on(stream & _STREAM_ID, flags, data[begin:end])
        self._rest = data[at:]
        asked, self._asked = self._asked, []
        return asked

    def more(self) -> list[Asked]:
        """Nothing waits for another here."""
        return []

    def reply(self, stream: int, packet: bytes) -> None:
        """Answer a query."""
        request = self._streams.get(stream)
        if request is None or self.is_over:
            return  # the client has thought better of it
        if self._patience < _PATIENCE:
            self._patience += _ANSWER_GIVES
        size, block = len(packet), answer_block(packet, self._now())
        if self._once:
            block, self._once = block + self._once, b""
        if request.head.bodiless:
            self._head_out(stream, block, _END_HEADERS | _END_STREAM)
            del self._streams[stream]
        elif (
            size <= self._window
            and size <= self._first_window + request.window
            and size <= _FRAME_SIZE
        ):
            self._window -= size
            self._out += (
                _FRAME.pack(len(block) << 8 | _HEADERS, _END_HEADERS, stream),
                block,
                _FRAME.pack(size << 8 | _DATA, _END_STREAM, stream),
                packet,
            )
            del self._streams[stream]
        else:
            self._head_out(stream, block, _END_HEADERS)
            request.unsent = packet
            self._send_more(stream, request)
            if sum(len(each.unsent) for each in self._streams.values()) > _MOST_HELD:
                self.is_over = True
                self.bye(_ENHANCE_YOUR_CALM)

    def refuse(self, stream: int, status: int) -> None:
        """Answer a query with no more than a status."""
        request = self._streams.pop(stream, None)
        if request is None:
            return
        self._grant(len(request.body))
        self._head_out(stream, refusal_block(status, self._now()), _END_HEADERS | _END_STREAM)
        if not request.is_whole:
            self._reset(stream, _NO_ERROR)  # the rest need not come (RFC 9113, section 8.1)

    def bye(self, error: int = _NO_ERROR) -> None:
        """Say that nothing more is answered."""
        self._out.append(
            _FRAME.pack(8 << 8 | _GOAWAY, 0, 0) + _GOAWAY_CODES.pack(self._last, error)
        )

    # What a client sends, a frame each.

    def _on_headers(self, stream: int, flags: int, payload: bytes) -> None:
        payload = self._unpadded(flags, payload)
        if flags & _HAS_PRIORITY:
            if len(payload) < 5:
                self._fail(_FRAME_SIZE_ERROR)
            if _U32.unpack_from(payload)[0] & _STREAM_ID == stream:
                self._fail(_PROTOCOL_ERROR)
            payload = payload[5:]
        if flags & _END_HEADERS:
            self._on_head(stream, flags, payload)
        else:
            self._block = stream, flags, [payload]

    def _on_continuation(self, stream: int, flags: int, payload: bytes) -> None:
        if self._block is None or self._block[0] != stream:
            self._fail(_PROTOCOL_ERROR)
        _, first_flags, pieces = self._block
        pieces.append(payload)
        if len(pieces) > _MOST_CONTINUATIONS or sum(map(len, pieces)) > MOST_FIELDS:
            self._fail(_ENHANCE_YOUR_CALM)
        if flags & _END_HEADERS:
            self._block = None
            self._on_head(stream, first_flags, b"".join(pieces))

    def _on_head(self, stream: int, flags: int, block: bytes) -> None:
        """The fields of a request, or those behind its body."""
        is_end = bool(flags & _END_STREAM)
        if stream <= self._last or not stream & 1:
            self._on_trailers(stream, block, is_end=is_end)
            return
        self._last = stream
        try:
            head = self._heads.head(block)
        except Broken:
            self._fail(_COMPRESSION_ERROR)
        if head is None or (is_end and head.length):
            self._give_up(stream, _PROTOCOL_ERROR)
            return
        if len(self._streams) >= MOST_STREAMS:
            self._give_up(stream, _REFUSED_STREAM)
            return
        request = self._streams[stream] = _Stream(head)
        if head.status:
            request.is_whole = is_end
            self.refuse(stream, head.status)
        elif is_end:
            self._on_whole(stream, request)

    def _on_trailers(self, stream: int, block: bytes, *, is_end: bool) -> None:
        request = self._streams.get(stream)
        if not stream & 1:
            self._fail(_PROTOCOL_ERROR)
        if request is not None and request.is_whole:
            self._fail(_STREAM_CLOSED)
        try:
            fields = self._heads.fields(block)  # the table has to be kept up
        except Broken:
            self._fail(_COMPRESSION_ERROR)
        if request is None:  # it was refused, or given up
            self._spend(1)
        elif not is_end or any(name[:1] == b":" for name, _ in fields):
            self._give_up(stream, _PROTOCOL_ERROR)
        else:
            self._on_whole(stream, request)

    def _on_data(self, stream: int, flags: int, payload: bytes) -> None:
        size = len(payload)
        self._ours -= size
        if self._ours < 0:
            self._fail(_FLOW_CONTROL_ERROR)
        request = self._streams.get(stream)
        if request is None:
            if stream > self._last or not stream & 1:
                self._fail(_PROTOCOL_ERROR)
            self._spend(1)
            self._grant(size)
            return
        if request.is_whole:
            self._grant(size)
            self._give_up(stream, _STREAM_CLOSED)
            return
        payload = self._unpadded(flags, payload)
        request.body = request.body + payload if request.body else payload
        self._grant(size - len(payload))
        if len(request.body) > MOST_BODY:
            request.is_whole = bool(flags & _END_STREAM)
            self.refuse(stream, CONTENT_TOO_LARGE)
        elif flags & _END_STREAM:
            self._on_whole(stream, request)
        else:
            self._spend(1)

    def _on_whole(self, stream: int, request: _Stream) -> None:
        """A request has ended: ask, or say what is wrong with it."""
        head, body = request.head, request.body
        request.is_whole = True
        if head.length is not None and head.length != len(body):
            self._give_up(stream, _PROTOCOL_ERROR)
            return
        wire = query_of(head, body)
        if wire is not None:
            request.body = b""
            self._grant(len(body))
            self._asked.append(Asked(stream, head, wire))
        else:
            self.refuse(stream, BAD_REQUEST)

    def _on_priority(self, stream: int, _flags: int, payload: bytes) -> None:
        if not stream:
            self._fail(_PROTOCOL_ERROR)
        if len(payload) != 5:
            self._fail(_FRAME_SIZE_ERROR)
        self._spend(1)

    def _on_reset(self, stream: int, _flags: int, payload: bytes) -> None:
        if len(payload) != 4:
            self._fail(_FRAME_SIZE_ERROR)
        if not stream & 1 or stream > self._last:
            self._fail(_PROTOCOL_ERROR)
        self._spend(_RESET_COSTS)
        request = self._streams.pop(stream, None)
        if request is not None:
            self._grant(len(request.body))

    def _on_settings(self, stream: int, flags: int, payload: bytes) -> None:
        if stream:
            self._fail(_PROTOCOL_ERROR)
        if len(payload) % _SETTING.size or (flags & _ACK and payload):
            self._fail(_FRAME_SIZE_ERROR)
        self._spend(1)
        if flags & _ACK:
            return
        for name, value in _SETTING.iter_unpack(payload):
            if name == _INITIAL_WINDOW:
                if value > _LARGEST_WINDOW:
                    self._fail(_FLOW_CONTROL_ERROR)
                self._first_window = value
            elif (name == _ENABLE_PUSH and value > 1) or (
                name == _MAX_FRAME and not _FRAME_SIZE <= value < 1 << 24
            ):
                self._fail(_PROTOCOL_ERROR)
        self._out.append(_ACK_FRAME)
        self._send_all()

    def _on_ping(self, stream: int, flags: int, payload: bytes) -> None:
        if stream:
            self._fail(_PROTOCOL_ERROR)
        if len(payload) != 8:
            self._fail(_FRAME_SIZE_ERROR)
        self._spend(1)
        if not flags & _ACK:
            self._out.append(_FRAME.pack(8 << 8 | _PING, _ACK, 0) + payload)

    def _on_goaway(self, stream: int, _flags: int, payload: bytes) -> None:
        if stream or len(payload) < _GOAWAY_CODES.size:
            self._fail(_PROTOCOL_ERROR)
        self._spend(1)  # it asks for nothing more, and closes when it has its answers

    def _on_window(self, stream: int, _flags: int, payload: bytes) -> None:
        if len(payload) != 4:
            self._fail(_FRAME_SIZE_ERROR)
        if stream > self._last or (stream and not stream & 1):
            self._fail(_PROTOCOL_ERROR)
        self._spend(1)
        more = _U32.unpack(payload)[0] & _STREAM_ID
        if not stream:
            self._window += more
            if not more or self._window > _LARGEST_WINDOW:
                self._fail(_FLOW_CONTROL_ERROR if more else _PROTOCOL_ERROR)
            self._send_all()
            return
        request = self._streams.get(stream)
        if request is None:
            return
        request.window += more
        if not more or self._first_window + request.window > _LARGEST_WINDOW:
            self._give_up(stream, _FLOW_CONTROL_ERROR if more else _PROTOCOL_ERROR)
        elif request.unsent:
            self._send_more(stream, request)

    def _on_misplaced(self, _stream: int, _flags: int, _payload: bytes) -> None:
        self._fail(_PROTOCOL_ERROR)

    def _unpadded(self, flags: int, payload: bytes) -> bytes:
        if not flags & _PADDED:
            return payload
        if not payload or payload[0] >= len(payload):
            self._fail(_PROTOCOL_ERROR)
        return payload[1 : len(payload) - payload[0]]

    # What is sent.

    def _head_out(self, stream: int, block: bytes, flags: int) -> None:
        self._out.append(_FRAME.pack(len(block) << 8 | _HEADERS, flags, stream) + block)

    def _send_all(self) -> None:
        """Send of what waits what the windows let out now."""
        for stream, request in list(self._streams.items()):
            if request.unsent:
                self._send_more(stream, request)

    def _send_more(self, stream: int, request: _Stream) -> None:
        while request.unsent:
            size = min(
                len(request.unsent),
                _FRAME_SIZE,
                self._window,
                self._first_window + request.window,
            )
            if size <= 0:
                return
            self._window -= size
            request.window -= size
            piece, request.unsent = request.unsent[:size], request.unsent[size:]
            flags = 0 if request.unsent else _END_STREAM
            self._out.append(_FRAME.pack(size << 8 | _DATA, flags, stream) + piece)
        self._streams.pop(stream, None)

    def _grant(self, size: int) -> None:
        """Let the client send as many bytes more."""
        self._ours += size
        self._owed += size
        if self._owed >= _OUR_WINDOW // 2:
            self._out.append(_FRAME.pack(4 << 8 | _WINDOW_UPDATE, 0, 0) + _U32.pack(self._owed))
            self._owed = 0

    def _reset(self, stream: int, error: int) -> None:
        self._out.append(_FRAME.pack(4 << 8 | _RST_STREAM, 0, stream) + _U32.pack(error))

    def _give_up(self, stream: int, error: int) -> None:
        """End one stream, by the client's fault."""
        request = self._streams.pop(stream, None)
        if request is not None:
            self._grant(len(request.body))
        self._reset(stream, error)
        self._spend(_RESET_COSTS)

    def _spend(self, patience: int) -> None:
        self._patience -= patience
        if self._patience < 0:
            self._fail(_ENHANCE_YOUR_CALM)

    def _fail(self, error: int) -> NoReturn:
        """End the connection, by the client's fault."""
        self.is_over = True
        self.bye(error)
        raise Ended
