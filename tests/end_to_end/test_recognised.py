"""A device in a house with real DHCP is known by name, at each of its addresses, when it asks."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dnslib import DNSRecord

from tests.end_to_end.conftest import Running, eventually, free_port, lived_in
from tests.end_to_end.own_network import cabled, in_own_network, within
from tests.programs import program, running
from tests.web.visitor import Visitor

TABLET, GUEST = "a4:83:e7:00:00:01", "da:11:22:33:44:55"
ROUTER, ROUTER_6 = "10.9.0.1", "fd00:9::1"
LINAS, STRANGERS = "not-for-lina.example", "not-for-strangers.example"
HOUSE = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}", "10.9.0.1:{port}", "[fd00:9::1]:{port}"],
          web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists: {{bundled: []}}
discovery: {{leases: [{leases}]}}
profiles:
  lina: {{deny_names: [not-for-lina.example]}}
  careful: {{deny_names: [not-for-strangers.example]}}
people: [{{name: Lina, age_band: 6-8, profile: lina, devices: ["a4:83:e7:00:00:01"]}}]
unknown_devices: {{profile: careful}}
"""


@contextmanager
def router(folder: Path) -> Iterator[Running]:
    """guardian and a DHCP server on the router of this network; the cable is there."""
    port, web, leases = free_port(), free_port(), folder / "dhcp.leases"
    subprocess.run(["ip", "address", "add", f"{ROUTER}/24", "dev", "lan"], check=True)
    subprocess.run(["ip", "address", "add", f"{ROUTER_6}/64", "dev", "lan", "nodad"], check=True)
    config = folder / "home.yaml"
    config.write_text(HOUSE.format(port=port, web=web, upstream=free_port(), leases=leases))
    serve = (
        program("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--port=0",
        "--interface=lan", "--dhcp-range=10.9.0.50,10.9.0.99,1h", "--dhcp-authoritative",
        "--no-ping", f"--dhcp-leasefile={leases}", f"--pid-file={folder}/pid", "--user=root",
    )  # fmt: skip
    with running(serve), lived_in(config, folder / "state", port, web) as house:
        yield house


@dataclass(frozen=True, slots=True)
class Device:
    """Something on the cable. network: its own."""

    network: str
    folder: Path

    def take_lease(self, name: str) -> str:
        """Be given an address, as a device that calls itself so."""
        script = self.folder / "udhcpc"
        script.write_text(
            '#!/bin/sh\nif [ "$1" = bound ]; then ip address add $ip/24 dev eth0; echo $ip; fi\n'
        )
        script.chmod(0o700)
        command = [
            program("udhcpc"), "-i", "eth0", "-n", "-q", "-t", "20", "-T", "1",
            "-x", f"hostname:{name}", "-s", str(script),
        ]  # fmt: skip
        done = within(
            self.network,
            lambda: subprocess.run(command, check=True, capture_output=True, text=True),
        )
        return done.stdout.split()[-1]

    def add(self, address: str) -> str:
        """Have one more address."""
        command = ["ip", "address", "add", f"{address}/64", "dev", "eth0", "nodad"]
        within(self.network, lambda: subprocess.run(command, check=True))
        return address

    def is_blocked(self, qname: str, port: int, source: str) -> bool:
        """Whether the reply to a query from one of its addresses says so."""
        return within(self.network, lambda: _is_blocked(qname, port, source))


def _is_blocked(qname: str, port: int, source: str) -> bool:
    is_v6 = ":" in source
    with socket.socket(socket.AF_INET6 if is_v6 else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(10)
        sock.bind((source, 0))
        server = ROUTER_6 if is_v6 else ROUTER
        sock.sendto(bytes(DNSRecord.question(qname).pack()), (server, port))
        reply = DNSRecord.parse(sock.recv(4096))
    return "0.0.0.0" in [str(each.rdata) for each in reply.rr]


@dataclass(frozen=True, slots=True)
class Home:
    """The router's guardian, somebody who looks at its pages, and a device."""

    guardian: Running
    visitor: Visitor
    device: Device

    def shown(self) -> list[tuple[str, str, str]]:
        """Hardware address, title and owner of all devices on the page."""
        found = json.loads(self.visitor.get("/api/v1/devices").body)["devices"]
        return [(each["mac"], each["title"], each["owner"]) for each in found if each["mac"]]

    def told(self) -> list[str]:
        """What was told of new devices."""
        lines = self.guardian.run("events", "--json").splitlines()
        return [
            each["sentence"] for each in map(json.loads, lines) if each["kind"] == "device"
        ]  # fmt: skip


def at_home(folder: Path, mac: str, story: Callable[[Home], None]) -> None:
    """A story in a house with one device, of this hardware address."""
    network = f"guardian-{os.getpid()}"

    def tell() -> None:
        with cabled(network, mac), router(folder) as running_there:
            visitor = Visitor(running_there)
            visitor.first_run()
            story(Home(running_there, visitor, Device(network, folder)))

    in_own_network((), tell)


def test_a_childs_tablet_has_its_rules_at_all_of_its_addresses(tmp_path: Path) -> None:
    def story(home: Home) -> None:
        tablet, port = home.device, home.guardian.port
        addresses = (
            tablet.take_lease("lina-tablet"),
            tablet.add("fd00:9::8c3f:11d0:77aa:9b42"),  # a private one: the kernel knows whose
            tablet.add("fd00:9::a683:e7ff:fe00:1"),
        )
        for each in addresses:
            eventually(partial(tablet.is_blocked, LINAS, port, each))
            assert not tablet.is_blocked(STRANGERS, port, each)
        eventually(lambda: home.shown() == [(TABLET, "lina-tablet", "Lina")])
        assert home.told() == []

    at_home(tmp_path, TABLET, story)


def test_a_new_device_has_the_rules_of_unknown_ones_at_once_and_is_told_once(
    tmp_path: Path,
) -> None:
    def story(home: Home) -> None:
        guest, port = home.device, home.guardian.port
        addresses = (guest.take_lease("guest-phone"), guest.add("fd00:9::1d2f:33aa:9c01:7e55"))
        for each in addresses:
            assert guest.is_blocked(STRANGERS, port, each)  # its first query
            assert not guest.is_blocked(LINAS, port, each)
        eventually(lambda: home.shown() == [(GUEST, "guest-phone", "")])
        eventually(lambda: len(home.told()) == 1)
        third = guest.add("fd00:9::77aa:1:2:3")
        assert guest.is_blocked(STRANGERS, port, third)
        eventually(lambda: third in home.visitor.get("/api/v1/devices").body)
        (told,) = home.told()
        assert f"guest-phone ({GUEST})" in told

    at_home(tmp_path, GUEST, story)
