"""HTTP/2: a client by `h2`, and frames that no client should send."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from struct import pack

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings
import hpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.http.http2 import MOST_STREAMS, PREFACE, Session
from guardian.dns.http.request import Asked, Ended
from tests.dns.http.test_http1 import QUERY, REPLY

Field = tuple[str, str]
Codes = h2.errors.ErrorCodes

GET_PATH = "/dns-query?dns=" + urlsafe_b64encode(QUERY).decode().rstrip("=")
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    range(10)
)


def fields(
    method: str = "POST", path: str = "/dns-query", more: Iterable[Field] = ()
) -> list[Field]:
    head = [(":method", method), (":scheme", "https"), (":authority", "h.example"), (":path", path)]
    return [*head, ("content-type", "application/dns-message"), *more]


class Served:
    """A session and an `h2` client, talking. answers: whether each query is answered at once."""

    def __init__(
        self, *, answers: bool = True, window: int = 65_535, alternative: bytes = b""
    ) -> None:
        self.out: list[bytes] = []
        self.session = Session(b"/dns-query", lambda: 784111777, self.out, alternative)
        self.client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.client.local_settings = h2.settings.Settings(
            initial_values={h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window}
        )
        self.answers = answers
        self.asked: list[Asked] = []
        self.events: list[h2.events.Event] = []
        self.ended = False
        self.client.initiate_connection()
        self.talk()

    def ask(self, head: list[Field], body: bytes | None = None) -> int:
        stream = self.client.get_next_available_stream_id()
        self.client.send_headers(stream, head, end_stream=body is None)
        if body is not None:
            self.client.send_data(stream, body, end_stream=True)
        return stream

    def talk(self, raw: bytes = b"") -> None:
        """Let both say what they have."""
        data = self.client.data_to_send() + raw
        while data and not self.ended:
            try:
                for each in self.session.feed(data):
                    self.asked.append(each)
                    if self.answers:
                        self.session.reply(each.stream, REPLY)
            except Ended:
                self.ended = True
            said = b"".join(self.out)
            self.out.clear()
            self.events += self.client.receive_data(said)
            data = self.client.data_to_send()

    def of(self, kind: type[h2.events.Event], stream: int | None = None) -> list[h2.events.Event]:
        return [
            each
            for each in self.events
            if isinstance(each, kind)
            and (stream is None or getattr(each, "stream_id", None) == stream)
        ]

    def response(self, stream: int) -> tuple[dict[str, str], bytes]:
        [head] = self.of(h2.events.ResponseReceived, stream)
        body = b"".join(
            each.data
            for each in self.of(h2.events.DataReceived, stream)
            if isinstance(each, h2.events.DataReceived)
        )
        assert self.of(h2.events.StreamEnded, stream)
        assert isinstance(head, h2.events.ResponseReceived)
        return {str(name): str(value) for name, value in head.headers}, body

    def reset(self, stream: int) -> int:
        [event] = self.of(h2.events.StreamReset, stream)
        assert isinstance(event, h2.events.StreamReset)
        return int(event.error_code)


@pytest.mark.parametrize(("head", "body"), [(fields(), QUERY), (fields("GET", GET_PATH), None)])
def test_a_query_comes_out_and_its_reply_goes_back(head: list[Field], body: bytes | None) -> None:
    served = Served()
    stream = served.ask(head, body)
    served.talk()
    assert [each.wire for each in served.asked] == [QUERY]
    assert served.response(stream) == (
        {
            ":status": "200",
            "content-type": "application/dns-message",
            "cache-control": "private, max-age=60",
            "date": "Sun, 06 Nov 1994 08:49:37 GMT",
        },
        REPLY,
    )


def test_head_gets_the_head_alone() -> None:
    served = Served()
    stream = served.ask(fields("HEAD", GET_PATH))
    served.talk()
    head, body = served.response(stream)
    assert (head[":status"], body) == ("200", b"")


def test_where_http3_is_is_said_once() -> None:
    served = Served(alternative=b'h3=":443"; ma=3600')
    heads = []
    for _ in range(2):
        stream = served.ask(fields(), QUERY)
        served.talk()
        heads.append(served.response(stream)[0])
    assert [each.get("alt-svc") for each in heads] == ['h3=":443"; ma=3600', None]


def test_replies_go_out_in_any_order() -> None:
    served = Served(answers=False)
    first, second = served.ask(fields(), QUERY), served.ask(fields(), QUERY)
    served.talk()
    for stream in (second, first):
        served.session.reply(stream, bytes([stream]) * 20)
        served.session.reply(stream, b"a second reply is none")
    served.talk(b"\0\0\x08\x06\0\0\0\0\0" + bytes(8))
    assert [served.response(each)[1] for each in (first, second)] == [b"\1" * 20, b"\3" * 20]


def test_a_head_that_is_sent_again_means_the_same_until_the_table_changes() -> None:
    served = Served()
    for path in ("/dns-query", "/dns/a", "/dns-query", "/dns/b", "/dns/a", "/dns-query"):
        for _ in range(3):
            served.ask(fields(path=path), QUERY)
    served.ask(fields(more=[("x", "y" * 3000)]), QUERY)  # drives older entries out
    served.ask(fields(path="/dns/a"), QUERY)
    served.talk()
    tokens = [each.head.token for each in served.asked]
    assert tokens == [each for each in ["", "a", "", "b", "a", ""] for _ in range(3)] + ["", "a"]


def test_a_large_reply_goes_out_as_the_client_has_room() -> None:
    served = Served(answers=False, window=20_000)
    streams = [served.ask(fields(), QUERY) for _ in range(3)]
    served.talk()
    reply = bytes(range(256)) * 200
    for stream in streams:
        served.session.reply(stream, reply)
    for _ in range(30):
        served.talk(b"\0\0\x08\x06\0\0\0\0\0" + bytes(8))
        for event in served.of(h2.events.DataReceived):
            assert isinstance(event, h2.events.DataReceived)
            served.client.acknowledge_received_data(
                event.flow_controlled_length or 0, event.stream_id
            )
            event.flow_controlled_length = 0
    assert [served.response(each)[1] for each in streams] == [reply] * 3


def test_who_takes_no_replies_is_left() -> None:
    served = Served(answers=False, window=0)
    streams = [served.ask(fields(), QUERY) for _ in range(10)]
    served.talk()
    for stream in streams:
        served.session.reply(stream, bytes(60_000))
    assert served.session.is_over
    served.events += served.client.receive_data(b"".join(served.out))
    [event] = served.of(h2.events.ConnectionTerminated)
    assert isinstance(event, h2.events.ConnectionTerminated)
    assert event.error_code == Codes.ENHANCE_YOUR_CALM


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        (fields("PUT"), QUERY, "405"),
        (fields(path="/"), QUERY, "404"),
        (fields("GET"), None, "400"),
        (fields(), b"short", "400"),
        (fields(), None, "400"),
        (fields("GET", "/" + "a" * 9000), None, "414"),
        (fields()[:-1], QUERY, "415"),
        (fields(more=[("content-length", "65536")]), None, "413"),
    ],
)
def test_each_fault_has_its_status(head: list[Field], body: bytes | None, status: str) -> None:
    served = Served()
    if status == "413":
        stream = served.client.get_next_available_stream_id()
        served.client.send_headers(stream, head)
    else:
        stream = served.ask(head, body)
    served.talk()
    assert served.response(stream)[0][":status"] == status
    assert not served.ended
    after = served.ask(fields(), QUERY)
    served.talk()
    assert served.response(after)[0][":status"] == "200"


def test_a_body_in_pieces_is_taken_and_one_that_is_too_long_is_not() -> None:
    served = Served()
    whole, endless = 1, 3
    served.client.send_headers(whole, fields())
    for at in range(0, len(QUERY), 7):
        served.client.send_data(whole, QUERY[at : at + 7], pad_length=3)
        served.talk()
    served.client.end_stream(whole)
    served.client.send_headers(endless, fields())
    for _ in range(5):
        served.client.send_data(endless, bytes(16_000))
        served.talk()
        if served.of(h2.events.StreamReset):
            break
    assert [each.wire for each in served.asked] == [QUERY]
    assert served.of(h2.events.ResponseReceived, endless)
    assert served.reset(endless) == Codes.NO_ERROR


def test_bodies_may_go_on_for_ever_because_room_is_granted_anew() -> None:
    served = Served()
    body = QUERY + bytes(16_000)
    for _ in range(60):
        served.ask(fields(), body)
        served.talk()
    assert len(served.asked) == 60


def test_more_streams_than_agreed_are_refused() -> None:
    served = Served(answers=False)
    for _ in range(MOST_STREAMS):
        served.ask(fields(), QUERY)
    served.talk()
    served.client.remote_settings[h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS] = 1000
    served.client.remote_settings.acknowledge()
    one_more = served.ask(fields(), QUERY)
    served.talk()
    assert served.reset(one_more) == Codes.REFUSED_STREAM
    served.session.reply(1, REPLY)
    served.ask(fields(), QUERY)
    served.talk()
    assert len(served.asked) == MOST_STREAMS + 1


def test_trailers_end_a_request() -> None:
    served = Served()
    served.client.send_headers(1, fields())
    served.client.send_data(1, QUERY)
    served.client.send_headers(1, [("x", "y")], end_stream=True)
    served.talk()
    assert [each.wire for each in served.asked] == [QUERY]


@pytest.mark.parametrize(
    "head",
    [
        fields()[1:],
        [*fields(), (":path", "/")],
        [*fields()[:4], (":path", "/dns-query")],
        fields(more=[("Upper", "case")]),
        fields(more=[("connection", "close")]),
        fields(more=[("te", "gzip")]),
        fields(more=[("x", "a\nb")]),
        fields(more=[("content-length", "9")]),
        fields(path=""),
    ],
)
def test_a_malformed_head_ends_its_stream_alone(head: list[Field]) -> None:
    out: list[bytes] = []
    session = Session(b"/dns-query", lambda: 0, out)
    block = hpack.Encoder().encode(head)
    asked = session.feed(HELLO + frame(HEADERS, 4, 1, block) + frame(DATA, 1, 1, QUERY) + ASK_5)
    assert frame(RST_STREAM, 0, 1, pack(">I", Codes.PROTOCOL_ERROR)) in out
    assert [each.stream for each in asked] == [5]


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return pack(">IBI", len(payload) << 8 | kind, flags, stream) + payload


HELLO = PREFACE + frame(SETTINGS, 0, 0)
HEAD = hpack.Encoder().encode(fields(), huffman=False)
ASK = frame(HEADERS, 4, 1, HEAD) + frame(DATA, 1, 1, QUERY)
ASK_5 = frame(HEADERS, 4, 5, HEAD) + frame(DATA, 1, 5, QUERY)


def ended_by(data: bytes) -> int | None:
    """The error of the GOAWAY that these bytes bring; None where the connection goes on."""
    out: list[bytes] = []
    session = Session(b"/dns-query", lambda: 0, out)
    try:
        for each in session.feed(data):
            session.reply(each.stream, REPLY)
    except Ended:
        assert b"".join(out)[-17:-8] == frame(GOAWAY, 0, 0, bytes(8))[:9]
        assert session.is_over
        return int.from_bytes(out[-1][-4:])
    return None


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (HELLO + ASK, None),
        (HELLO + ASK + frame(99, 255, 1, b"unknown"), None),
        (HELLO + ASK + frame(RST_STREAM, 0, 1, bytes(4)), None),
        (HELLO + ASK + frame(WINDOW_UPDATE, 0, 1, pack(">I", 5)), None),
        (HELLO + frame(SETTINGS, 1, 0) + frame(PRIORITY, 0, 7, bytes(5)) + ASK, None),
        (HELLO + frame(GOAWAY, 0, 0, bytes(8)), None),
        (b"GET / HTTP/1.1\r\n\r\n", Codes.PROTOCOL_ERROR),
        (PREFACE + frame(PING, 0, 0, bytes(8)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(SETTINGS, 0, 1), Codes.PROTOCOL_ERROR),
        (HELLO + frame(SETTINGS, 1, 0, bytes(6)), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(SETTINGS, 0, 0, bytes(5)), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(SETTINGS, 0, 0, pack(">HI", 4, 1 << 31)), Codes.FLOW_CONTROL_ERROR),
        (HELLO + frame(SETTINGS, 0, 0, pack(">HI", 5, 1)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(SETTINGS, 0, 0, pack(">HI", 2, 2)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(PING, 0, 1, bytes(8)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(PING, 0, 0, bytes(7)), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(PUSH, 4, 1, bytes(4)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(GOAWAY, 0, 1, bytes(8)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(PRIORITY, 0, 0, bytes(5)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(PRIORITY, 0, 1, bytes(4)), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(RST_STREAM, 0, 1, bytes(4)), Codes.PROTOCOL_ERROR),
        (HELLO + ASK + frame(RST_STREAM, 0, 1, bytes(3)), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(WINDOW_UPDATE, 0, 1, bytes(4)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(WINDOW_UPDATE, 0, 0, bytes(4)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(WINDOW_UPDATE, 0, 0, bytes(3)), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(WINDOW_UPDATE, 0, 0, b"\x7f" + b"\xff" * 3), Codes.FLOW_CONTROL_ERROR),
        (HELLO + frame(DATA, 1, 1, QUERY), Codes.PROTOCOL_ERROR),
        (HELLO + frame(DATA, 1, 0, QUERY), Codes.PROTOCOL_ERROR),
        (HELLO + ASK + frame(HEADERS, 5, 1, HEAD), Codes.STREAM_CLOSED),
        (HELLO + frame(HEADERS, 5, 2, HEAD), Codes.PROTOCOL_ERROR),
        (HELLO + frame(HEADERS, 5, 0, HEAD), Codes.PROTOCOL_ERROR),
        (HELLO + frame(HEADERS, 5, 1, b"\xff\xff\xff"), Codes.COMPRESSION_ERROR),
        (HELLO + frame(HEADERS, 5, 1, b"\xfe"), Codes.COMPRESSION_ERROR),
        (HELLO + frame(HEADERS, 13, 1, b"\x05ab"), Codes.PROTOCOL_ERROR),  # more padding than frame
        (HELLO + frame(HEADERS, 13, 1), Codes.PROTOCOL_ERROR),
        (HELLO + frame(HEADERS, 0x25, 1, pack(">IB", 1, 9) + HEAD), Codes.PROTOCOL_ERROR),
        (HELLO + frame(HEADERS, 0x25, 1, b"abc"), Codes.FRAME_SIZE_ERROR),
        (HELLO + frame(CONTINUATION, 4, 1, HEAD), Codes.PROTOCOL_ERROR),
        (HELLO + frame(HEADERS, 1, 1, HEAD[:5]) + frame(CONTINUATION, 4, 1, HEAD[5:]), None),
        (HELLO + frame(HEADERS, 1, 1, HEAD) + frame(PING, 0, 0, bytes(8)), Codes.PROTOCOL_ERROR),
        (HELLO + frame(HEADERS, 1, 1, HEAD) + frame(CONTINUATION, 4, 3), Codes.PROTOCOL_ERROR),
        (HELLO + pack(">IBI", 16_385 << 8 | DATA, 0, 1), Codes.FRAME_SIZE_ERROR),
    ],
)  # fmt: skip
def test_a_frame_that_breaks_the_rules_ends_the_connection(data: bytes, error: int | None) -> None:
    assert ended_by(data) == error


def ones_after_another(count: int, data: bytes) -> bytes:
    """HEADERS on each next stream, and these bytes."""
    return b"".join(
        frame(HEADERS, 4, stream, HEAD) + data.replace(b"STRM", pack(">I", stream))
        for stream in range(1, 2 * count, 2)
    )


@pytest.mark.parametrize(
    "flood",
    [
        frame(PING, 0, 0, bytes(8)) * 2000,
        frame(SETTINGS, 0, 0) * 2000,
        frame(PRIORITY, 0, 1, bytes(5)) * 2000,
        frame(99, 0, 0) * 2000,
        frame(HEADERS, 4, 1, HEAD) + frame(DATA, 0, 1) * 2000,
        frame(HEADERS, 0, 1, HEAD) + frame(CONTINUATION, 0, 1) * 2000,
        frame(HEADERS, 0, 1, HEAD) + frame(CONTINUATION, 0, 1, bytes(16_000)) * 3,
        ones_after_another(300, pack(">IB", 4 << 8 | RST_STREAM, 0) + b"STRM" + bytes(4)),
        frame(HEADERS, 4, 1, HEAD) + frame(WINDOW_UPDATE, 0, 1, pack(">I", 1)) * 2000,
    ],
    ids=["ping", "settings", "priority", "unknown", "empty data", "continuation", "long head",
         "rapid reset", "window"],
)  # fmt: skip
def test_floods_end_the_connection(flood: bytes) -> None:
    out: list[bytes] = []
    session = Session(b"/dns-query", lambda: 0, out)
    session.feed(HELLO)
    with pytest.raises(Ended):
        session.feed(flood)
    assert out[-1].endswith(pack(">I", Codes.ENHANCE_YOUR_CALM))


def test_who_gets_answers_may_go_on_for_ever() -> None:
    served = Served()
    for _ in range(1500):
        served.ask(fields(), QUERY)
        served.talk(frame(PING, 0, 0, bytes(8)) * 2)
    assert not served.ended
    assert len(served.asked) == 1500


def test_fields_that_unpack_to_too_much_end_the_connection() -> None:
    encoder = hpack.Encoder()
    block = encoder.encode([*fields(), ("x", "y" * 3000)], huffman=False)
    again = encoder.encode([*fields(), *[("x", "y" * 3000)] * 20])
    assert len(again) < 100
    data = HELLO + frame(HEADERS, 5, 1, block) + frame(HEADERS, 5, 3, again)
    assert ended_by(data) == Codes.COMPRESSION_ERROR


def test_the_end_is_said() -> None:
    served = Served()
    served.ask(fields(), QUERY)
    served.talk()
    served.session.bye()
    served.events += served.client.receive_data(b"".join(served.out))
    [event] = served.of(h2.events.ConnectionTerminated)
    assert isinstance(event, h2.events.ConnectionTerminated)
    assert (event.error_code, event.last_stream_id) == (Codes.NO_ERROR, 1)


@given(cuts=st.lists(st.integers(0, 400), max_size=20))
def test_it_does_not_matter_how_bytes_are_cut(cuts: list[int]) -> None:
    data = HELLO + ASK + frame(PING, 0, 0, bytes(8)) + frame(HEADERS, 1, 3, HEAD[:9])
    data += frame(CONTINUATION, 4, 3, HEAD[9:]) + frame(HEADERS, 4, 5, HEAD)
    data += frame(DATA, 8, 5, b"\x04" + QUERY[:9] + bytes(4)) + frame(DATA, 1, 5, QUERY[9:])
    assert answered(data, cuts) == answered(data, [])


def answered(data: bytes, cuts: list[int]) -> bytes:
    out: list[bytes] = []
    session = Session(b"/dns-query", lambda: 0, out)
    asked: list[Asked] = []
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
        asked += session.feed(data[begin:end])
    for each in asked:
        session.reply(each.stream, REPLY)
    return b"".join(out)


FRAMES = st.builds(
    frame,
    st.integers(0, 10),
    st.sampled_from([0, 1, 4, 5, 8, 9, 13, 32, 37]),
    st.sampled_from([0, 1, 1, 3, 3, 5, 2]),
    st.one_of(
        st.binary(max_size=40), st.sampled_from([HEAD, QUERY, HEAD[:20], bytes(4), bytes(8)])
    ),
)


@given(st.lists(st.one_of(FRAMES, st.binary(max_size=30), st.just(ASK)), max_size=12))
def test_any_frames_are_answered_or_end_the_connection(pieces: list[bytes]) -> None:
    out: list[bytes] = []
    session = Session(b"/dns-query", lambda: 0, out)
    session.feed(HELLO)
    try:
        for piece in pieces:
            for each in session.feed(piece):
                assert len(each.wire) >= 12
                session.reply(each.stream, REPLY)
    except Ended:
        assert out[-1][3] == GOAWAY
