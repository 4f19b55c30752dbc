"""Hints of SVCB and HTTPS records are addresses of the answer, whatever bytes a server sends."""

import pytest
from dnslib import CNAME, QTYPE, RR, SOA, A, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.answers import leads_to, read_answer
from guardian.dns.hints import IPV4HINT, IPV6HINT, hints
from guardian.dns.wire import Malformed
from guardian.names import to_wire

NAME = "www.example.org"
V4, V6 = bytes([203, 0, 113, 7]), bytes.fromhex("20010db8" + "00" * 11 + "07")
SELF, OTHER, POINTER = b"\0", to_wire("cdn.example.net"), b"\xc0\x0c"


def param(key: int, value: bytes) -> bytes:
    return key.to_bytes(2) + len(value).to_bytes(2) + value


def data(*params: bytes, target: bytes = SELF, priority: int = 1) -> bytes:
    return priority.to_bytes(2) + target + b"".join(params)


ALPN = param(1, b"\x02h2")


@pytest.mark.parametrize(
    ("rdata", "found"),
    [
        (data(ALPN, param(IPV4HINT, V4)), [V4]),
        (data(ALPN, param(IPV4HINT, V4 + V4), param(IPV6HINT, V6)), [V4, V4, V6]),
        (data(param(IPV6HINT, V6), target=OTHER), [V6]),
        (data(param(IPV4HINT, V4), target=POINTER), [V4]),  # no server may, some client reads it
        (data(param(IPV6HINT, V6), param(IPV4HINT, V4)), [V6, V4]),  # out of order
        (data(param(IPV4HINT, V4 + b"\1")), [V4]),  # an odd length
        (data(param(IPV4HINT, V4), priority=0), [V4]),
        (data(ALPN), []),
        (data(param(IPV4HINT, b"")), []),
        (data(param(IPV4HINT, V4)[:-1]), []),  # cut short
        (data(b"\0\4\xff\xff", V4), []),  # a length past the end
        (data(target=b"\x3fabc"), []),  # a target past the end
        (data(param(IPV4HINT, V4), target=b"\x80\0"), []),  # a label of unknown kind
        (b"", []),
        (b"\0\1", []),
    ],
)
def test_hints_are_read(rdata: bytes, found: list[bytes]) -> None:
    assert list(hints(rdata)) == found


@given(rdata=st.binary(max_size=200))
def test_no_bytes_raise_and_no_hint_is_made_up(rdata: bytes) -> None:
    for each in hints(rdata):
        assert len(each) in (4, 16)
        assert each in rdata


@given(
    before=st.binary(max_size=40),
    addresses=st.lists(st.binary(min_size=4, max_size=4), max_size=5),
    behind=st.binary(max_size=40),
)
def test_a_hint_is_found_between_any_others(
    before: bytes, addresses: list[bytes], behind: bytes
) -> None:
    rdata = data(param(9, before), param(IPV4HINT, b"".join(addresses)), param(77, behind))
    assert list(hints(rdata)) == addresses


def answer_of(qtype: int, *records: tuple[bytes, int, bytes]) -> bytes:
    """A message after the ID. records: owner, type, data."""
    query = DNSRecord.question(NAME, QTYPE[qtype])
    body = b"".join(
        owner + rtype.to_bytes(2) + b"\0\1\0\0\1\x2c" + len(rdata).to_bytes(2) + rdata
        for owner, rtype, rdata in records
    )
    head = b"\x81\x80\0\1" + len(records).to_bytes(2) + bytes(4)
    return bytes(head + query.pack()[12:] + body)


def question(qtype: int) -> bytes:
    return to_wire(NAME) + qtype.to_bytes(2) + b"\0\1"


@pytest.mark.parametrize("qtype", [64, 65])
def test_hints_behind_an_alias_are_addresses_of_the_answer(qtype: int) -> None:
    wire = answer_of(
        qtype,
        (POINTER, 5, OTHER),
        (OTHER, qtype, data(ALPN, param(IPV4HINT, V4), param(IPV6HINT, V6))),
    )
    assert leads_to(read_answer(wire, question(qtype), 0)) == [V4, V6]


def test_addresses_behind_an_alias_and_mapped_ones_count() -> None:
    mapped = bytes(10) + b"\xff\xff" + V4
    wire = answer_of(28, (POINTER, 5, OTHER), (OTHER, 28, V6), (OTHER, 28, mapped))
    assert leads_to(read_answer(wire, question(28), 0)) == [V6, V4]


def test_a_plain_answer_and_one_that_proves_nothing() -> None:
    query = DNSRecord.question(NAME)
    reply = query.reply(ra=1, aa=0)
    reply.add_answer(RR(NAME, QTYPE.CNAME, rdata=CNAME("a.example"), ttl=60))
    reply.add_answer(RR("a.example", QTYPE.A, rdata=A("203.0.113.7"), ttl=60))
    assert leads_to(read_answer(bytes(reply.pack()[2:]), question(1), 0)) == [V4]
    empty = query.reply(ra=1, aa=0)
    empty.add_auth(RR("example.org", QTYPE.SOA, rdata=SOA("n.example", "h.example"), ttl=60))
    assert leads_to(read_answer(bytes(empty.pack()[2:]), question(1), 0)) == []


@given(rdata=st.binary(max_size=120))
def test_an_answer_with_any_record_is_read_or_turned_down(rdata: bytes) -> None:
    wire = answer_of(65, (POINTER, 65, rdata))
    try:
        answer = read_answer(wire, question(65), 0)
    except Malformed:
        return
    assert leads_to(answer) == [
        each.removeprefix(bytes(10) + b"\xff\xff") if len(each) > 4 else each
        for each in hints(rdata)
    ]
