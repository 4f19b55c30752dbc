"""RFC 7830, RFC 8467, RFC 7828: what is added to replies over streams."""

import pytest
from dnslib import EDNS0, QTYPE, RR, A, DNSRecord, EDNSOption
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.listeners.extras import KEPT, PADDED, Extras


def query(*options: EDNSOption, edns: bool = True) -> DNSRecord:
    asked = DNSRecord.question("padded.example")
    if edns:
        asked.add_ar(EDNS0(udp_len=1232, opts=[*options]))
    return asked


def after_id(message: DNSRecord) -> bytes:
    return bytes(message.pack())[2:]


PAD, KEEP = EDNSOption(12, bytes(60)), EDNSOption(11, b"")


@pytest.mark.parametrize(
    ("asked", "over_tls", "over_tcp"),
    [
        (query(PAD), PADDED, 0),  # padding in the clear would be of no use
        (query(EDNSOption(12, b"")), PADDED, 0),
        (query(KEEP), KEPT, KEPT),
        (query(EDNSOption(10, bytes(8)), KEEP, PAD), PADDED | KEPT, KEPT),
        (query(EDNSOption(10, bytes(8))), 0, 0),
        (query(), 0, 0),
        (query(edns=False), 0, 0),
    ],
)
def test_only_what_a_query_asks_for_is_added(
    asked: DNSRecord, over_tls: int, over_tcp: int
) -> None:
    for _ in range(2):  # read, then known
        assert Extras(30, pads=True).wanted(after_id(asked)) == over_tls
        assert Extras(10, pads=False).wanted(after_id(asked)) == over_tcp


@pytest.mark.parametrize("records", [1, 10, 25, 40, 4000])
@pytest.mark.parametrize("options", [[], [EDNSOption(15, b"\0\x11Bedtime\0\0\x29")]])
def test_a_padded_reply_is_a_whole_number_of_blocks(
    records: int, options: list[EDNSOption]
) -> None:
    reply = query(edns=False).reply()
    for _ in range(records):
        reply.add_answer(RR("padded.example", QTYPE.A, rdata=A("192.0.2.1"), ttl=5))
    reply.add_ar(EDNS0(udp_len=1232, opts=options))
    added = b"id" + Extras(30, pads=True).added(after_id(reply), PADDED | KEPT)
    assert len(added) % 468 == 0 or len(added) > 65_000
    read = DNSRecord.parse(added)
    assert len(read.rr) == records
    found = {each.code: each.data for each in read.ar[0].rdata}
    assert found[11] == (300).to_bytes(2)
    assert not found[12].strip(b"\0")
    assert set(found) == {11, 12, *(each.code for each in options)}


def test_a_reply_without_an_opt_record_stays_as_it_is() -> None:
    reply = after_id(query(edns=False).reply())
    assert Extras(30, pads=True).added(reply, PADDED | KEPT) == reply


@given(wire=st.binary(max_size=300), reply=st.binary(max_size=300))
def test_any_bytes_do_no_harm(wire: bytes, reply: bytes) -> None:
    extras = Extras(30, pads=True)
    assert extras.wanted(wire) in range(4)
    assert len(extras.added(reply, PADDED)) >= len(reply)
