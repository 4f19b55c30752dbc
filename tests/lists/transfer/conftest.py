"""Real primaries: Debian's knot and nsd, and one that answers with whatever it is told."""

import base64
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from struct import pack

import pytest
from dnslib import CNAME, QTYPE, RR, SOA, DNSHeader, DNSRecord

from guardian.lists.source import Source, SourceKind, Tsig, ZoneSource
from tests.end_to_end.conftest import eventually, free_port
from tests.programs import program

ZONE = "rpz.example"
SECRET = base64.b64encode(b"a secret of two servers, forty bytes long").decode()
OTHER_SECRET = base64.b64encode(b"not the secret of these two servers here").decode()
KEY = "guardian.school.example"
HEAD = "$TTL 60\n@ SOA ns.test. host.test. {serial} 3600 600 86400 60\n  NS ns.test.\n"


@dataclass
class Knot:
    """A knot that has one zone, and signs where it has a secret."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def ctl(self, *words: str) -> str:
        command = [program("knotc"), "-s", str(self.folder / "knot.sock"), "-b", *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout

    def change(self, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Make a next version. add: "bad.example CNAME ."; remove: "bad.example CNAME"."""
        self.ctl("zone-begin", ZONE)
        for record in remove:
            self.ctl("zone-unset", ZONE, *record.split())
        for record in add:
            owner, *rest = record.split()
            self.ctl("zone-set", ZONE, owner, "60", *rest)
        self.ctl("zone-commit", ZONE)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def start_knot(
    folder: Path, lines: Sequence[str], secret: str = "", notify: int = 0, serial: int = 1
) -> Knot:
    """secret: with which all that is asked and said is signed. notify: a port to be told."""
    port = free_port()
    (folder / "db").mkdir()
    (folder / "zone").write_text(
        HEAD.format(serial=serial) + "".join(f"{each}\n" for each in lines)
    )
    key = (
        f"key:\n  - id: {KEY}\n    algorithm: hmac-sha256\n    secret: {secret}\n" if secret else ""
    )
    signed = f"    key: {KEY}\n" if secret else ""
    remote = f"remote:\n  - id: us\n    address: 127.0.0.1@{notify}\n{signed}" if notify else ""
    (folder / "knot.conf").write_text(
        f"server:\n  rundir: {folder}\n  listen: 127.0.0.1@{port}\n"
        f"database:\n  storage: {folder}/db\n{key}{remote}"
        f"acl:\n  - id: us\n    address: 127.0.0.1\n{signed}    action: transfer\n"
        f"zone:\n  - domain: {ZONE}\n    file: {folder}/zone\n    acl: us\n"
        f"    zonefile-sync: -1\n    journal-content: changes\n"
        + ("    notify: us\n" * bool(notify))
    )
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [program("knotd"), "-c", str(folder / "knot.conf")], stdout=log, stderr=log
        )
    eventually(lambda: process.poll() is not None or answers(port))
    assert process.poll() is None, (folder / "log").read_text()
    return Knot(folder, port, process)


@dataclass
class Nsd:
    """An nsd that has one zone, keeps its history, and signs."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def write(self, serial: int, *lines: str) -> None:
        """Make a next version."""
        write_zone(self.folder, serial, lines)
        self.process.send_signal(signal.SIGHUP)
        eventually(lambda: serial_at(self.port) == serial)


def write_zone(folder: Path, serial: int, lines: Sequence[str]) -> None:
    aside = folder / "aside"
    aside.write_text(HEAD.format(serial=serial) + "".join(f"{each}\n" for each in lines))
    aside.replace(folder / "zone")


def start_nsd(folder: Path, lines: Sequence[str], notify: int = 0) -> Nsd:
    port = free_port()
    write_zone(folder, 1, lines)
    told = f"  notify: 127.0.0.1@{notify} {KEY}\n  notify-retry: 5\n" if notify else ""
    (folder / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  zonesdir: {folder}\n'
        f"  pidfile: {folder}/pid\n  xfrdfile: {folder}/xfrd\n  zonelistfile: {folder}/list\n"
        f'  xfrdir: {folder}\n  database: ""\n  rrl-ratelimit: 0\n'
        f"remote-control:\n  control-enable: no\n"
        f'key:\n  name: "{KEY}"\n  algorithm: hmac-sha256\n  secret: "{SECRET}"\n'
        f"zone:\n  name: {ZONE}\n  zonefile: {folder}/zone\n  store-ixfr: yes\n  create-ixfr: yes\n"
        f"  provide-xfr: 127.0.0.1 {KEY}\n{told}"
    )
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [program("nsd"), "-d", "-c", str(folder / "nsd.conf")], stdout=log, stderr=log
        )
    eventually(lambda: process.poll() is not None or answers(port))
    assert process.poll() is None, (folder / "log").read_text()
    return Nsd(folder, port, process)


def serial_at(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(1)
        asking.sendto(bytes(DNSRecord.question(ZONE, "SOA").pack()), ("127.0.0.1", port))
        reply = DNSRecord.parse(asking.recv(4096))
    return int(reply.rr[0].rdata.times[0]) if reply.rr else -1


def answers(port: int) -> bool:
    try:
        return serial_at(port) >= 0
    except OSError:
        return False


@pytest.fixture
def nsd(tmp_path: Path) -> Iterator[Nsd]:
    """With bad.example, blocked."""
    folder = tmp_path / "nsd"
    folder.mkdir()
    started = start_nsd(folder, ["bad.example CNAME ."])
    yield started
    started.process.terminate()
    started.process.wait(10)


@pytest.fixture
def knot(tmp_path: Path) -> Iterator[Knot]:
    """With bad.example, blocked by two records, and all below it."""
    folder = tmp_path / "knot"
    folder.mkdir()
    lines = ["bad.example A 192.0.2.1", "bad.example AAAA 2001:db8::1", "*.bad.example CNAME ."]
    started = start_knot(folder, lines)
    yield started
    started.stop()


def soa(serial: int, zone: str = ZONE) -> RR:
    """The SOA record of a version."""
    times = (serial, 3600, 600, 86400, 60)
    return RR(zone, QTYPE.SOA, ttl=60, rdata=SOA("ns.test", "host.test", times))


def blocks(name: str, zone: str = ZONE) -> RR:
    """The record that blocks a name."""
    return RR(f"{name}.{zone}", QTYPE.CNAME, ttl=60, rdata=CNAME("."))


def message(number: int, records: Sequence[RR]) -> bytes:
    """An answer with these records."""
    made = DNSRecord(DNSHeader(id=number, qr=1, aa=1))
    for record in records:
        made.add_answer(record)
    return bytes(made.pack())


Script = Callable[[int, bytes], Iterator[bytes]]
"""The id of a question over TCP, and the question → what is sent, with lengths."""


@dataclass
class Broken:
    """A primary that says over UDP which version it has, and over TCP what a test wants."""

    port: int
    serial: int = 2
    script: Script = field(default=lambda number, _: iter([framed(message(number, [soa(2)]))]))


def framed(wire: bytes) -> bytes:
    return pack(">H", len(wire)) + wire


@pytest.fixture
def broken() -> Iterator[Broken]:
    port = free_port()
    told = Broken(port)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.bind(("127.0.0.1", port))
    tcp.bind(("127.0.0.1", port))
    tcp.listen()

    def serve_udp() -> None:
        while True:
            wire, peer = udp.recvfrom(4096)
            if not wire:
                return
            udp.sendto(message(int.from_bytes(wire[:2], "big"), [soa(told.serial)]), peer)

    def serve_tcp() -> None:
        while True:
            connection, _ = tcp.accept()
            with connection:
                size = connection.recv(2)
                if not size:
                    return
                wire = connection.recv(int.from_bytes(size, "big"))
                try:
                    for piece in told.script(int.from_bytes(wire[:2], "big"), wire):
                        connection.sendall(piece)
                except OSError:
                    continue  # it heard enough

    threads = [threading.Thread(target=each) for each in (serve_udp, serve_tcp)]
    for thread in threads:
        thread.start()
    yield told
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bye:
        bye.sendto(b"", ("127.0.0.1", port))
    socket.create_connection(("127.0.0.1", port)).close()
    for thread in threads:
        thread.join()
    udp.close()
    tcp.close()


def source(
    port: int, tsig: Tsig | None = None, kind: SourceKind = SourceKind.BLOCK, **more: object
) -> Source:
    """The zone at a primary on loopback."""
    zone = ZoneSource(ZONE, (("127.0.0.1", port),), tsig)
    category = "illegal" if kind is SourceKind.IWF else "malware"
    location = f"dns://127.0.0.1:{port}/{ZONE}"
    return Source("zone", category, location, kind, zone=zone, **more)  # type: ignore[arg-type]


def tsig(
    folder: Path, secret: str = SECRET, name: str = KEY, algorithm: str = "hmac-sha256"
) -> Tsig:
    """The key, its secret in a file."""
    path = folder / "secret"
    path.write_text(secret + "\n")
    path.chmod(0o600)
    return Tsig(name, algorithm, path)
