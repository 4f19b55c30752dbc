"""DNS over TLS as devices use it: kdig, OpenSSL and unbound; certificates that change."""

import json
import os
import plistlib
import re
import socket
import ssl
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from dnslib import DNSRecord

from tests.certificates import self_signed
from tests.end_to_end.conftest import Running, ask, eventually, free_port, lived_in
from tests.programs import program, running
from tests.web.test_api import program as program_with_key
from tests.web.visitor import Visitor

NAME = "dns.family.example"
HOUSEHOLD = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
encrypted: {{name: {name}, tls: ["127.0.0.1:{dot}"]{more}}}
upstreams:
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
  - {{address: 127.0.0.1, port: {upstream}}}
local: {{records: {{tv.home.arpa: 192.0.2.7}}}}
lists: {{bundled: none, sources: [{{name: house, path: house.txt, category: house-ads}}]}}
profiles: {{child: {{block: [house-ads]}}, few: {{allow_only: true, allow_names: [few.test]}}}}
people:
  - {{name: Omar, age_band: 0-5, profile: few, devices: [127.0.0.3]}}
  - {{name: Lina, age_band: 6-8, profile: child, devices: [127.0.0.2]}}
  - {{name: Mara, age_band: adult, devices: ["id:mara-phone", "a4:83:e7:00:00:01"]}}
unknown_devices: {{profile: child}}
{rest}
"""


@contextmanager
def house(folder: Path, upstream: int, more: str = "", rest: str = "") -> Iterator[Running]:
    """A household with DNS over TLS; its port is `block`."""
    port, web, dot = free_port(), free_port(), free_port()
    config = folder / "home.yaml"
    (folder / "house.txt").write_text("ads.test\n")
    config.write_text(
        HOUSEHOLD.format(
            port=port, web=web, dot=dot, upstream=upstream, name=NAME, more=more, rest=rest
        )
    )
    with lived_in(config, folder / "state", port, web, dot) as running:
        eventually(lambda: certificate_of(running))
        yield running


def certificate_of(home: Running) -> str:
    """What a new connection is shown, PEM; "" while there is none."""
    try:
        return ssl.get_server_certificate(("127.0.0.1", home.block), timeout=10)
    except OSError:
        return ""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, upstream: int) -> Iterator[Running]:
    rest = "resolver: {run_as: nobody}" if os.getuid() == 0 else ""
    with house(tmp_path_factory.mktemp("dot"), upstream, rest=rest) as running:
        yield running


def kdig(home: Running, *more: str) -> str:
    ca = home.state.parent / "ca.pem"
    ca.write_text(certificate_of(home))
    command = [program("kdig"), "@127.0.0.1", "-p", str(home.block), f"+tls-ca={ca}"]
    command += [f"+tls-hostname={NAME}", "+retry=0", "+timeout=20", *more]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def openssl(home: Running, *more: str) -> tuple[int, str]:
    command = [program("openssl"), "s_client", "-connect", f"127.0.0.1:{home.block}", *more]
    done = subprocess.run(
        command, input="", capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


class Stream:
    """A client's connection."""

    def __init__(self, home: Running, name: str = NAME) -> None:
        context = ssl._create_unverified_context()
        context.set_alpn_protocols(["dot"])
        plain = socket.create_connection(("127.0.0.1", home.block), timeout=20)
        self.sock = context.wrap_socket(plain, server_hostname=name)

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, *qnames: str) -> None:
        wires = [bytes(DNSRecord.question(qname).pack()) for qname in qnames]
        self.sock.sendall(b"".join(len(wire).to_bytes(2) + wire for wire in wires))

    def heard(self) -> DNSRecord:
        return DNSRecord.parse(self._exactly(int.from_bytes(self._exactly(2))))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.sock.recv(size - len(data))
            assert piece, "the connection was closed"
            data += piece
        return data

    def ask(self, qname: str) -> list[str]:
        self.send(qname)
        return [str(each.rdata) for each in self.heard().rr]

    def shown(self) -> bytes:
        return self.sock.getpeercert(binary_form=True) or b""


def test_kdig_verifies_the_name_and_gets_padded_answers(home: Running) -> None:
    said = kdig(home, "+tls", "+padding", "tv.home.arpa", "A")
    assert "192.0.2.7" in said
    assert re.search(r"PADDING", said)
    assert int(re.findall(r"Received (\d+) B", said)[0]) % 468 == 0
    assert "192.0.2.1" in kdig(home, "+tls", "www.open.test", "A")
    assert "0.0.0.0" in kdig(home, "+tls", "ads.test", "A")


def test_many_queries_in_one_segment_are_all_answered(home: Running) -> None:
    names = [f"n{number}.open.test" for number in range(300)]
    with Stream(home) as stream:
        stream.send(*names)
        answered = {str(stream.heard().q.qname).rstrip(".") for _ in names}
    assert answered == {*names}


@pytest.mark.parametrize(
    ("options", "works"),
    [
        (["-tls1_3"], True),
        (["-tls1_2"], True),
        (["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], True),
        (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"], False),  # CBC
        (["-tls1_2", "-cipher", "AES128-GCM-SHA256:@SECLEVEL=0"], False),  # no forward secrecy
        (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], False),
        (["-tls1", "-cipher", "ALL:@SECLEVEL=0"], False),
        (["-alpn", "dot"], True),
    ],
)
def test_only_sound_versions_and_ciphers_are_spoken(
    home: Running, options: Sequence[str], works: bool
) -> None:
    code, said = openssl(home, *options)
    assert (code == 0 and "Cipher is (NONE)" not in said) == works, said
    if "-alpn" in options:
        assert "ALPN protocol: dot" in said


def test_sessions_are_resumed_and_nothing_comes_early(home: Running, tmp_path: Path) -> None:
    session = tmp_path / "session.pem"
    for options in (["-tls1_2"], ["-tls1_3", "-ign_eof"]):
        stream = ["-sess_out", str(session)]
        command = [program("openssl"), "s_client", "-connect", f"127.0.0.1:{home.block}"]
        with subprocess.Popen(
            [*command, *options, *stream], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            eventually(session.exists)  # a ticket of TLS 1.3 follows the handshake
            process.kill()
        _, said = openssl(home, options[0], "-sess_in", str(session))
        assert "Reused, TLS" in said
        told = [program("openssl"), "sess_id", "-noout", "-text", "-in", str(session)]
        text = subprocess.run(told, check=True, capture_output=True, text=True).stdout
        assert "Max Early Data: 0" in text or options[0] == "-tls1_2"
        session.unlink()


def test_what_is_no_tls_is_closed_and_does_no_harm(home: Running) -> None:
    for rubbish in (b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100, b"\x16\x03\x01\xff\xff" + b"x" * 5000):
        with socket.create_connection(("127.0.0.1", home.block), timeout=20) as sock:
            sock.sendall(rubbish)
            try:
                while sock.recv(4096):
                    pass
            except ConnectionError:
                pass
    with Stream(home) as stream:
        assert stream.ask("tv.home.arpa") == ["192.0.2.7"]


def test_unbound_forwards_over_tls(home: Running, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(certificate_of(home))
    port = free_port()
    (tmp_path / "unbound.conf").write_text(f"""
server:
  interface: 127.0.0.1@{port}
  username: ""
  chroot: ""
  directory: "{tmp_path}"
  pidfile: "{tmp_path}/pid"
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  tls-cert-bundle: "{tmp_path}/ca.pem"
  local-zone: "test." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-tls-upstream: yes
  forward-addr: 127.0.0.1@{home.block}#{NAME}
""")
    with running([program("unbound"), "-d", "-c", str(tmp_path / "unbound.conf")]):
        eventually(lambda: answer(port, "www.open.test") == ["192.0.2.1"])
        assert answer(port, "ads.test") == ["0.0.0.0"]


def test_a_device_is_known_by_its_own_address_until_that_is_revoked(
    home: Running, tmp_path: Path
) -> None:
    file = tmp_path / "mara.mobileconfig"
    for device in ("id:mara-phone", "a4:83:e7:00:00:01"):
        said = home.run("addresses", device, "--profile", str(file))
        host = re.findall(r"[a-z2-7]{26}\.dns\.family\.example", said)[0]
        eventually(partial(is_open_for, home, host))
        assert asked_as(home, NAME) == ["0.0.0.0"]
        assert asked_as(home, "a" * 26 + f".{NAME}") == ["0.0.0.0"]
        assert device in home.run("addresses")
        schema_holds(read_profile(file), host)
        with Stream(home, host) as stream:
            assert stream.ask("www.ads.test") == ["192.0.2.1"]
            home.run("addresses", device, "--revoke")
            assert stream.sock.recv(1) == b""  # the connection ends within a second
        assert asked_as(home, host) == ["0.0.0.0"]
        secret = host.partition(".")[0]
        for each in [*home.state.rglob("*"), *home.state.parent.glob("std*")]:
            if each.is_file():
                assert secret.encode() not in each.read_bytes(), each


@pytest.fixture(scope="module")
def parent(home: Running) -> Visitor:
    visitor = Visitor(home)
    visitor.first_run()
    return visitor


def test_a_parent_gives_a_device_an_address_on_its_page(
    home: Running, parent: Visitor, tmp_path: Path
) -> None:
    page = "/devices/a4%3A83%3Ae7%3A00%3A00%3A01"
    assert "Make an address" in parent.get(page).text
    text = parent.post(f"{page}/address").text
    host = re.findall(r"[a-z2-7]{26}\.dns\.family\.example", text)[0]
    secret = host.partition(".")[0]
    eventually(partial(is_open_for, home, host))
    again = parent.get(page).text
    assert "It has one since" in again
    assert secret not in again
    loaded = parent.post(f"{page}/address/profile", secret=secret)
    (tmp_path / "profile").write_bytes(loaded.body.encode(errors="surrogateescape"))
    schema_holds(read_profile(tmp_path / "profile"), host)
    assert parent.post(f"{page}/address/profile", secret="a" * 26).status == 404
    assert parent.post(f"{page}/address/revoke").status == 303
    eventually(lambda: asked_as(home, host) == ["0.0.0.0"])
    assert parent.post(f"{page}/address/profile", secret=secret).status == 404
    assert parent.post(f"{page}/address/revoke").status == 404
    assert parent.post("/devices/127.0.0.9/address").status == 404  # nobody's


def test_a_program_gives_a_device_an_address_too(
    home: Running, parent: Visitor, tmp_path: Path
) -> None:
    path = "/devices/a4%3A83%3Ae7%3A00%3A00%3A01/address"
    owner = program_with_key(parent, "own")
    assert owner.call("GET", path) == (200, {"offered": True, "since": None})
    status, given = owner.call("POST", path)
    assert (status, given["host"]) == (200, f"{given['secret']}.{NAME}")
    eventually(partial(is_open_for, home, given["host"]))
    assert owner.call("GET", path)[1]["since"] is not None
    loaded = owner.raw("POST", f"{path}/profile", json.dumps({"secret": given["secret"]}))
    (tmp_path / "profile").write_bytes(loaded.body.encode(errors="surrogateescape"))
    schema_holds(read_profile(tmp_path / "profile"), given["host"])
    assert owner.call("DELETE", path) == (204, None)
    eventually(lambda: asked_as(home, given["host"]) == ["0.0.0.0"])
    assert owner.call("DELETE", path)[0] == 409
    assert owner.call("POST", f"{path}/profile", {"secret": given["secret"]})[0] == 409
    assert owner.call("POST", "/devices/127.0.0.9/address")[0] == 404  # nobody's, never seen


def asked_as(home: Running, host: str) -> list[str]:
    with Stream(home, host) as stream:
        return stream.ask("www.ads.test")


def is_open_for(home: Running, host: str) -> bool:
    return asked_as(home, host) == ["192.0.2.1"]


def test_devices_find_it_by_themselves(home: Running) -> None:
    plain = [program("kdig"), "@127.0.0.1", "-p", str(home.port), "+short"]

    def told(*question: str) -> str:
        done = subprocess.run([*plain, *question], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    assert told("_dns.resolver.arpa", "TYPE64").split() == [
        *("1", f"{NAME}.", "alpn=dot", f"port={home.block}", "ipv4hint=127.0.0.1")
    ]
    for client in ("127.0.0.1", "127.0.0.3"):  # also who has no more than a few sites
        assert NAME in told("-b", client, "_dns.resolver.arpa", "TYPE64")
    assert told("_dns.resolver.arpa", "A") == ""
    assert b"exterr=3,15-17,22-23".hex().upper() in told("resolver.arpa", "TYPE261").replace(
        " ", ""
    )
    assert "dhcp-option=162," in home.run("dnr")


def read_profile(file: Path) -> dict[str, Any]:
    """What is signed in a profile; its signature is checked."""
    command = [program("openssl"), "cms", "-verify", "-noverify", "-inform", "DER"]
    done = subprocess.run([*command, "-in", str(file)], check=True, capture_output=True)
    read: dict[str, Any] = plistlib.loads(done.stdout)
    return read


def schema_holds(profile: dict[str, Any], host: str) -> None:
    """As Apple's documentation has it: TopLevel, DNSSettings, CertificateRoot."""
    common = {"PayloadType", "PayloadVersion", "PayloadIdentifier", "PayloadUUID"}
    payloads = profile["PayloadContent"]
    for each in (profile, *payloads):
        assert common <= each.keys()
        assert each["PayloadVersion"] == 1
        uuid.UUID(each["PayloadUUID"])
    assert profile["PayloadType"] == "Configuration"
    assert len({each["PayloadUUID"] for each in (profile, *payloads)}) == 1 + len(payloads)
    dns, root = payloads
    assert dns["PayloadType"] == "com.apple.dnsSettings.managed"
    assert dns["DNSSettings"] == {"DNSProtocol": "TLS", "ServerName": host}
    assert root["PayloadType"] == "com.apple.security.root"
    x509.load_der_x509_certificate(root["PayloadContent"])


def answer(port: int, qname: str) -> list[str]:
    try:
        return [str(each.rdata) for each in ask(port, qname).rr]
    except OSError:
        return []


def made(folder: Path, until: datetime) -> None:
    """Files of a certificate that is good until then, as an ACME client writes them."""
    certificate, key = self_signed(NAME, until, [x509.DNSName(NAME)])
    private = folder / "key.pem"
    private.touch(0o600)
    private.write_bytes(key)
    (folder / "new.pem").write_bytes(certificate)
    (folder / "new.pem").rename(folder / "chain.pem")


def test_a_renewed_certificate_is_taken_and_no_connection_dropped(
    tmp_path: Path, upstream: int
) -> None:
    now = datetime.now(UTC)
    made(tmp_path, now + timedelta(days=60))
    more = ", certificate: chain.pem, key: key.pem"
    with house(tmp_path, upstream, more) as home, Stream(home) as before:
        assert before.ask("tv.home.arpa") == ["192.0.2.7"]
        made(tmp_path, now + timedelta(days=10))
        eventually(lambda: shown(home) != before.shown())
        assert before.ask("www.open.test") == ["192.0.2.1"]
        done = guardian(home, "doctor")
        assert "the certificate of encrypted DNS is good for 9 days" in done
        eventually(
            lambda: "the certificate of encrypted DNS is good until" in guardian(home, "status")
        )
        used = shown(home)
        made(tmp_path, now - timedelta(days=1))  # over: the one of before stays
        eventually(lambda: "last good certificate stays" in guardian(home, "status"))
        assert shown(home) == used
        os.kill(home.resolver_pids()[0], 9)  # the next one gets it too
        eventually(lambda: certificate_of(home))
        assert shown(home) == used
        made(tmp_path, now + timedelta(days=60))
        (tmp_path / "key.pem").chmod(0o644)
        eventually(lambda: "can read the key" in guardian(home, "status"))
        assert "can read the key" in guardian(home, "doctor")
        assert shown(home) == used
        (tmp_path / "key.pem").chmod(0o640)
        eventually(lambda: shown(home) != used)


def guardian(home: Running, command: str) -> str:
    """What a command says, also where that is that something is wrong."""
    words = [sys.executable, "-m", "guardian.cli.main", command]
    words += ["--config", str(home.config), "--state", str(home.state)]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def shown(home: Running) -> bytes:
    with Stream(home) as stream:
        return stream.shown()
