"""Who could be anybody gets no flood: limits, short replies, and cookies that lift them."""

from dnslib import EDNS0, DNSRecord, EDNSOption
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.replies import with_options
from guardian.dns.sieve import Sieve, Sifted
from guardian.dns.wire import BADCOOKIE

NOW = 1_800_000_000
HERE, NEXT_DOOR, FAR = b"\xcb\0\x71\x09", b"\xcb\0\x71\x0a", b"\xcb\0\x72\x09"
CLIENT = b"cookie12"


def query(*cookies: bytes) -> bytes:
    """A query's bytes after the ID."""
    record = DNSRecord.question("www.site.example")
    record.add_ar(EDNS0(udp_len=1232, opts=[EDNSOption(10, each) for each in cookies]))
    return bytes(record.pack())[2:]


def read(reply: bytes) -> DNSRecord:
    return DNSRecord.parse(b"\0\0" + reply)


def cookie(reply: bytes) -> bytes | None:
    options = [each for record in read(reply).ar for each in record.rdata]
    return next((bytes(each.data) for each in options if each.code == 10), None)


def sieve(rate: int = 4) -> Sieve:
    some = Sieve()
    some.follow(b"secret", rate)
    return some


def test_of_a_network_so_many_a_second_are_answered() -> None:
    some = sieve()
    plain = query()
    for address in (HERE, NEXT_DOOR, HERE, NEXT_DOOR):
        assert some.sift(address, plain, NOW) == Sifted(plain)
    silence, short = some.sift(HERE, plain, NOW), some.sift(NEXT_DOOR, plain, NOW)
    assert (silence.wire, silence.reply) == (None, b"")
    assert short.wire is None
    assert read(short.reply).header.tc
    assert len(short.reply) <= len(plain)
    assert some.sift(FAR, plain, NOW).wire
    assert some.sift(HERE, plain, NOW + 1).wire


def test_a_cookie_that_comes_back_lifts_the_limit() -> None:
    some = sieve(1)
    first = some.sift(HERE, query(CLIENT), NOW)
    assert first.wire == query()  # what is cached is shared by all
    given_back = first.stamp[4:]
    assert given_back.startswith(CLIENT)
    for _ in range(20):
        again = some.sift(HERE, query(given_back), NOW)
        assert (again.wire, again.stamp) == (query(), first.stamp)
    forged = [some.sift(NEXT_DOOR, query(given_back), NOW) for _ in range(4)]
    assert [each.wire for each in forged] == [None] * 4
    told = [each.reply for each in forged if each.reply]
    assert len(told) == 2
    for reply in told:
        assert read(reply).header.rcode | read(reply).ar[0].ttl >> 24 << 4 == BADCOOKIE
        assert cookie(reply)


def test_rfc7873_a_cookie_of_another_length_is_formerr() -> None:
    for wrong in (b"", b"seven77", b"nine99999", bytes(41)):
        sifted = sieve().sift(HERE, query(wrong), NOW)
        assert sifted.wire is None
        assert read(sifted.reply).header.rcode == 1
    assert read(sieve().sift(HERE, query(CLIENT, CLIENT), NOW).reply).header.rcode == 1


ASKED = query(CLIENT)


@given(st.binary(max_size=100) | st.integers(0, 60).map(lambda cut: ASKED[:cut]))
def test_any_bytes_pass_or_are_answered(wire: bytes) -> None:
    some = sieve(1)
    for _ in range(4):
        sifted = some.sift(HERE, wire, NOW)
        assert sifted.wire is None or not sifted.reply


@given(st.integers(0, 3), st.binary(min_size=1, max_size=30), st.booleans())
def test_a_stamp_goes_into_the_opt_record(count: int, data: bytes, fits: bool) -> None:
    record = DNSRecord.question("www.site.example").reply()
    record.add_answer(*DNSRecord.parse(bytes(_answers(count).pack())).rr)
    record.add_ar(EDNS0(opts=[EDNSOption(15, b"\0\x11why")]))
    reply = bytes(record.pack())[2:]
    option = b"\0\x0a" + len(data).to_bytes(2) + data
    size = len(reply) + 2 + len(option)
    after = with_options(reply, option, size if fits else size - 1)
    if not fits:
        assert after == reply
        return
    options = [(each.code, bytes(each.data)) for each in read(after).ar[0].rdata]
    assert options == [(15, b"\0\x11why"), (10, data)]
    assert read(after).rr == read(reply).rr


def _answers(count: int) -> DNSRecord:
    from dnslib import RR

    record = DNSRecord.question("www.site.example").reply()
    for number in range(count):
        record.add_answer(*RR.fromZone(f"www.site.example. 60 IN A 198.51.100.{number}"))
    return record


def test_without_an_opt_record_nothing_is_stamped() -> None:
    reply = bytes(_answers(2).pack())[2:]
    assert with_options(reply, b"\0\x0a\0\0", 1232) == reply
