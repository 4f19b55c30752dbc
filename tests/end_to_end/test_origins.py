"""Who wished a block, as devices hear it (RFC 8914): by kdig, in the clear and encrypted."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from guardian.lists.self_test import SELF_TEST
from tests.end_to_end.conftest import Running, eventually, free_port, lived_in
from tests.programs import program

HOME = """
household: {{time_zone: UTC, kind: family}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
encrypted: {{name: dns.example, tls: ["127.0.0.1:{tls}"], https: ["127.0.0.1:{https}"]}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists:
  bundled: none
  sources:
    - {{name: house, path: house.txt, category: house-ads}}
    - {{name: Police, path: police.txt, kind: iwf}}
profiles: {{child: {{block: [house-ads]}}}}
unknown_devices: {{profile: child}}
"""
BLOCKED, CENSORED, FILTERED = 15, 16, 17


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a household answers."""

    tls: int
    https: int
    home: Running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, upstream: int) -> Iterator[Ports]:
    folder = tmp_path_factory.mktemp("origins")
    port, web, tls, https = (free_port() for _ in range(4))
    (folder / "house.txt").write_text("ads.example\n")
    (folder / "police.txt").write_text("https://listed.example/\n")
    config = folder / "home.yaml"
    config.write_text(HOME.format(port=port, web=web, tls=tls, https=https, upstream=upstream))
    with lived_in(config, folder / "state", port, web, web) as running:
        ports = Ports(tls, https, running)
        eventually(lambda: code(ports, "+tls", SELF_TEST) == CENSORED)
        yield ports


def code(home: Ports, way: str, qname: str) -> int | None:
    """The info-code of what kdig is told."""
    port = {"+notcp": home.home.port, "+tls": home.tls, "+https": home.https}[way]
    command = [program("kdig"), "@127.0.0.1", "-p", str(port), way, "+edns", "+retry=0"]
    done = subprocess.run(
        [*command, "+timeout=20", qname, "A"], capture_output=True, text=True, check=False
    )
    found = re.search(r"EDE: (\d+)", done.stdout)
    return int(found[1]) if found else None


def told(home: Ports, qname: str) -> set[int | None]:
    return {code(home, way, qname) for way in ("+notcp", "+tls", "+https")}


def test_a_block_says_whose_wish_it_is(home: Ports) -> None:
    assert told(home, "www.ads.example") == {FILTERED}  # the family's own
    assert told(home, "listed.example") == {CENSORED}  # what the law mandates
    home.home.write("kind: family", "kind: school")
    eventually(lambda: code(home, "+notcp", "www.ads.example") == BLOCKED)  # a policy's
    assert told(home, "www.ads.example") == {BLOCKED}
    assert told(home, "listed.example") == {CENSORED}  # whoever serves it
