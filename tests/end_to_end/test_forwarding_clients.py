"""What many machines ask through: stubby and systemd-resolved, which forward over TLS.

Both check the certificate and keep their connection; unbound, which does so too, is in `test_dot`.
"""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.end_to_end.conftest import Running, eventually, free_port
from tests.end_to_end.test_dot import NAME, answer, certificate_of, house
from tests.programs import program, running

STUBBY = """
resolution_type: GETDNS_RESOLUTION_STUB
dns_transport_list: [GETDNS_TRANSPORT_TLS]
tls_authentication: GETDNS_AUTHENTICATION_REQUIRED
tls_query_padding_blocksize: 128
tls_ca_file: "{ca}"
idle_timeout: 10000
edns_client_subnet_private: 1
listen_addresses: [127.0.0.1@{port}]
upstream_recursive_servers:
  - {{address_data: 127.0.0.1, tls_port: {tls}, tls_auth_name: "{name}"}}
"""

RESOLVED = """
[Resolve]
DNS=127.0.0.1:{tls}#{name}
DNSOverTLS=yes
DNSSEC=no
LLMNR=no
MulticastDNS=no
Cache=no
DNSStubListener=no
DNSStubListenerExtra=127.0.0.1:{port}
Domains=~.
"""

# In mounts of its own it finds this configuration and no other, and leaves the machine's alone.
# As its unit does, it runs as somebody with little power; without a system bus it goes on.
RESOLVED_START = """
mount -t tmpfs none /run/systemd
mkdir /run/systemd/resolve /run/systemd/resolved.conf.d
cp "$1/resolved.conf" /run/systemd/resolved.conf.d/
cp "$1/ca.pem" /run/systemd/
chown nobody /run/systemd/resolve
caps=+setpcap,+net_raw,+net_bind_service
exec setpriv --reuid nobody --clear-groups --inh-caps $caps --ambient-caps $caps \\
  env SSL_CERT_FILE=/run/systemd/ca.pem "$2"
"""


@pytest.fixture
def home(tmp_path: Path, upstream: int) -> Iterator[Running]:
    with house(tmp_path, upstream) as made:
        yield made


@contextmanager
def stubby(home: Running, folder: Path, name: str) -> Iterator[int]:
    port, config = free_port(), folder / "stubby.yml"
    config.write_text(STUBBY.format(ca=folder / "ca.pem", port=port, tls=home.block, name=name))
    with running([program("stubby"), "-C", str(config)]):
        yield port


@contextmanager
def resolved(home: Running, folder: Path, name: str) -> Iterator[int]:
    # Not among the packages that the tests install: it would take the machine's own look-ups over.
    found, port = program("systemd-resolved"), free_port()
    if os.geteuid() != 0:
        pytest.skip("systemd-resolved with a configuration of its own needs root")
    if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine allows no mounts of one's own")
    (folder / "resolved.conf").write_text(RESOLVED.format(port=port, tls=home.block, name=name))
    shell = ["sh", "-e", "-c", RESOLVED_START, "sh", str(folder), found]
    with running(["unshare", "--mount", *shell]):
        yield port


Client = Callable[[Running, Path, str], AbstractContextManager[int]]
"""Starts one that trusts the certificate in ca.pem, for a name; the port at which it answers."""

CLIENTS = [pytest.param(stubby, id="stubby"), pytest.param(resolved, id="systemd-resolved")]


@pytest.mark.parametrize("client", CLIENTS)
def test_it_forwards_over_tls_and_finds_its_way_back(
    home: Running, tmp_path: Path, client: Client
) -> None:
    (tmp_path / "ca.pem").write_text(certificate_of(home))
    with client(home, tmp_path, NAME) as port:
        eventually(lambda: answer(port, "www.open.test") == ["192.0.2.1"])
        for number in range(20):
            assert answer(port, f"n{number}.open.test") == ["192.0.2.1"]
        assert answer(port, "www.ads.test") == ["0.0.0.0"]
        for pid in home.resolver_pids():  # the connection ends, and the next one is taken
            os.kill(pid, SIGKILL)
        # Not asked at that very moment: systemd-resolved 252 hangs where it is just writing.
        eventually(lambda: certificate_of(home))
        eventually(lambda: answer(port, "after.open.test") == ["192.0.2.1"])
        assert answer(port, "www.ads.test") == ["0.0.0.0"]


@pytest.mark.parametrize("client", CLIENTS)
def test_it_asks_nobody_whose_certificate_is_for_another_name(
    home: Running, tmp_path: Path, client: Client
) -> None:
    (tmp_path / "ca.pem").write_text(certificate_of(home))
    with client(home, tmp_path, "other.example") as port:
        eventually(lambda: is_up(port))
        assert answer(port, "www.open.test") == []


def is_up(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
