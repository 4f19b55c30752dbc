"""The short way that most misses go says what the long way says, to the byte."""

import asyncio
import random
from ipaddress import ip_address

from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.dns.answers import Answer, Plain, from_plain, read_answer, read_plain
from guardian.dns.cache import Cache, Entry, wire_cache
from guardian.dns.forwarder import Forwarder
from guardian.dns.local import LocalNames
from guardian.dns.query import Query, parse_query
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.dns.upstream import Flight
from guardian.dns.view import ANYTHING, Asker, Block, BlockAnswer, Rewrite, Schedule, Step, View
from guardian.dns.wire import AAAA, A, Malformed, opt_record, record
from guardian.names import to_wire

NOW = 1_000_000
GAMES, VIDEO = 1 << 8, 1 << 9
SIZES = {A: 4, AAAA: 16}
NO = Block(BlockAnswer.ZERO, 10, (17, b"no"))
SAFE = Rewrite(to_wire("safe.example"))
LABEL = st.text("abcXYZ-019", min_size=1, max_size=63)
NAME = st.lists(LABEL, min_size=1, max_size=3).map(
    lambda labels: b"".join(bytes((len(each),)) + each.encode() for each in labels) + b"\0"
)


class Lines:
    """A channel that keeps what it was given to send."""

    def __init__(self, *, stream: bool) -> None:
        self.stream = stream
        self.cache: Cache[Entry] = wire_cache(1 << 16)
        self.sent: list[tuple[object, bytes]] = []

    def later(self, to: object, packet: bytes) -> None:
        self.sent.append((to, packet))

    def flush(self) -> None:
        pass


@st.composite
def queries(draw: st.DrawFn) -> bytes:
    """A query for addresses, after its ID."""
    qtype = draw(st.sampled_from([A, AAAA]))
    flags = draw(st.sampled_from([0x0100, 0x0000, 0x0110, 0x0120]))
    opt = draw(st.sampled_from([b"", *(opt_record(0, dnssec_ok=do) for do in (False, True))]))
    counts = b"\0\1\0\0\0\0" + (b"\0\1" if opt else b"\0\0")
    question = draw(NAME) + qtype.to_bytes(2) + b"\0\1"
    return flags.to_bytes(2) + counts + question + opt


@st.composite
def messages(draw: st.DrawFn, query: Query) -> bytes:
    """What an upstream may say to it, after the ID: mostly plain, sometimes a byte is wrong."""
    usual = draw(st.sampled_from([True, True, True, False]))
    qtype, ttl = query.form.qtype, draw(st.sampled_from([0, 1, 59, 60, 300, 86_400, 86_401]))
    count = draw(st.sampled_from([1, 1, 2, 8] if usual else [0, 1, 2, 3, 9]))
    ttls = [ttl if usual else draw(st.sampled_from([ttl] * 9 + [20])) for _ in range(count)]
    rdata = st.binary(min_size=SIZES[qtype], max_size=SIZES[qtype])
    body = b"".join(record(b"\xc0\x0c", qtype, each, draw(rdata)) for each in ttls)
    opt = draw(st.sampled_from([b"", opt_record(0, dnssec_ok=False)]))
    flags = draw(st.sampled_from([0x8180, 0x8590] if usual else [0x8100, 0x81A0, 0x8183]))
    head = flags.to_bytes(2) + b"\0\1" + count.to_bytes(2) + b"\0\0" + bytes((0, bool(opt)))
    message = bytearray(head + query.question + body + opt)
    if not usual and draw(st.booleans()):
        message[draw(st.integers(0, len(message) - 1))] = draw(st.integers(0, 255))
    return bytes(message)


def told(answer: Answer) -> tuple[object, ...]:
    return (
        *(answer.rcode, answer.counts, answer.body, answer.ttls_at, answer.ttl, answer.expires),
        *(answer.targets, answer.ad, answer.ede),
    )


def plain_of(message: bytes, query: Query) -> Plain | None:
    return read_plain(message, query.question, query.form.plain, NOW)


@given(st.data(), queries())
def test_what_is_read_as_plain_is_what_the_strict_reading_finds(
    data: st.DataObject, wire: bytes
) -> None:
    query = parse_query(wire)
    message = data.draw(messages(query))
    plain = plain_of(message, query)
    if plain is not None:
        assert told(from_plain(plain)) == told(read_answer(message, query.question, NOW))


INWARD = st.sampled_from(
    [
        *("10.0.0.1", "127.0.0.1", "0.0.0.0", "169.254.1.1", "172.31.255.255", "192.168.1.1"),
        *("::", "::1", "fd00::1", "fe80::1", "febf::1", "::ffff:10.0.0.1", "64:ff9b::192.168.1.1"),
    ]
)


@given(queries(), st.integers(1, 8), st.integers(0, 86_400))
def test_a_few_addresses_are_plain(wire: bytes, count: int, ttl: int) -> None:
    query = parse_query(wire)
    qtype = query.form.qtype
    each = record(b"\xc0\x0c", qtype, ttl, bytes.fromhex("20010db8").ljust(SIZES[qtype], b"\1"))
    head = b"\x81\x80\0\1" + count.to_bytes(2) + bytes(4)
    assert plain_of(head + query.question + each * count, query) is not None


@given(queries(), st.integers(0, 7), INWARD)
def test_an_address_within_the_house_is_not_plain(wire: bytes, place: int, inward: str) -> None:
    query = parse_query(wire)
    qtype = query.form.qtype
    address = ip_address(inward)
    size = SIZES[qtype]
    packed = address.packed if len(address.packed) == size else bytes(16)[:size]
    rdatas = [bytes.fromhex("20010db8").ljust(size, b"\1")] * 8
    rdatas[place] = packed
    body = b"".join(record(b"\xc0\x0c", qtype, 60, each) for each in rdatas)
    message = b"\x81\x80\0\1\0\x08" + bytes(4) + query.question + body
    assert plain_of(message, query) is None
    assert read_answer(message, query.question, NOW).inward


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([ANYTHING, GAMES, VIDEO]),
        st.sampled_from([None, NO, SAFE]),
        st.sampled_from([0, VIDEO]),
    ),
    max_size=2,
)
VIEWS = st.builds(
    View,
    STEPS,
    until=st.sampled_from([NOW + 30, NOW + 300, 1 << 62]),
    brief=st.sampled_from([0, GAMES]),
)


@settings(max_examples=300)
@given(
    st.data(),
    queries(),
    VIEWS,
    st.sampled_from([0, ANYTHING, ANYTHING | GAMES, ANYTHING | GAMES | VIDEO]),
    st.sampled_from([1, 1, 1, 0]),
    st.sampled_from([None, None, None, SAFE]),
    st.booleans(),
    st.sampled_from([1, 1, 1, 2]),
)
def test_the_short_way_ends_like_the_long_way(
    data: st.DataObject,
    wire: bytes,
    view: View,
    mask: int,
    generation: int,
    rewrite: Rewrite | None,
    stream: bool,
    askers: int,
) -> None:
    query = parse_query(wire)
    message = data.draw(messages(query))
    plain = plain_of(message, query)
    try:
        strict = read_answer(message, query.question, NOW)
    except Malformed:
        assert plain is None
        return

    async def ended(answer: Answer | Plain) -> tuple[object, ...]:
        """All that can be seen of a miss that ends with this answer, and of two hits after it."""
        resolver, lines = Resolver(1 << 16, lambda: NOW), Lines(stream=stream)
        schedule = Schedule([(0, view)])
        readers = Readers(asyncio.get_running_loop())
        resolver.forwarder = Forwarder(
            [],
            {},
            readers,
            random.Random(1),
            resolver.landed,
            resolver.flush,
            resolver.now,
        )
        resolver.swap(lambda _name, _qtype: mask, LocalNames({}, frozenset()), [schedule])
        asker = Asker(schedule)
        at = (lines, "to", b"id", wire, query.question, query.form, asker)
        judged = mask if generation else 0  # as an older policy had it
        flight = Flight()
        flight.key, flight.waiters = query.key, [(*at, judged, generation, rewrite)] * askers
        resolver.landed(flight, answer)
        readers.close()
        again = [resolver.settle(wire, asker, lines, "to", b"id") for _ in range(2)]
        return lines.sent, again, asker.seen, asker.blocked, asker.queries

    if plain is not None:
        assert asyncio.run(ended(plain)) == asyncio.run(ended(strict))
