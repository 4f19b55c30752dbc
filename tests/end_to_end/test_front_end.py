"""dnsdist in front of guardian: each subscriber has their own rules, and nobody borrows others."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from dnslib import DNSRecord

from tests.dns.test_proxied import written
from tests.end_to_end.conftest import Running, ask, eventually, free_port, lived_in

FRONT = "127.0.0.53"
LINA, MARA = "127.0.0.2", "127.0.0.4"
BLOCKED, OPEN = "www.ads.test", "www.open.test"
HOME = """
household: {{time_zone: UTC}}
listen:
  dns: ["127.0.0.1:{port}"]
  web: "127.0.0.1:{web}"
  front_ends: [{{address: {front}, subscriber: 224}}]
upstreams:
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
  - {{address: 127.0.0.1, port: {upstream}}}
lists: {{bundled: [], sources: [{{name: house, path: house.txt, category: house-ads}}]}}
profiles: {{child: {{block: [house-ads], answer: zero}}, open: {{}}}}
people:
  - {{name: Lina, age_band: 6-8, profile: child, devices: [127.0.0.2, "id:lina-phone"]}}
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
unknown_devices: {{profile: open}}
"""
DNSDIST = """
setLocal("127.0.0.1:{dnsdist}")
setACL({{"127.0.0.0/8"}})
newServer({{address="127.0.0.1:{port}", useProxyProtocol=true, source="{front}", checkInterval=1}})
addAction(QNameRule("subscriber.open.test"), SetProxyProtocolValuesAction({{[224]="lina-phone"}}))
addAction(QNameRule("subscriber.ads.test"), SetProxyProtocolValuesAction({{[224]="lina-phone"}}))
setSecurityPollSuffix("")
"""


@pytest.fixture
def guardian(tmp_path: Path, upstream: int) -> Iterator[Running]:
    port, web = free_port(), free_port()
    config = tmp_path / "home.yaml"
    (tmp_path / "house.txt").write_text("ads.test\n")
    config.write_text(HOME.format(port=port, web=web, upstream=upstream, front=FRONT))
    with lived_in(config, tmp_path / "state", port, web) as running:
        yield running


@pytest.fixture
def front(tmp_path: Path, guardian: Running) -> Iterator[int]:
    """The port of a dnsdist that asks this guardian."""
    program = shutil.which("dnsdist")
    if program is None:
        pytest.skip("dnsdist is not installed")
    port = free_port()
    config = tmp_path / "dnsdist.conf"
    config.write_text(DNSDIST.format(dnsdist=port, port=guardian.port, front=FRONT))
    process = subprocess.Popen(
        [program, "--supervised", "--disable-syslog", "-C", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: got(port, OPEN, MARA))
        yield port
    finally:
        process.kill()
        process.wait(5)


def got(port: int, qname: str, client: str, *, tcp: bool = False) -> list[str]:
    try:
        return [str(each.rdata) for each in ask(port, qname, client=client, tcp=tcp).rr]
    except OSError:
        return []


@pytest.mark.parametrize("tcp", [False, True])
def test_subscribers_behind_dnsdist_are_told_apart(front: int, tcp: bool) -> None:
    for _ in range(2):  # as a miss, then from the cache that they share
        assert got(front, BLOCKED, LINA, tcp=tcp) == ["0.0.0.0"]
        assert got(front, BLOCKED, MARA, tcp=tcp) == ["192.0.2.1"]
        assert got(front, OPEN, LINA, tcp=tcp) == ["192.0.2.1"]
    assert got(front, "subscriber.ads.test", MARA, tcp=tcp) == ["0.0.0.0"]  # told by its id


def through(port: int, source: str, packet: bytes) -> DNSRecord | None:
    """The reply to a packet from an address; None where the query after it is answered first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(15)
        sock.bind((source, 0))
        sock.connect(("127.0.0.1", port))
        sock.send(packet)
        last = DNSRecord.question("localhost")
        header = written(LINA, {}) if source == FRONT else b""
        sock.send(header + bytes(last.pack()))
        reply = DNSRecord.parse(sock.recv(4096))
        return None if reply.header.id == last.header.id else reply


def test_only_a_listed_front_end_is_believed(guardian: Running) -> None:
    query = bytes(DNSRecord.question(BLOCKED).pack())
    port = guardian.port
    told = through(port, FRONT, written(LINA, {}) + query)
    assert told
    assert [str(each.rdata) for each in told.rr] == ["0.0.0.0"]
    assert told.header.id == int.from_bytes(query[:2])
    # The header is no query of Lina's: it does not make her Mara.
    forged = through(port, LINA, written(MARA, {}) + query)
    assert forged is None or (forged.header.rcode != 0 and not forged.rr)
    assert through(port, FRONT, query) is None  # without a header
    assert through(port, FRONT, written(MARA, {})) is None  # without a query
    outside = through(port, FRONT, written("8.8.8.8", {}) + query)
    assert outside
    assert outside.header.rcode == 5  # `access` holds for clients of a front end too
