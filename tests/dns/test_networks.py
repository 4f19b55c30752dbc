"""Networks are found by their packed addresses as the standard library finds them."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.networks import PRIVATE, Networks, is_inward

NETWORKS = st.one_of(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)),
    st.tuples(st.integers(2**32, 2**128 - 1), st.integers(0, 128)),
).map(lambda each: ip_network(each, strict=False))
ADDRESSES = st.one_of(
    st.ip_addresses(),
    st.sampled_from([*("10.0.0.0", "192.168.255.255", "::", "fe80::1")]).map(ip_address),
)


@given(st.lists(NETWORKS, max_size=8), ADDRESSES)
def test_an_address_is_in_the_networks(
    networks: list[object], address: IPv4Address | IPv6Address
) -> None:
    expected = any(address in each for each in networks)  # type: ignore[operator]
    assert (address.packed in Networks(networks)) == expected  # type: ignore[arg-type]


@given(ADDRESSES)
def test_what_is_private_leads_inward(address: IPv4Address | IPv6Address) -> None:
    if any(address in each for each in PRIVATE):
        assert is_inward(address.packed)
    elif is_inward(address.packed):
        assert not address.is_global or address in ip_network("64:ff9b::/96")


@pytest.mark.parametrize(
    ("text", "inward"),
    [
        ("172.15.255.255", False),
        ("172.16.0.0", True),
        ("172.32.0.0", False),
        ("100.64.0.1", False),  # many have a private network of theirs there; so has a provider
        ("64:ff9b::8.8.8.8", False),
        ("64:ff9b::10.0.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("::ffff:127.0.0.1", True),
        ("2001:db8::1", False),
    ],
)
def test_the_edges(text: str, inward: bool) -> None:
    assert is_inward(ip_address(text).packed) == inward
