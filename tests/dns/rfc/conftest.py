"""A running guardian, and a server that says what a test wants: one of each for all tests here."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from dnslib import DNSRecord

from tests.dns.rfc import wires
from tests.dns.rfc.server import Server
from tests.end_to_end.conftest import Running, free_port, lived_in

CONFIG = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
local:
  records: {{router.home.arpa: 192.168.1.1}}
  suffixes: {{inside.example: "127.0.0.1:{upstream}"}}
lists: {{bundled: [], sources: [{{name: house, path: house.txt, category: house-ads}}]}}
profiles:
  zero: {{block: [house-ads], answer: zero}}
  no: {{block: [house-ads], answer: nxdomain}}
people: [{{name: Lina, age_band: 6-8, profile: zero, devices: [127.0.0.2]}}]
unknown_devices: {{profile: no}}
structured_errors:
  option: 65002
  contacts: [mailto:parents@home.example]
  organisation: Home
resolver: {{mixed_case: {mixed}, dns64: '{dns64}'}}
"""


@dataclass(slots=True)
class House:
    """guardian, and the server that it asks."""

    guardian: Running
    server: Server

    def socket(self, client: str = "127.0.0.1", *, tcp: bool = False) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
        sock.settimeout(15)
        sock.bind((client, 0))
        sock.connect(("127.0.0.1", self.guardian.port))
        return sock

    def raw(self, wire: bytes, client: str = "127.0.0.1") -> bytes:
        """The reply to a packet."""
        with self.socket(client) as sock:
            sock.send(wire)
            return sock.recv(65_535)

    def says(self, wire: bytes, client: str = "127.0.0.1") -> DNSRecord:
        """The reply, read by another's parser; it belongs to the query."""
        reply = self.raw(wire, client)
        assert reply[:2] == wire[:2]
        assert reply[2] & 0x80
        return DNSRecord.parse(reply)

    def ask(
        self, qname: str, qtype: int = 1, *additional: bytes, client: str = "127.0.0.1"
    ) -> DNSRecord:
        """The reply to an ordinary question with EDNS, or with these records in its place."""
        records = additional or (wires.opt(),)
        return self.says(wires.query(wires.question(qname, qtype), *records), client)

    def is_silent_at(self, wire: bytes) -> bool:
        """Whether nothing comes back: what follows on the same socket is answered first."""
        after = wires.query(wires.question("localhost", 1), ident=b"\x77\x77")
        with self.socket() as sock:
            sock.send(wire)
            sock.send(after)
            return sock.recv(65_535)[:2] == b"\x77\x77"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """guardian with an open household; Lina (127.0.0.2) has zero addresses for blocked.example."""
    with house_in(tmp_path_factory.mktemp("rfc")) as made:
        yield made


@contextmanager
def house_in(folder: Path, *, mixed_case: bool = False, dns64: str = "off") -> Iterator[House]:
    """A guardian in a folder, and the server that it asks."""
    port, web, upstream = free_port(), free_port(), free_port()
    (folder / "house.txt").write_text("blocked.example\n")
    config = folder / "home.yaml"
    mixed = str(mixed_case).lower()
    config.write_text(
        CONFIG.format(port=port, web=web, upstream=upstream, mixed=mixed, dns64=dns64)
    )
    server = Server(upstream)
    try:
        with lived_in(config, folder / "state", port, web) as running:
            yield House(running, server)
    finally:
        server.close()


def ede(reply: DNSRecord) -> list[int]:
    """The info-codes of a reply's extended errors."""
    options = [each for record in reply.ar if record.rtype == 41 for each in record.rdata]
    return [int.from_bytes(each.data[:2]) for each in options if each.code == 15]


def addresses(reply: DNSRecord) -> list[str]:
    return [str(each.rdata) for each in reply.rr if each.rtype in (1, 28)]
