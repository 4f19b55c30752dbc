"""Which networks are on this machine's links, from the kernel's own words."""

from ipaddress import ip_network
from pathlib import Path

from guardian.network import own
from guardian.network.on_link import networks, parse_gateways, parse_ipv6_routes, parse_routes

ROUTES = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 0101A8C0 0003 0 0 0 00000000 0 0 0
eth0 0001A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0
tun0 00000000 00000000 0001 0 0 0 00000080 0 0 0
eth0 000000AC 0101A8C0 0003 0 0 0 000000FF 0 0 0
"""
IPV6_ROUTES = (
    "20010db8000100000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n"
    "20010db8000100000000000000000009 80 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000000 00000002 00000000 80200001 eth0\n"
    "20010db8000200000000000000000000 30 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000400 00000001 00000000 00000200 lo\n"
)


def test_networks_without_a_gateway_are_near() -> None:
    assert list(parse_routes(ROUTES)) == [ip_network("192.168.1.0/24")]
    assert list(parse_ipv6_routes(IPV6_ROUTES)) == [
        ip_network("2001:db8:1::/64"),
        ip_network("2001:db8:1::9/128"),
    ]


def test_a_kernel_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert networks((tmp_path / "a", tmp_path / "b")) == ()
    (tmp_path / "a").write_text("nonsense\nof some kind of words with no numbers in it\n")
    assert networks((tmp_path / "a", tmp_path / "b")) == ()


def test_the_ways_out_of_the_house_and_what_is_our_own() -> None:
    assert [str(each) for each in parse_gateways(ROUTES)] == ["192.168.1.1"]
    assert "127.0.0.1" in own.addresses()
    assert all(len(each) == 17 for each in own.macs())
