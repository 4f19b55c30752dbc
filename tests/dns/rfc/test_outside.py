"""Who asks from the internet: RFC 7873 and RFC 9018 by another's program, and limits of replies."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from dnslib import DNSRecord

from tests.end_to_end.conftest import ask, free_port, lived_in
from tests.end_to_end.own_network import in_own_network

STRANGER, NEIGHBOUR = "203.0.113.9", "203.0.113.10"
RATE = 5
HOME = """
household: {{time_zone: UTC}}
listen: {{dns: ["0.0.0.0:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: 9}}]
access: {{allow: [203.0.113.0/24], rate: {rate}}}
lists: {{bundled: []}}
unknown_devices: {{profile: open}}
profiles: {{open: {{}}}}
"""


def flood(port: int, client: str, count: int) -> list[DNSRecord]:
    """The replies to so many queries at once, as many as come in half a second."""
    query = bytes(DNSRecord.question("localhost").pack())
    replies = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((client, 0))
        sock.connect(("127.0.0.1", port))
        for _ in range(count):
            sock.send(query)
        sock.settimeout(0.5)
        while True:
            try:
                replies.append(DNSRecord.parse(sock.recv(4096)))
            except TimeoutError:
                return replies


def dug(port: int, client: str, *options: str) -> str:
    command = ["dig", "-b", client, "-p", str(port), "@127.0.0.1", "localhost", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_rfc7873_cookies_and_limits_hold_for_who_comes_from_the_internet(tmp_path: Path) -> None:
    if shutil.which("dig") is None:
        pytest.skip("dig is not installed")
    port, web = free_port(), free_port()
    config = tmp_path / "home.yaml"
    config.write_text(HOME.format(port=port, web=web, rate=RATE))

    def story() -> None:
        with lived_in(config, tmp_path / "state", port, web):
            replies = flood(port, STRANGER, 100)
            whole = [each for each in replies if each.rr]
            assert 1 <= len(whole) <= 3 * RATE  # a second may have turned meanwhile
            assert all(each.header.tc for each in replies if not each.rr)
            assert len(replies) < 70  # half of what is too much hears nothing
            assert len(flood(port, "127.0.0.1", 100)) == 100  # the house is not limited
            assert ask(port, "localhost", client=STRANGER, tcp=True).rr

            first = dug(port, STRANGER)
            assert "(good)" in first
            cookie = first.partition("COOKIE: ")[2].partition(" ")[0]
            assert len(cookie) == 48
            flood(port, NEIGHBOUR, 200)
            for _ in range(3):
                again = dug(port, STRANGER, f"+cookie={cookie}", "+notcp", "+ignore", "+tries=1")
                assert "127.0.0.1" in again.partition("ANSWER SECTION")[2]

    in_own_network((f"{STRANGER}/32", f"{NEIGHBOUR}/32"), story)
