"""Upstreams over QUIC: one guardian asks another, and what a household notices of sick ones."""

import base64
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from dnslib import RCODE

pytest.importorskip("aioquic", reason="the extra guardian[quic] is not installed")

from guardian.dns.streams.tls import key_digest
from tests.encrypted import NAME, Certificate, self_signed
from tests.end_to_end.conftest import Running, ask, ede, eventually, free_port, lived_in
from tests.end_to_end.test_upstreams import (
    LONGEST,
    NETWORK_ERROR,
    NOBODY_REACHABLE,
    asking,
    doctor,
    page,
    served,
)


@dataclass(frozen=True, slots=True)
class Front:
    """A guardian that answers over QUIC, by asking an unbound."""

    running: Running
    plain: int
    port: int
    files: Certificate

    def entry(self, name: str = NAME, more: str = "") -> str:
        """It as an upstream."""
        address = f"quic://127.0.0.1:{self.port}#{name}"
        return f"  - {{address: '{address}', authorities: {self.files.certificate}{more}}}\n"

    @property
    def pin(self) -> str:
        pem = self.files.certificate.read_text()
        return base64.b64encode(key_digest(ssl.PEM_cert_to_DER_cert(pem))).decode()


@contextmanager
def front(folder: Path, plain: int, *, days: int = 30, port: int = 0) -> Iterator[Front]:
    """plain: the port of whom it asks."""
    folder.mkdir(exist_ok=True)
    files = self_signed(folder, days=days)
    files.key.chmod(0o600)
    dns, web, port = free_port(), free_port(), port or free_port()
    config = folder / "home.yaml"
    config.write_text(
        "household: {time_zone: UTC, country: DE}\n"
        f'listen: {{dns: ["127.0.0.1:{dns}"], web: "127.0.0.1:{web}"}}\n'
        f"upstreams: ['127.0.0.1:{plain}']\nlists: {{bundled: []}}\n"
        f"encrypted: {{quic: ['127.0.0.1:{port}'], certificate: {files.certificate}, "
        f"key: {files.key}}}\nunknown_devices: {{profile: none}}\n"
    )
    with lived_in(config, folder / "state", dns, web) as running:
        yield Front(running, dns, port, files)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("unbound")) as running:
        yield running.plain


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, plain: int) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("front"), plain) as running:
        yield running


def test_names_are_looked_up_over_quic(tmp_path: Path, server: Front) -> None:
    with asking(tmp_path, server.entry(more=f", pins: ['{server.pin}']")) as guardian:
        for number in range(20):
            assert str(guardian.ask(f"n{number}.open.example").rr[0].rdata) == "192.0.2.1"
        assert len(guardian.ask("big.example", tcp=True).rr) == 150
        assert "answers in" in doctor(guardian)


def test_a_server_by_its_name_is_asked_at_its_bootstrap_addresses(
    tmp_path: Path, server: Front
) -> None:
    entry = (
        f"  - address: quic://{NAME}:{server.port}\n"
        f"    bootstrap: [127.0.0.77, 127.0.0.1]\n    authorities: {server.files.certificate}\n"
    )
    with asking(tmp_path, entry) as guardian:
        assert str(guardian.ask("x.open.example").rr[0].rdata) == "192.0.2.1"


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("other.example", "", "Hostname mismatch"),
        (NAME, f", pins: ['{base64.b64encode(bytes(32)).decode()}']", "pinned"),
    ],
)
def test_who_cannot_be_believed_is_never_asked(
    tmp_path: Path, server: Front, name: str, more: str, said: str
) -> None:
    with asking(tmp_path, server.entry(name, more)) as guardian:
        begun = monotonic()
        reply = guardian.ask("x.open.example")
        assert monotonic() - begun < LONGEST
        assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NETWORK_ERROR)
        assert said in doctor(guardian)


def test_the_system_does_not_vouch_for_a_stranger(tmp_path: Path, server: Front) -> None:
    with asking(tmp_path, f"  - 'quic://127.0.0.1:{server.port}#{NAME}'\n") as guardian:
        reply = guardian.ask("x.open.example")
        assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NETWORK_ERROR)
        assert "its certificate is not good" in doctor(guardian)


def test_a_killed_server_is_followed_by_the_next(tmp_path: Path, server: Front, plain: int) -> None:
    with front(tmp_path / "first", plain) as first:
        entries = first.entry() + server.entry()
        with asking(tmp_path, entries) as guardian:
            assert guardian.ask("a.open.example").rr
            pids = first.running.resolver_pids()
            first.running.process.kill()
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            begun = monotonic()
            assert guardian.ask("b.open.example").rr
            assert monotonic() - begun < LONGEST


def test_alone_with_nobody_a_client_hears_of_it_within_four_seconds(tmp_path: Path) -> None:
    silent, closed = free_port(), free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole:
        hole.bind(("127.0.0.1", silent))
        for port, said in ((silent, NOBODY_REACHABLE), (closed, NETWORK_ERROR)):
            folder = tmp_path / str(port)
            folder.mkdir()
            with asking(folder, f"  - 'quic://127.0.0.1:{port}'\n") as guardian:
                begun = monotonic()
                reply = ask(guardian.port, "x.open.example", seconds=10)
                assert monotonic() - begun < LONGEST
                assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, said)
                for number in range(3):
                    guardian.ask(f"n{number}.open.example")
                eventually(partial(_is_told, guardian))


def _is_told(guardian: Running) -> bool:
    return "does not look up names" in page(guardian)
