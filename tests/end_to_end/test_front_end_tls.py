"""haproxy in front of DNS over TLS and HTTPS: it passes connections on, and says whose they are."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from dnslib import DNSRecord

from tests.dns.test_proxied import written
from tests.end_to_end.conftest import Running, eventually, free_port, lived_in
from tests.end_to_end.test_doh import query
from tests.programs import program, running

FRONT, LINA, ANA = "127.0.0.53", "127.0.0.2", "127.0.0.3"
HOME = """
household: {{time_zone: UTC}}
listen:
  dns: ["127.0.0.1:{port}"]
  web: "127.0.0.1:{web}"
  front_ends: [{{address: {front}, subscriber: 224}}]
encrypted: {{name: dns.example, tls: ["127.0.0.1:{tls}"], https: ["127.0.0.1:{https}"]}}
upstreams:
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
  - {{address: 127.0.0.1, port: {upstream}}}
lists: {{bundled: none, sources: [{{name: house, path: house.txt, category: house-ads}}]}}
profiles: {{child: {{block: [house-ads], answer: zero}}, open: {{}}}}
people: [{{name: Lina, age_band: 6-8, profile: child, devices: [{lina}]}}]
unknown_devices: {{profile: open}}
"""
HAPROXY = """
defaults
  mode tcp
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen tls
  bind 127.0.0.1:{front_tls}
  server guardian 127.0.0.1:{tls} send-proxy-v2 source {front}
listen https
  bind 127.0.0.1:{front_https}
  server guardian 127.0.0.1:{https} send-proxy-v2 source {front}
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where guardian is, and the front end before it."""

    tls: int
    https: int
    front_tls: int
    front_https: int
    guardian: Running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, upstream: int) -> Iterator[Ports]:
    folder = tmp_path_factory.mktemp("fronted")
    port, web, tls, https, front_tls, front_https = (free_port() for _ in range(6))
    (folder / "house.txt").write_text("ads.test\n")
    config = folder / "home.yaml"
    config.write_text(
        HOME.format(
            port=port, web=web, front=FRONT, tls=tls, https=https, upstream=upstream, lina=LINA
        )
    )
    front = folder / "haproxy.cfg"
    front.write_text(
        HAPROXY.format(
            front_tls=front_tls, front_https=front_https, tls=tls, https=https, front=FRONT
        )
    )
    with (
        lived_in(config, folder / "state", port, web, web) as guardian,
        running([program("haproxy"), "-db", "-f", str(front)]),
    ):
        ports = Ports(tls, https, front_tls, front_https, guardian)
        eventually(lambda: answered(front_tls, ANA, "www.open.test") == ["192.0.2.1"])
        yield ports


def answered(port: int, client: str, qname: str, header: bytes = b"") -> list[str]:
    """What DNS over TLS says, behind a header; nothing where the connection ends."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    wire = bytes(DNSRecord.question(qname).pack())
    try:
        with socket.create_connection(("127.0.0.1", port), 10, (client, 0)) as plain:
            plain.sendall(header)
            with context.wrap_socket(plain) as sock, sock.makefile("rb") as stream:
                sock.sendall(len(wire).to_bytes(2) + wire)
                size = int.from_bytes(stream.read(2))
                return [str(each.rdata) for each in DNSRecord.parse(stream.read(size)).rr]
    except (OSError, EOFError):
        return []


def fetched(port: int, client: str, qname: str) -> list[str]:
    """What DNS over HTTPS says."""
    url = f"https://127.0.0.1:{port}/dns-query?dns={query(qname)}"
    command = [program("curl"), "--silent", "--insecure", "--max-time", "20", url]
    done = subprocess.run([*command, "--interface", client], capture_output=True, check=True)
    return [str(each.rdata) for each in DNSRecord.parse(done.stdout).rr]


def test_devices_behind_a_front_end_are_told_apart(home: Ports) -> None:
    for ask, port in ((answered, home.front_tls), (fetched, home.front_https)):
        assert ask(port, LINA, "www.ads.test") == ["0.0.0.0"]
        assert ask(port, ANA, "www.ads.test") == ["192.0.2.1"]


def test_a_header_counts_from_a_listed_front_end_alone_and_there_it_has_to_be(home: Ports) -> None:
    lina = written(LINA, {})
    assert answered(home.tls, FRONT, "www.ads.test", lina) == ["0.0.0.0"]
    assert answered(home.tls, FRONT, "www.ads.test", written("192.0.2.1", {224: b"x"})) != []
    assert answered(home.tls, FRONT, "www.ads.test") == []  # no header
    assert answered(home.tls, FRONT, "www.ads.test", b"PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n") == []
    assert answered(home.tls, LINA, "www.ads.test", written(ANA, {})) == []  # not listed
    assert answered(home.tls, LINA, "www.ads.test") == ["0.0.0.0"]


def test_a_header_may_come_in_pieces_and_alone(home: Ports) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", home.tls), 10, (FRONT, 0)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in written(LINA, {}):
            plain.send(bytes([byte]))
        with context.wrap_socket(plain) as sock:
            assert sock.version() in ("TLSv1.2", "TLSv1.3")
