"""Only the chain from the question is kept, and for as long as its shortest record allows."""

import pytest
from dnslib import AAAA, CNAME, NS, QTYPE, RR, SOA, A, DNSRecord

from guardian.dns.answers import addresses, read_answer
from guardian.dns.wire import Malformed
from guardian.names import to_wire

QUERY = DNSRecord.question("www.example.org")
QUESTION = bytes(QUERY.pack()[12:])
NOW = 1_000_000


def message(*answer: RR, authority: tuple[RR, ...] = (), rcode: int = 0) -> bytes:
    reply = QUERY.reply(ra=1, aa=0)
    reply.header.rcode = rcode
    reply.add_answer(*answer)
    reply.add_auth(*authority)
    return bytes(reply.pack()[2:])


def a(owner: str, address: str, ttl: int = 300) -> RR:
    return RR(owner, QTYPE.A, rdata=A(address), ttl=ttl)


def test_a_chain_lives_as_long_as_its_shortest_record() -> None:
    alias = RR("www.example.org", QTYPE.CNAME, rdata=CNAME("cdn.example.net"), ttl=3600)
    answer = read_answer(message(alias, a("cdn.example.net", "192.0.2.1", 20)), QUESTION, NOW)
    assert answer.expires == NOW + 20
    assert answer.targets == (to_wire("cdn.example.net"),)
    assert addresses(answer, 1) == [bytes([192, 0, 2, 1])]


@pytest.mark.parametrize("length", [0, 3, 5, 16])
def test_an_address_has_the_length_of_its_family(length: int) -> None:
    wire = message(a("www.example.org", "192.0.2.1"))
    broken = wire[:-6] + length.to_bytes(2) + bytes(length)
    with pytest.raises(Malformed):
        read_answer(broken, QUESTION, NOW)


def test_records_of_other_names_are_dropped() -> None:
    wire = message(a("www.example.org", "192.0.2.1"), a("www.bank.example", "203.0.113.9"))
    answer = read_answer(wire, QUESTION, NOW)
    assert addresses(answer, 1) == [bytes([192, 0, 2, 1])]


def test_an_answer_to_another_name_is_none() -> None:
    with pytest.raises(Malformed):
        read_answer(message(a("www.bank.example", "203.0.113.9")), QUESTION, NOW)


def test_an_authority_section_that_proves_nothing_is_dropped() -> None:
    other = RR("example.org", QTYPE.NS, rdata=NS("ns.example.org"), ttl=5)
    answer = read_answer(
        message(a("www.example.org", "192.0.2.1"), authority=(other,)), QUESTION, NOW
    )
    assert answer.expires == NOW + 300
    assert answer.counts == b"\0\1\0\0"


@pytest.mark.parametrize(("soa_ttl", "minimum", "lives"), [(900, 60, 60), (30, 60, 30)])
def test_a_negative_answer_lives_as_rfc_2308_says(soa_ttl: int, minimum: int, lives: int) -> None:
    soa = RR(
        "example.org",
        QTYPE.SOA,
        rdata=SOA("ns.example.org", "h.example.org", (1, 2, 3, 4, minimum)),
        ttl=soa_ttl,
    )
    answer = read_answer(message(authority=(soa,), rcode=3), QUESTION, NOW)
    assert (answer.rcode, answer.expires) == (3, NOW + lives)


def test_a_negative_answer_without_soa_is_not_kept() -> None:
    assert read_answer(message(rcode=3), QUESTION, NOW).expires == NOW


def test_an_answer_of_another_type_is_no_answer_to_cache_long() -> None:
    wire = message(RR("www.example.org", QTYPE.AAAA, rdata=AAAA("2001:db8::1"), ttl=300))
    assert read_answer(wire, QUESTION, NOW).expires == NOW
