"""What packets say of their senders, forged by scapy as devices send them."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402 (it warns of missing routes)
from scapy.layers.dns import DNS, DNSQR, DNSRR  # noqa: E402
from scapy.layers.inet import IP, UDP  # noqa: E402
from scapy.layers.inet6 import IPv6  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402

from guardian.network.sensor.capture import understood  # noqa: E402
from guardian.network.sensor.heard import By, Heard, read, written  # noqa: E402

PHONE = "da:11:22:33:44:55"
HERE = "192.168.1.20"


def dhcp(name: str | bytes = "Lina-Phone", wanted: tuple[int, ...] = (1, 3, 6, 15)) -> bytes:
    options = [
        ("message-type", "discover"), ("hostname", name), ("param_req_list", list(wanted)),
        ("vendor_class_id", b"android-dhcp-14"), "end",
    ]  # fmt: skip
    client = bytes.fromhex(PHONE.replace(":", ""))
    packet = Ether(src=PHONE, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255")
    return bytes(packet / UDP(sport=68, dport=67) / BOOTP(chaddr=client) / DHCP(options=options))


def multicast(payload: object, port: int, source: str = HERE, by: int | None = None) -> bytes:
    ip = IPv6(src=source, dst="ff02::fb") if ":" in source else IP(src=source, dst="224.0.0.251")
    packet = Ether(src=PHONE, dst="01:00:5e:00:00:fb") / ip
    return bytes(packet / UDP(sport=by or port, dport=port) / payload)


def reply(name: str, address: str = HERE, kind: str = "A") -> DNS:
    return DNS(qr=1, an=DNSRR(rrname=name, type=kind, ttl=120, rdata=address))


def test_a_device_asks_for_an_address() -> None:
    heard = understood(dhcp())
    assert heard is not None
    assert (heard.mac, heard.by, heard.name) == (PHONE, By.DHCP, "lina-phone")
    # Devices of one kind ask in one way, whatever they are called.
    other = understood(dhcp("noors-phone"))
    assert other is not None
    assert heard.fingerprint == other.fingerprint != ""
    third = understood(dhcp(wanted=(1, 3, 6)))
    assert third is not None
    assert third.fingerprint != heard.fingerprint


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (multicast(reply("Linas-Phone.local."), 5353), "linas-phone"),
        (multicast(reply("linas-phone.local.", "fe80::1", "AAAA"), 5353, "fe80::1"), "linas-phone"),
        (multicast(reply("linas-phone."), 50_000, by=5355), "linas-phone"),
        (
            multicast(b"NOTIFY * HTTP/1.1\r\nSERVER: Linux/5 UPnP/1.0 Sonos/70.3\r\n\r\n", 1900),
            "sonos",
        ),
        # What another one said, passed on by a repeater; a query; what is no name.
        (multicast(reply("linas-phone.local.", "192.168.1.9"), 5353), None),
        (multicast(DNS(qr=0, qd=DNSQR(qname="secret.local.")), 5353), None),
        (multicast(reply("a.service.local."), 5353), None),
        (multicast(b"M-SEARCH * HTTP/1.1\r\nSERVER: x/1\r\n\r\n", 1900), None),
        (multicast(reply("linas-phone.local."), 53), None),
        (dhcp()[:280], None),
        (b"", None),
    ],
)
def test_a_device_says_its_name(frame: bytes, name: str | None) -> None:
    heard = understood(frame)
    assert (heard.name if heard else None) == name


@given(
    st.binary(max_size=600),
    st.sampled_from([dhcp(), multicast(reply("a.local."), 5353), multicast(b"NOTIFY x", 1900)]),
    st.integers(0, 400),
)
def test_any_packet_says_something_or_nothing(noise: bytes, frame: bytes, at: int) -> None:
    for each in (noise, frame[:at] + noise, frame[:at] + noise + frame[at + len(noise) :]):
        heard = understood(each)
        assert heard is None or read(written(heard)) == heard or not heard.mac.strip("0:")


@given(st.binary(max_size=600) | st.text().map(str.encode))
def test_control_takes_nothing_else(data: bytes) -> None:
    assert read(data) is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"mac": "da:11:22:33:44:55", "by": "dhcp", "name": "x"}',
        b'{"mac": "x", "by": "dhcp", "name": "x", "fingerprint": ""}',
        b'{"mac": "da:11:22:33:44:55", "by": "guess", "name": "x", "fingerprint": ""}',
        b'{"mac": "da:11:22:33:44:55", "by": "dhcp", "name": 1, "fingerprint": ""}',
        b'{"mac": "da:11:22:33:44:55", "by": "dhcp", "name": "x", "fingerprint": "<b>"}',
        b'["mac"]',
    ],
)
def test_a_line_that_is_not_whole_is_nothing(line: bytes) -> None:
    assert read(line) is None


def test_a_name_that_does_harm_is_none() -> None:
    line = b'{"mac": "da:11:22:33:44:55", "by": "dhcp", "name": "<b>x</b>", "fingerprint": ""}'
    assert read(line) == Heard(PHONE, By.DHCP)
