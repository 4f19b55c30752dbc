"""What may be asked: RFC 8906, 8482, 6761, 6762, 7686, 6303, 8375, 9462, 5936."""

import pytest

from guardian.dns.wire import RD, A
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses, ede
from tests.dns.rfc.server import PLAIN

CHAOS = 3


@pytest.mark.parametrize("qtype", [99, 1000, 32_768, 65_280, 65_534])
def test_rfc8906_an_unknown_type_is_asked_and_answered(house: House, qtype: int) -> None:
    qname = f"t{qtype}.types.example"
    reply = house.ask(qname, qtype)
    assert (reply.header.rcode, len(reply.rr)) == (0, 0)
    (heard,) = house.server.asked(qname)
    assert heard[12:].startswith(wires.question(qname, qtype))


@pytest.mark.parametrize("qclass", [0, 2, CHAOS, 4, 254, 255, 65_280])
def test_rfc8906_another_class_is_refused(house: House, qclass: int) -> None:
    for qname in ("www.plain.example", "blocked.example", "localhost"):
        reply = house.says(wires.query(wires.question(qname, A, qclass), wires.opt()))
        assert reply.header.rcode == 5
        assert not reply.rr


@pytest.mark.parametrize("qname", ["version.bind", "version.server", "id.server", "hostname.bind"])
def test_rfc8906_what_we_are_is_not_told(house: House, qname: str) -> None:
    reply = house.says(wires.query(wires.question(qname, 16, CHAOS), wires.opt()))
    assert (reply.header.rcode, len(reply.rr)) == (5, 0)


@pytest.mark.parametrize("qtype", [249, 250, 251, 252, 253, 254])
def test_rfc5936_transfers_and_keys_are_refused(house: House, qtype: int) -> None:
    assert house.ask("plain.example", qtype).header.rcode == 5


def test_rfc8906_header_bits_that_mean_nothing_do_not_matter(house: House) -> None:
    asked = wires.question("bits.example", A)
    for flags in (RD | 0x0400, RD | 0x0080, RD | 0x0040, RD | 0x0200, RD | 15):
        reply = house.says(wires.query(asked, wires.opt(), flags=flags))
        assert addresses(reply) == [PLAIN]
        assert not reply.header.aa
        assert not reply.header.bitmap & 0x0040  # Z is never given back


def test_rfc8906_without_rd_the_query_is_answered_too(house: House) -> None:
    reply = house.says(wires.query(wires.question("no.rd.example", A), flags=0))
    assert not reply.header.rd
    assert reply.header.ra
    assert addresses(reply) == [PLAIN]


def test_rfc8482_any_gets_one_record_and_goes_nowhere(house: House) -> None:
    for _ in range(2):
        reply = house.ask("any.example", 255)
        assert [each.rtype for each in reply.rr] == [13]
    assert not house.server.asked("any.example")
    assert not house.ask("blocked.example", 255).rr


@pytest.mark.parametrize(
    "qname",
    [
        *("invalid", "x.invalid", "test", "x.test", "onion", "x.onion"),  # RFC 6761, RFC 7686
        *("local", "printer.local"),  # RFC 6762
        *("home.arpa", "x.home.arpa"),  # RFC 8375
        *("9.9.168.192.in-addr.arpa", "1.0.0.10.in-addr.arpa", "1.0.16.172.in-addr.arpa"),
        *("1.0.0.0.d.f.ip6.arpa", "1.0.8.e.f.ip6.arpa", "254.169.in-addr.arpa"),  # RFC 6303
        "use-application-dns.net",
    ],
)
def test_rfc6761_special_names_never_leave_the_house(house: House, qname: str) -> None:
    for qtype in (1, 28, 12, 65):
        reply = house.ask(qname, qtype)
        assert reply.header.rcode == 3
        assert [each.rtype for each in reply.auth] == [6]
    assert not house.server.asked(qname)


def test_rfc6761_localhost_is_this_machine(house: House) -> None:
    for qname in ("localhost", "x.localhost"):
        assert addresses(house.ask(qname)) == ["127.0.0.1"]
        assert addresses(house.ask(qname, 28)) == ["::1"]
        assert house.ask(qname, 15).header.rcode == 0
        assert not house.server.asked(qname)


def test_rfc6303_a_name_of_the_house_has_its_reverse(house: House) -> None:
    assert addresses(house.ask("router.home.arpa")) == ["192.168.1.1"]
    reply = house.ask("1.1.168.192.in-addr.arpa", 12)
    assert [str(each.rdata) for each in reply.rr] == ["router.home.arpa."]


def test_rfc9462_resolver_arpa_stays_here(house: House) -> None:
    for qname in ("resolver.arpa", "x.resolver.arpa"):
        assert not house.ask(qname).rr
        assert not house.server.asked(qname)


def test_rfc9520_who_is_refused_hears_why(house: House) -> None:
    qname = house.server.says("servfail.example", lambda wire, _: [wires.answer(wire, rcode=2)])
    reply = house.ask(qname)
    assert reply.header.rcode == 2
    before = len(house.server.asked(qname))
    for _ in range(5):
        assert house.ask(qname).header.rcode == 2
    assert len(house.server.asked(qname)) == before  # remembered for some seconds
    house.server.says("mute.example", lambda _wire, _by: [])
    assert ede(house.ask("mute.example")) == [22]  # No Reachable Authority
