"""RFC 6147: addresses that are made for networks with IPv6 alone have the names of IPv4's."""

from collections.abc import Iterator
from ipaddress import IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.dns64 import LENGTHS, embedded, reverse_in
from guardian.dns.wire import CNAME, PTR, TO_QUESTION, record
from guardian.names import from_wire, to_wire
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, house_in
from tests.dns.rfc.server import fixed

PREFIX = IPv6Network("fd00:64::/96")
PUBLIC = "7.100.51.198.in-addr.arpa"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One with a gateway of its own, whose prefix no reverse zone of the internet knows."""
    with house_in(tmp_path_factory.mktemp("dns64"), dns64=str(PREFIX)) as made:
        yield made


def reverse(ipv4: str, prefix: IPv6Network = PREFIX) -> str:
    """The reverse name of the address that is made of an IPv4 address."""
    return IPv6Address(embedded(prefix, ip_address(ipv4).packed)).reverse_pointer


def told(house: House, qname: str) -> list[tuple[str, int, str]]:
    reply = house.ask(qname, PTR)
    assert reply.header.rcode in (0, 3)
    return [(str(each.rname), each.rtype, str(each.rdata)) for each in reply.rr]


def test_rfc6147_the_name_of_a_made_address_is_that_of_ipv4(house: House) -> None:
    """Section 5.3.1: an alias of the reverse name of the IPv4 address in it."""
    name = record(TO_QUESTION, PTR, 300, to_wire("www.plain.example"))
    house.server.says(PUBLIC, fixed([name]))
    asked = reverse("198.51.100.7")
    for _ in range(3):
        assert told(house, asked) == [
            (f"{asked}.", CNAME, f"{PUBLIC}."),
            (f"{PUBLIC}.", PTR, "www.plain.example."),
        ]
    assert house.server.asked(asked) == []
    assert len(house.server.asked(PUBLIC)) == 1


def test_rfc6147_that_name_may_be_an_alias_itself(house: House) -> None:
    """RFC 2317: networks smaller than a /24."""
    far = "7.0-63.100.51.198.in-addr.arpa"
    script = fixed(
        [
            record(TO_QUESTION, CNAME, 300, to_wire(far)),
            record(to_wire(far), PTR, 60, to_wire("host.plain.example")),
        ]
    )
    house.server.says("9.100.51.198.in-addr.arpa", script)
    found = told(house, reverse("198.51.100.9"))
    assert [each[2] for each in found[-2:]] == [f"{far}.", "host.plain.example."]


def test_rfc6147_where_ipv4_has_no_name_there_is_none(house: House) -> None:
    none = fixed([], [wires.soa("51.198.in-addr.arpa")], rcode=3)
    house.server.says("8.100.51.198.in-addr.arpa", none)
    for _ in range(2):
        reply = house.ask(reverse("198.51.100.8"), PTR)
        assert (reply.header.rcode, reply.rr, len(reply.auth)) == (3, [], 1)


def test_rfc6147_names_inside_the_house_have_them_too(house: House) -> None:
    assert told(house, reverse("192.168.1.1"))[-1][2] == "router.home.arpa."
    assert told(house, reverse("192.168.1.2")) == []
    assert house.server.asked("2.1.168.192.in-addr.arpa") == []


def test_rfc6147_other_addresses_are_as_they_were(house: House) -> None:
    name = record(TO_QUESTION, PTR, 300, to_wire("real.plain.example"))
    real = house.server.says(ip_address("2001:db8::7").reverse_pointer, fixed([name]))
    assert told(house, real) == [(f"{real}.", PTR, "real.plain.example.")]
    other = ip_address("fd00:65::1").reverse_pointer  # private: never leaves the house
    assert told(house, other) == []
    assert house.server.asked(other) == []


@given(st.sampled_from(LENGTHS), st.binary(min_size=4, max_size=4))
def test_rfc6147_a_reverse_name_is_read_back(length: int, ipv4: bytes) -> None:
    prefix = IPv6Network((ip_address("2001:db8:122:344::").packed, length), strict=False)
    name = to_wire(IPv6Address(embedded(prefix, ipv4)).reverse_pointer)
    found = reverse_in(prefix, name)
    assert found is not None
    assert from_wire(found) == ip_address(ipv4).reverse_pointer
    assert reverse_in(IPv6Network("2001:db8:ffff::/96"), name) is None


@given(st.binary(max_size=80))
def test_rfc6147_any_name_is_judged(name: bytes) -> None:
    for end in (b"", b"\x03ip6\x04arpa\0"):
        assert reverse_in(PREFIX, name + end) is None or len(name) == 64
