"""Ways around guardian on the wire: which packets pass the kernel's filter, and what they are."""

import os
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_NS, ICMPv6ND_RA, IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet

from guardian.network.sensor import passing
from guardian.network.sensor.capture import NAMES
from guardian.network.sensor.claims import Claim, Roles
from guardian.network.sensor.claims import understood as claimed
from guardian.network.sensor.heard import Attempt, read, written
from guardian.policy.honesty import Kind
from guardian.safety import resolver_addresses
from tests.network.sensor.filtering import passed

PHONE, ROUTER, OTHER = "da:11:22:33:44:55", "a4:83:e7:00:00:01", "02:00:00:00:00:99"
OWN = ("192.168.1.1", "fd00::1")
FILTER = passing.program(OWN, resolver_addresses.networks())
QUESTION = DNS(rd=1, qd=DNSQR(qname="secret.example"))
WIREGUARD = b"\x01\0\0\0" + os.urandom(144)
IKE = os.urandom(8) + bytes(8) + b"\x21\x20\x22\x08" + os.urandom(40)
QUIC = b"\xc3\0\0\0\x01\x08" + os.urandom(1190)


def to(target: str, payload: object) -> bytes:
    packet = IPv6(src="fd00::7", dst=target) if ":" in target else IP(src="192.168.1.7", dst=target)
    return bytes(Ether(src=PHONE, dst=ROUTER) / packet / payload)


SEEN = [
    ("8.8.4.1", UDP(sport=4, dport=53) / QUESTION, Kind.DNS),
    ("2001:db8::53", UDP(sport=4, dport=53) / QUESTION, Kind.DNS),
    ("203.0.113.1", TCP(sport=4, dport=53, flags="S"), Kind.DNS),
    ("203.0.113.1", TCP(sport=4, dport=853, flags="SEC"), Kind.ENCRYPTED),
    ("2001:db8::53", UDP(sport=4, dport=853) / QUIC, Kind.ENCRYPTED),
    ("8.8.8.8", TCP(sport=4, dport=443, flags="S"), Kind.RESOLVER),
    ("45.90.28.77", TCP(sport=4, dport=443, flags="S"), Kind.RESOLVER),  # of a whole network
    ("2606:4700:4700::1111", TCP(sport=4, dport=443, flags="S"), Kind.RESOLVER),
    ("2a07:a8c0:1::2", UDP(sport=4, dport=443) / QUIC, Kind.RESOLVER),
    ("9.9.9.9", UDP(sport=4, dport=443) / QUIC, Kind.RESOLVER),
    ("203.0.113.1", UDP(sport=4, dport=51820) / WIREGUARD, Kind.VPN),
    ("2001:db8::1", UDP(sport=4, dport=443) / WIREGUARD, Kind.VPN),
    ("203.0.113.1", UDP(sport=4, dport=53) / WIREGUARD, Kind.VPN),
    ("203.0.113.1", UDP(sport=4, dport=1194) / (b"\x38" + bytes(13)), Kind.VPN),
    ("203.0.113.1", TCP(sport=4, dport=1194, flags="S"), Kind.VPN),
    ("203.0.113.1", UDP(sport=500, dport=500) / IKE, Kind.IPSEC),
    ("2001:db8::1", UDP(sport=4, dport=4500) / (bytes(4) + IKE), Kind.IPSEC),
]
UNSEEN = [
    ("192.168.1.1", UDP(sport=4, dport=53) / QUESTION),  # guardian itself
    ("fd00::1", TCP(sport=4, dport=853, flags="S")),
    ("192.168.1.1", UDP(sport=4, dport=51820) / WIREGUARD),  # a tunnel home
    ("203.0.113.1", TCP(sport=4, dport=443, flags="S")),  # any site
    ("2001:db8::1", UDP(sport=4, dport=443) / QUIC),
    ("8.8.8.8", TCP(sport=4, dport=443, flags="A")),  # later in a connection
    ("8.8.8.8", UDP(sport=4, dport=443) / (b"\x43" + bytes(60))),
    ("203.0.113.1", TCP(sport=4, dport=53, flags="PA") / (b"\0\x20" + bytes(32))),
    ("203.0.113.1", UDP(sport=4, dport=4500) / os.urandom(900)),  # within a tunnel
    ("203.0.113.1", UDP(sport=4, dport=500) / os.urandom(40)),
    ("203.0.113.1", UDP(sport=4, dport=1194) / (b"\x48" + bytes(13))),
    ("203.0.113.1", UDP(sport=4, dport=51820) / (b"\x04\0\0\0" + bytes(144))),
    ("203.0.113.1", UDP(sport=4, dport=123) / bytes(48)),
    ("2001:db8::1", ICMPv6ND_NS(tgt="2001:db8::1")),
]


@pytest.mark.parametrize(("target", "payload", "kind"), SEEN)
def test_a_way_around_is_seen_without_its_contents(
    target: str, payload: Packet, kind: Kind
) -> None:
    frame = to(target, payload)
    left = passed(FILTER, frame)
    assert left is not None
    assert passing.understood(left) == passing.Passing(PHONE, kind, target)
    headers = 14 + (40 if ":" in target else 20) + 8
    assert len(left) <= headers + (4 if kind is Kind.VPN else 0), "no content reaches us"
    assert claimed(left) is None


@pytest.mark.parametrize(("target", "payload"), UNSEEN)
def test_all_else_never_reaches_us(target: str, payload: Packet) -> None:
    assert passed(FILTER, to(target, payload)) is None


def test_a_fragment_is_nothing() -> None:
    later = Ether(src=PHONE) / IP(dst="8.8.8.8", frag=3, proto=17) / bytes(30)
    assert passed(FILTER, bytes(later)) is None


def test_the_names_that_devices_say_pass_another_filter() -> None:
    assert passed(NAMES, to("224.0.0.251", UDP(sport=5353, dport=5353) / b"name")) is not None
    assert passed(NAMES, to("ff02::fb", UDP(sport=5353, dport=5353) / b"name")) is not None
    assert passed(NAMES, to("fd00::1", UDP(sport=5355, dport=4000) / b"name")) is not None
    assert passed(NAMES, to("203.0.113.1", UDP(sport=4, dport=53) / QUESTION)) is None
    assert passed(NAMES, to("2001:db8::1", UDP(sport=4, dport=53) / QUESTION)) is None


def arp(address: str, mac: str) -> bytes:
    packet = ARP(op=2, hwsrc=mac, psrc=address, hwdst=PHONE, pdst="192.168.1.7")
    return bytes(Ether(src=mac, dst=PHONE) / packet)


def advertisement(mac: str, lifetime: int = 1800) -> bytes:
    packet = IPv6(src="fe80::1", dst="ff02::1") / ICMPv6ND_RA(routerlifetime=lifetime)
    return bytes(Ether(src=mac, dst="33:33:00:00:00:01") / packet)


def offer(mac: str, kind: str = "offer") -> bytes:
    packet = IP(src="192.168.1.99", dst="255.255.255.255") / UDP(sport=67, dport=68)
    options = DHCP(options=[("message-type", kind), ("router", "192.168.1.99"), "end"])
    return bytes(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / packet / BOOTP(op=2) / options)


@pytest.mark.parametrize(
    ("frame", "claim"),
    [
        (arp("192.168.1.1", OTHER), Claim(OTHER, Kind.ROUTER, "192.168.1.1")),
        (arp("0.0.0.0", OTHER), None),  # a probe: it asks whether an address is free
        (advertisement(OTHER), Claim(OTHER, Kind.ADVERTISES)),
        (advertisement(OTHER, lifetime=0), None),  # such as a hub for lamps sends
        (offer(OTHER), Claim(OTHER, Kind.DHCP)),
        (offer(OTHER, "ack"), Claim(OTHER, Kind.DHCP)),
        (offer(OTHER, "nak"), None),
        (b"", None),
    ],
)
def test_a_claim_is_heard(frame: bytes, claim: Claim | None) -> None:
    left = passed(FILTER, frame) if frame else frame
    assert left is not None
    assert claimed(left) == claim


def test_a_second_one_in_a_role_counts_while_the_first_is_there() -> None:
    roles = Roles(["02:00:00:00:00:01"])
    first, second = Claim(ROUTER, Kind.DHCP), Claim(OTHER, Kind.DHCP)
    assert not roles.is_false(first, (), (), 0)
    assert roles.is_false(second, (), (), 1)
    assert not roles.is_false(first, (), (), 500)
    assert roles.is_false(second, (), (), 1000)
    assert not roles.is_false(second, (), (), 1101)  # the house has a new one
    assert roles.is_false(first, (), (), 1102)


def test_nobody_else_is_this_machine() -> None:
    own = "02:00:00:00:00:01"
    roles, ours = Roles([own]), Claim(own, Kind.ROUTER, "192.168.1.1")
    assert roles.is_false(Claim(OTHER, Kind.ROUTER, "192.168.1.1"), OWN, (), 0)
    assert not roles.is_false(ours, OWN, (), 1)
    assert not roles.is_false(Claim(OTHER, Kind.ROUTER, "192.168.1.50"), OWN, (), 2)
    # It gives out addresses itself: another one is a second one, however long ago that was.
    assert not roles.is_false(Claim(own, Kind.DHCP), OWN, (), 3)
    assert roles.is_false(Claim(OTHER, Kind.DHCP), OWN, (), 10_000)


def test_the_router_of_a_machine_that_is_none() -> None:
    roles = Roles(["02:00:00:00:00:01"])
    theirs, forged = (Claim(mac, Kind.ROUTER, "192.168.1.254") for mac in (ROUTER, OTHER))
    assert not roles.is_false(theirs, OWN, ["192.168.1.254"], 0)
    assert roles.is_false(forged, OWN, ["192.168.1.254"], 1)


@given(
    st.binary(max_size=700),
    st.sampled_from([arp(OWN[0], OTHER), advertisement(OTHER), offer(OTHER), to(*SEEN[0][:2])]),
    st.integers(0, 500),
)
def test_any_packet_is_something_or_nothing(noise: bytes, frame: bytes, at: int) -> None:
    for each in (noise, frame[:at] + noise, frame[:at] + noise + frame[at + len(noise) :]):
        claim, packet = claimed(each), passing.understood(each)
        if claim is not None:
            assert read(written(Attempt(claim.mac, claim.kind))) is not None
        if packet is not None and packet.mac.strip("0:"):
            assert read(written(Attempt(packet.mac, packet.kind))) is not None
        passed(FILTER, each) if each else None


@pytest.mark.parametrize(
    "line",
    [
        b'{"mac": "da:11:22:33:44:55", "kind": "dns", "times": 0}',
        b'{"mac": "da:11:22:33:44:55", "kind": "dns", "times": true}',
        b'{"mac": "da:11:22:33:44:55", "kind": "dns"}',
        b'{"mac": "da:11:22:33:44:55", "kind": "guess", "times": 1}',
        b'{"mac": "", "kind": "dns", "times": 1}',
    ],
)
def test_a_line_that_is_not_whole_is_nothing(line: bytes) -> None:
    assert read(line) is None


def test_a_filter_for_very_many_addresses_is_refused() -> None:
    networks = [ip_network(f"10.{each // 256}.{each % 256}.1") for each in range(2000)]
    with pytest.raises(ValueError, match="at most 4096 lines"):
        passing.program((), networks)
