"""Lists of addresses: ranges are kept, a home's own never; a name among them is taken as a name."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.formats import addresses
from guardian.lists.report import Network, Parsed, Reason


@pytest.mark.parametrize(
    ("line", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("192.0.2.7/24 # why", "192.0.2.0/24"),
        ("192.0.2.7;why", "192.0.2.7/32"),
        ("\t2001:DB8::/48\r", "2001:db8::/48"),
    ],
)
def test_what_a_line_means(read: Callable[..., Parsed], line: str, network: str) -> None:
    report = read("addresses", "# comment", "; comment", line)
    assert (report.networks, report.refused.total()) == ([ip_network(network)], 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("192.0.2.300", Reason.NOT_AN_ADDRESS),
        ("192.0.2.0/40", Reason.NOT_AN_ADDRESS),
        ("0.0.0.0/0", Reason.EVERYTHING),
        ("2000::/3", Reason.EVERYTHING),
        ("192.168.7.0/24", Reason.AT_HOME),
        ("127.0.0.1", Reason.AT_HOME),
        ("0.0.0.0", Reason.AT_HOME),
        ("fd00::1", Reason.AT_HOME),
        ("word", Reason.SINGLE_LABEL),
    ],
)
def test_why_a_line_is_refused(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    report = read("addresses", "192.0.2.1", line, "192.0.2.2")
    assert report.refused == {reason: 1}
    assert len(report.networks) == 2


def test_a_name_among_addresses_is_not_lost(read: Callable[..., Parsed]) -> None:
    report = read("addresses", "192.0.2.1", "shop.example # why")
    assert report.names == [b"shop.example"]


@given(network=st.ip_addresses().flatmap(
    lambda address: st.integers(24, address.max_prefixlen).map(
        lambda bits: ip_network((int(address), bits) if address.version == 4
                                else f"{address}/{bits}", strict=False))))  # fmt: skip
def test_what_is_printed_is_read_back(network: Network) -> None:
    report = Parsed()
    addresses.parse([addresses.written(network)], report)
    assert report.networks == [network] or report.refused.total() == 1
