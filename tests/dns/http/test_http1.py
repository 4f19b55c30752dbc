"""HTTP/1.1: requests as clients and proxies write them."""

from base64 import urlsafe_b64encode

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.http.http1 import Session
from guardian.dns.http.request import Asked, Ended

QUERY = bytes.fromhex("00000100000100000000000004686f6d65076578616d706c650000010001")
REPLY = bytes.fromhex(
    "00008180000100010000000004686f6d65076578616d706c650000010001c00c000100010000003c0004c0000201"
)
GET = b"GET /dns-query?dns=%b HTTP/1.1\r\nhost: home.example\r\n\r\n" % (
    urlsafe_b64encode(QUERY).rstrip(b"=")
)


def post(body: bytes = QUERY, fields: bytes = b"", method: bytes = b"POST") -> bytes:
    return (
        b"%b /dns-query HTTP/1.1\r\nhost: home.example\r\n"
        b"content-type: application/dns-message\r\n%bcontent-length: %d\r\n\r\n"
        % (method, fields, len(body))
    ) + body


class Served:
    """A session and what a client reads of it. Each query is answered at once."""

    def __init__(self, alternative: bytes = b"") -> None:
        self.out: list[bytes] = []
        self.session = Session(b"/dns-query", lambda: 784111777, self.out, alternative)
        self.asked: list[Asked] = []
        self.ended = False

    def hear(self, data: bytes) -> None:
        try:
            asked = self.session.feed(data)
            while asked:
                self.asked += asked
                for each in asked:
                    self.session.reply(each.stream, each.wire[:2] + REPLY[2:])
                asked = self.session.more()
        except Ended:
            self.ended = True

    def read(self, *methods: bytes) -> list[tuple[h11.Response, bytes]]:
        """The responses to requests of these methods."""
        client = h11.Connection(h11.CLIENT)
        data, found = b"".join(self.out), []
        client.receive_data(data)
        for method in methods:
            client.send(h11.Request(method=method, target="/", headers=[("host", "x")]))
            client.send(h11.EndOfMessage())
            response, body = client.next_event(), b""
            while isinstance(response, h11.InformationalResponse):
                response = client.next_event()
            assert isinstance(response, h11.Response)
            while isinstance(event := client.next_event(), h11.Data):
                body += event.data
            assert isinstance(event, h11.EndOfMessage)
            found.append((response, body))
            if client.our_state is h11.DONE and client.their_state is h11.DONE:
                client.start_next_cycle()
        assert not client.trailing_data[0]
        return found


@pytest.mark.parametrize("request_bytes", [GET, post()])
def test_a_query_comes_out_and_its_reply_goes_back(request_bytes: bytes) -> None:
    served = Served()
    served.hear(request_bytes)
    assert [each.wire for each in served.asked] == [QUERY]
    [(response, body)] = served.read(request_bytes[:4].strip())
    fields = dict(response.headers)
    assert response.status_code == 200
    assert fields == {
        b"content-type": b"application/dns-message",
        b"cache-control": b"private, max-age=60",
        b"content-length": b"%d" % len(REPLY),
        b"date": b"Sun, 06 Nov 1994 08:49:37 GMT",
    }
    assert body == REPLY


def test_head_gets_the_head_alone() -> None:
    served = Served()
    served.hear(GET.replace(b"GET", b"HEAD"))
    [(response, body)] = served.read(b"HEAD")
    assert dict(response.headers)[b"content-length"] == b"%d" % len(REPLY)
    assert body == b""


def test_an_id_goes_out_as_it_came() -> None:
    served = Served()
    served.hear(post(b"\x12\x34" + QUERY[2:]))
    [(_, body)] = served.read(b"POST")
    assert body[:2] == b"\x12\x34"


def test_requests_ahead_are_answered_one_after_another() -> None:
    served = Served()
    served.hear(post() * 20 + GET)
    assert len(served.asked) == 21
    assert len(served.read(*[b"POST"] * 20, b"GET")) == 21


def test_what_comes_while_a_reply_is_waited_for_comes_after_it() -> None:
    out: list[bytes] = []
    session = Session(b"/dns-query", lambda: 0, out)
    assert len(session.feed(post() + post()[:30])) == 1
    assert session.feed(post()[30:]) == []
    session.reply(1, REPLY)
    [second] = session.more()
    assert second.stream == 2
    session.reply(1, REPLY)  # nobody waits for that any more
    session.reply(2, REPLY)
    assert b"".join(out).count(b"HTTP/1.1 200") == 2


def test_nobody_sends_ahead_without_end() -> None:
    session = Session(b"/dns-query", lambda: 0, [])
    session.feed(post())
    for _ in range(4):
        session.feed(bytes(60_000))
    with pytest.raises(Ended):
        session.feed(bytes(60_000))


@pytest.mark.parametrize(
    ("sent", "status", "ends"),
    [
        (post(method=b"PUT"), 405, False),
        (GET.replace(b"dns-query", b"other"), 404, False),
        (GET.replace(b"dns=", b"x="), 400, False),
        (post(b""), 400, False),
        (post().replace(b"dns-message", b"json"), 415, False),
        (b"GET /%b HTTP/1.1\r\nhost: x\r\n\r\n" % (b"a" * 9000), 414, False),
        (b"GET /%b" % (b"a" * 20_000), 414, True),
        (b"GET / HTTP/1.1\r\nhost: x\r\na: %b" % (b"a" * 20_000), 431, True),
        (post().replace(b"length: 30", b"length: 65536"), 413, True),
        (GET.replace(b"HTTP/1.1", b"HTTP/2.0"), 505, True),
        (b"\x16\x03\x01 this is TLS\r\n\r\n", 400, True),
        (post(fields=b"transfer-encoding: gzip\r\n"), 501, True),
        (post(fields=b"connection: close\r\n"), 200, True),
        (GET.replace(b"HTTP/1.1", b"HTTP/1.0"), 200, True),
    ],
)
def test_each_fault_has_its_status(sent: bytes, status: int, *, ends: bool) -> None:
    served = Served()
    served.hear(sent)
    assert b"".join(served.out).startswith(b"HTTP/1.1 %d " % status)
    assert (served.ended or served.session.is_over) == ends
    if not ends:  # the next request on the same connection is answered
        served.hear(post())
        assert b"HTTP/1.1 200" in b"".join(served.out)


def test_a_body_in_pieces_is_taken_and_one_without_end_is_not() -> None:
    head = post().replace(b"content-length: 30", b"transfer-encoding: chunked")[: -len(QUERY)]
    served = Served()
    served.hear(head + b"10\r\n%b\r\ne\r\n%b\r\n0\r\n\r\n" % (QUERY[:16], QUERY[16:]))
    assert [each.wire for each in served.asked] == [QUERY]
    served.hear(head + b"ffff\r\n%b\r\n" % bytes(65_535) + b"1\r\n0\r\n0\r\n\r\n")
    assert served.ended
    assert b"HTTP/1.1 413" in b"".join(served.out)


def test_who_waits_to_be_told_to_go_on_is_told() -> None:
    served = Served()
    sent = post(fields=b"expect: 100-continue\r\n")
    served.hear(sent[: -len(QUERY)])
    assert b"".join(served.out).startswith(b"HTTP/1.1 100 ")
    served.hear(QUERY)
    assert len(served.asked) == 1


@given(cuts=st.lists(st.integers(0, 600), max_size=20))
def test_it_does_not_matter_how_bytes_are_cut(cuts: list[int]) -> None:
    data = post() + GET + post(b"\0" * 12) + post(method=b"PUT") + GET
    whole, cut = Served(), Served()
    whole.hear(data)
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
        cut.hear(data[begin:end])
    assert b"".join(cut.out) == b"".join(whole.out)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([post(), GET, b"\r\n", b" HTTP/1.1\r\n", b"content-length: 5\r\n"]),
        ),
        max_size=10,
    )
)
def test_any_bytes_are_answered_or_end_the_connection(pieces: list[bytes]) -> None:
    served = Served()
    for piece in pieces:
        served.hear(piece)
        if served.ended:
            break
    assert b"".join(served.out)[:9] in (b"", b"HTTP/1.1 ")


def test_where_http3_is_is_said_once() -> None:
    served = Served(b'h3=":443"; ma=3600')
    served.hear(post() + post())
    told = [dict(each.headers).get(b"alt-svc") for each, _ in served.read(b"POST", b"POST")]
    assert told == [b'h3=":443"; ma=3600', None]
