"""Any bytes: what reads the wire answers in its own words or raises what it says, and nothing else.

`make fuzz` runs the same for longer.
"""

from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.answers import leads_to, read_answer, read_plain
from guardian.dns.proxied import SIGNATURE, read_header
from guardian.dns.query import parse_query
from guardian.dns.replies import prohibited
from guardian.dns.sieve import Sieve
from guardian.dns.wire import QR, Malformed, opt_record, record
from guardian.names import to_wire

NOW = 1_000_000
TYPES = [1, 2, 5, 6, 12, 15, 16, 28, 33, 39, 41, 46, 47, 50, 64, 65, 99, 255]
NAMES = [b"\xc0\x0c", b"\xc0\x04", b"\xc1\x00", b"\xc0\x2a", b"\0", to_wire("www.site.example")]
RDATA = st.one_of(
    st.binary(max_size=24),
    st.tuples(st.binary(max_size=6), st.sampled_from(NAMES), st.binary(max_size=20)).map(b"".join),
)
RECORDS = st.lists(
    st.builds(
        record, st.sampled_from(NAMES), st.sampled_from(TYPES), st.integers(0, 2**32 - 1), RDATA
    ),
    max_size=4,
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Almost a message, after the ID: each part is right or nearly, and some bytes are changed."""
    flags = draw(st.sampled_from([0x0100, QR | 0x0180, QR | 0x8583, 0xFFFF]))
    sections = [draw(RECORDS) for _ in range(3)]
    counts = [len(each) for each in sections]
    if draw(st.integers(0, 4)) == 0:
        counts[draw(st.integers(0, 2))] = draw(st.integers(0, 65_535))
    question = to_wire("www.site.example") + draw(st.sampled_from(TYPES)).to_bytes(2) + b"\0\1"
    head = flags.to_bytes(2) + b"\0\1" + b"".join(each.to_bytes(2) for each in counts)
    body = b"".join(b"".join(each) for each in sections)
    wire = bytearray(
        head + question + body + draw(st.sampled_from([b"", b"\0", opt_record(0, dnssec_ok=True)]))
    )
    for _ in range(draw(st.integers(0, 3))):
        wire[draw(st.integers(0, len(wire) - 1))] = draw(st.integers(0, 255))
    return bytes(wire[: draw(st.integers(0, len(wire)))] if draw(st.booleans()) else wire)


WIRES = st.one_of(messages(), st.binary(max_size=120))


@given(WIRES)
def test_an_answer_is_read_or_malformed(wire: bytes) -> None:
    question = wire[10:32]
    try:
        query = parse_query(b"\1\0\0\1" + bytes(6) + question)
        shape = query.form.plain
    except Malformed:
        shape = None
    plain = read_plain(wire, question, shape, NOW) if question else None
    try:
        answer = read_answer(wire, question, NOW)
    except Malformed:
        assert plain is None
        return
    assert all(len(each) in (4, 16) for each in leads_to(answer))
    assert 0 <= answer.ttl <= 86_400
    assert all(at + 4 <= len(answer.body) for at in answer.ttls_at)


@given(WIRES)
def test_a_query_is_read_or_malformed(wire: bytes) -> None:
    try:
        query = parse_query(wire)
    except Malformed:
        return
    assert len(query.name) <= 255
    assert 512 <= query.form.size <= 1232


@given(WIRES)
def test_who_is_not_served_gets_no_more_than_was_sent(wire: bytes) -> None:
    assert len(prohibited(wire)) <= len(wire) + 6


@given(WIRES, st.binary(max_size=30))
def test_the_sieve_takes_anything(wire: bytes, more: bytes) -> None:
    sieve = Sieve()
    sieve.follow(b"key", 1)
    for _ in range(3):
        sifted = sieve.sift(b"\xcb\0\x71\1", wire, NOW)
        assert sifted.wire is None or not sifted.reply


@given(st.binary(max_size=200), st.integers(0, 16))
def test_a_front_end_may_send_anything(data: bytes, cut: int) -> None:
    for wire in (data, SIGNATURE[cut:] + data, SIGNATURE + b"\x21\x12" + data):
        try:
            header = read_header(wire)
        except Malformed:
            continue
        assert header is None or header.size <= len(wire)
