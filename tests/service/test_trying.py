"""What to do about a resolver that does not answer: its other ways are tried, on their usual ports.

A real unbound stands at these ports of an address of this machine's own, with some of them shut.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from guardian.dns.streams.once import NoAnswer
from guardian.service.trying import mend, try_server
from guardian.settings import Settings, load
from tests.encrypted import NAME, Certificate, self_signed, unbound
from tests.end_to_end.conftest import eventually, free_port

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs the ports below 1024")
HOST = "127.0.53.7"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a server listens: at the usual port, or at one where nobody looks for it."""

    plain: int
    tls: int
    https: int


@contextmanager
def standing(folder: Path, ports: Ports) -> Iterator[Certificate]:
    files = self_signed(folder)
    with unbound(folder, ports.plain, ports.tls, ports.https, files, "192.0.2.1", HOST):
        household = asking(folder, f"udp://{HOST}:{ports.plain}", "")
        eventually(lambda: answers(household))
        yield files


def asking(folder: Path, address: str, more: str) -> Settings:
    """A household with one upstream."""
    config = folder / "home.yaml"
    config.write_text(
        f"household: {{time_zone: UTC}}\nlisten: {{dns: ['127.0.0.1:{free_port()}']}}\n"
        f"unknown_devices: {{profile: none}}\nupstreams:\n  - {{address: '{address}'{more}}}\n"
    )
    return load(config)


def answers(household: Settings) -> bool:
    try:
        return bool(try_server(household, household.upstreams[0], "", "NS", 1.0))
    except NoAnswer:
        return False


@pytest.mark.parametrize(
    ("asked", "open_", "said"),
    [
        ("tls", "https", "It answers over HTTPS"),
        ("tls", "plain", "It answers in the clear"),
        ("https", "tls", "It answers over TLS"),
        ("https", "", "See that the network is there"),
        ("udp", "tls", "See that the network is there"),
    ],
)
def test_another_way_is_found(tmp_path: Path, asked: str, open_: str, said: str) -> None:
    usual = {"plain": 53, "tls": 853, "https": 443}
    ports = {way: port if way == open_ else free_port() for way, port in usual.items()}
    with standing(tmp_path, Ports(**ports)) as files:
        name = "" if asked == "udp" else f"#{NAME}"
        more = "" if asked == "udp" else f", authorities: {files.certificate}"
        household = asking(tmp_path, f"{asked}://{HOST}:{free_port()}{name}", more)
        assert not answers(household)
        assert mend(household, household.upstreams[0], "", "NS", "silent").startswith(said)


def test_the_doctor_says_it(tmp_path: Path) -> None:
    with standing(tmp_path, Ports(53, free_port(), free_port())) as files:
        address = f"tls://{HOST}#{NAME}"
        asking(tmp_path, address, f", authorities: {files.certificate}")
        command = [sys.executable, "-m", "guardian.cli.main", "doctor", "--network"]
        command += ["--config", str(tmp_path / "home.yaml"), "--state", str(tmp_path / "state")]
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        at = next(number for number, line in enumerate(lines) if address in line)
        assert "does not answer" in lines[at]
        assert "It answers in the clear" in lines[at + 1]


def test_somebody_elses_certificate_is_not_gone_around(tmp_path: Path) -> None:
    """Who answers in its place may well answer in the clear."""
    with standing(tmp_path, Ports(53, 853, 443)) as files:
        more = f", authorities: {files.certificate}"
        household = asking(tmp_path, f"tls://{HOST}#other.example", more)
        with pytest.raises(NoAnswer) as problem:
            try_server(household, household.upstreams[0], "", "NS", 2.0)
        told = mend(household, household.upstreams[0], "", "NS", str(problem.value))
        assert told.startswith("See that this machine's clock is right")
