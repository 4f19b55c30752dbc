"""The sensor in a house with real DHCP: it hears names, tells control, and has no rights left."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.conftest import Running, eventually
from tests.end_to_end.own_network import within
from tests.end_to_end.test_recognised import GUEST, LINAS, ROUTER, STRANGERS, Home, at_home
from tests.programs import program

MULTICAST = ("224.0.0.251", 5353)
NOBODY = 65534


@contextmanager
def sensor(house: Running, *more: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "guardian.cli.main", "sensor", "lan", *more]
    command += ["--config", str(house.config), "--state", str(house.state)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "guardian hears names on lan" in process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stdout is not None
        process.stdout.close()


def say_by_mdns(home: Home, name: str, source: str) -> None:
    """As a phone does when it comes."""
    script = f"""
import socket
from dnslib import A, DNSHeader, DNSRecord, RR
message = DNSRecord(DNSHeader(qr=1, aa=1), rr=[RR("{name}", 1, rdata=A("{source}"), ttl=120)])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("{source}"))
    sock.bind(("{source}", 5353))
    sock.sendto(bytes(message.pack()), {MULTICAST})
"""
    command = [sys.executable, "-c", script]
    within(home.device.network, lambda: subprocess.run(command, check=True))


def test_the_sensor_hears_how_a_device_calls_itself(tmp_path: Path) -> None:
    def story(home: Home) -> None:
        house, guest = home.guardian, home.device
        house.write("leases: [", "leases: off # [")
        with sensor(house, "--user", "nobody") as process:
            status = Path(f"/proc/{process.pid}/status").read_text()
            assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}" in status
            for kind in ("CapPrm", "CapEff", "CapInh"):
                assert f"{kind}:\t{'0' * 16}" in status
            assert "NoNewPrivs:\t1" in status
            source = guest.take_lease("guest-phone")
            assert guest.is_blocked(STRANGERS, house.port, source)
            eventually(lambda: home.shown() == [(GUEST, "guest-phone", "")])
            # What it says in other ways does not change what DHCP told, and opens nothing.
            say_by_mdns(home, "maras-laptop.local", source)
            assert not guest.is_blocked(LINAS, house.port, source)
            assert home.shown() == [(GUEST, "guest-phone", "")]

    at_home(tmp_path, GUEST, story)


def test_a_device_with_a_fixed_address_says_its_name_by_mdns(tmp_path: Path) -> None:
    def story(home: Home) -> None:
        house, guest = home.guardian, home.device
        house.write("leases: [", "leases: off # [")
        with sensor(house):  # as the owner of the state folder
            source = "10.9.0.7"
            command = ["ip", "address", "add", f"{source}/24", "dev", "eth0"]
            within(guest.network, lambda: subprocess.run(command, check=True))
            assert guest.is_blocked(STRANGERS, house.port, source)
            say_by_mdns(home, "Printer.local", source)
            eventually(lambda: home.shown() == [(GUEST, "printer", "")])

    at_home(tmp_path, GUEST, story)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    def said(*words: str) -> str:
        command = [sys.executable, "-m", "guardian.cli.main", "sensor", *words]
        done = subprocess.run(
            [*command, "--state", str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        return done.stderr

    assert "no guardian runs with" in said("lo")
    assert "nowhere0 cannot be heard" in said("nowhere0")
    as_nobody = [program("setpriv"), "--reuid", str(NOBODY), "--clear-groups", sys.executable]
    if os.geteuid() == 0:
        done = subprocess.run(
            [*as_nobody, "-m", "guardian.cli.main", "sensor", "lo", "--state", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "hearing a network needs root" in done.stderr
        one = (
            "--inh-caps=-all,+net_raw",
            "--ambient-caps=+net_raw",
            "--bounding-set=-all,+net_raw",
        )
        done = subprocess.run(
            [*as_nobody[:-1], *one, sys.executable, "-m", "guardian.cli.main", "sensor", "lo",
             "--state", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "no guardian runs with" in done.stderr, "the one right of its unit is enough"


def send(home: Home, script: str) -> None:
    """Send forged frames from the device's card, as anything in a house may."""
    forge = f"""
import socket, sys
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_RA, IPv6
from scapy.layers.l2 import ARP, Ether
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
    sock.bind(("eth0", 0))
    for frame in ({script}):
        sock.send(bytes(frame))
"""
    command = [sys.executable, "-c", forge]
    within(home.device.network, lambda: subprocess.run(command, check=True))


def asks(home: Home) -> tuple[str, list[str]]:
    """What is said of the device, and what it tried."""
    found = json.loads(home.visitor.get("/api/v1/devices").body)["devices"]
    said = next((each for each in found if GUEST in each["signs"]), None)
    return (said["asks"], [each["kind"] for each in said["tried"]]) if said else ("", [])


def test_the_sensor_sees_what_goes_past_guardian(tmp_path: Path) -> None:
    out = f'Ether(src="{GUEST}", dst="ff:ff:ff:ff:ff:ff") / IP(src="10.9.0.7", dst="203.0.113.1")'

    def story(home: Home) -> None:
        with sensor(home.guardian, "--user", "nobody"):
            assert asks(home) == ("", [])
            send(home, f"{out} / UDP(dport=53) / b'never asked guardian',")
            eventually(lambda: asks(home) == ("elsewhere", ["dns"]))
            tunnel = 'b"\\1\\0\\0\\0" + bytes(144)'
            send(home, f"{out} / UDP(dport=51820) / ({tunnel}), {out} / TCP(dport=853, flags='S')")
            eventually(lambda: asks(home) == ("hidden", ["vpn", "encrypted", "dns"]))
            send(home, f"{out} / TCP(dport=443, flags='S'), {out} / UDP(dport=123) / bytes(48)")
            # It says that it is the router, beside the one that is.
            forged = f'Ether(src="{GUEST}") / ARP(op=2, hwsrc="{GUEST}", psrc="{ROUTER}")'
            send(home, f"{forged},")
            eventually(lambda: asks(home)[1] == ["vpn", "encrypted", "dns", "router"])
        page = home.visitor.get(f"/devices/{GUEST}").text
        assert "It began a VPN." in page
        assert "It says that it is your router." in page
        assert "203.0.113" not in home.visitor.get(f"/devices/{GUEST}").body
        files = b"".join(each.read_bytes() for each in home.guardian.state.glob("guardian.db*"))
        assert b"203.0.113" not in files

    at_home(tmp_path, GUEST, story)


def test_a_second_dhcp_server_is_seen(tmp_path: Path) -> None:
    offer = (
        f'Ether(src="{GUEST}", dst="ff:ff:ff:ff:ff:ff")'
        ' / IP(src="10.9.0.66", dst="255.255.255.255") / UDP(sport=67, dport=68) / BOOTP(op=2)'
        ' / DHCP(options=[("message-type", "offer"), "end"])'
    )

    def story(home: Home) -> None:
        with sensor(home.guardian):
            home.device.take_lease("guest-phone")  # the house's own server is heard
            send(home, f"{offer},")
            eventually(lambda: asks(home)[1] == ["dhcp"])
        eventually(lambda: "gives out addresses beside" in home.guardian.run("doctor"))

    at_home(tmp_path, GUEST, story)
