"""A real upstream and a real household, each on free ports and in a scratch folder."""

import atexit
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from dnslib import DNSRecord

ZONE = """$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
* A 192.0.2.1
alias CNAME tracker.ads.test.
hinted HTTPS 1 . alpn=h2 ipv4hint=198.51.100.7 ipv6hint=2001:db8:66::7
far CNAME near
near A 198.51.100.8
near HTTPS 1 . alpn=h2
moved CNAME www.new.example.
""" + "".join(f"big A 198.51.100.{number}\n" for number in range(100, 250))


ZONES = ("open.test", "ads.test", "old.example", "fresh.example", "new.example")


PORTS = 200
"""Ports a test process takes for itself at once."""

_held: list[tuple[socket.socket, Iterator[int]]] = []


def free_port() -> int:
    """A port that is free for UDP and TCP, and that no other test process will be given.

    All lie below those that the kernel hands out by itself. The first port of a block stays bound
    for as long as this process lives: so suites that run side by side never take the same one,
    however long theirs takes to start.
    """
    while True:
        if not _held:
            _held.append(_block())
        port = next(_held[-1][1], None)
        if port is None:
            _held.append(_block())
        elif _is_free(port):
            return port


def _block() -> tuple[socket.socket, Iterator[int]]:
    while True:
        first = random.randrange(10_000, 32_000, PORTS)
        mark = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            mark.bind(("127.0.0.1", first))
        except OSError:
            mark.close()
        else:
            atexit.register(mark.close)
            return mark, iter(range(first + 1, first + PORTS))


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        for family, address in ((socket.AF_INET, ""), (socket.AF_INET6, "::1")):
            with socket.socket(family, kind) as probe:
                try:
                    probe.bind((address, port))
                except OSError:
                    return False
    return True


def ask(
    port: int,
    qname: str,
    qtype: str = "A",
    client: str = "127.0.0.1",
    *,
    tcp: bool = False,
    seconds: float = 3,
) -> DNSRecord:
    """The reply to a real query from a source address; TimeoutError after so many seconds."""
    query = DNSRecord.question(qname, qtype)
    query.add_ar(_opt())
    wire = bytes(query.pack())
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.settimeout(seconds)
        sock.bind((client, 0))
        sock.connect(("127.0.0.1", port))
        if not tcp:
            sock.send(wire)
            return DNSRecord.parse(sock.recv(4096))
        sock.sendall(len(wire).to_bytes(2) + wire)
        with sock.makefile("rb") as stream:
            return DNSRecord.parse(stream.read(int.from_bytes(stream.read(2))))


def _opt() -> object:
    from dnslib import EDNS0

    return EDNS0(udp_len=1232)


def ede(reply: DNSRecord) -> int | None:
    """The info-code of a reply's extended error."""
    for option in reply.ar[0].rdata if reply.ar else []:
        if option.code == 15:
            return int.from_bytes(option.data[:2])
    return None


def eventually(question: Callable[[], object]) -> None:
    """Wait until a call says yes; a minute at most, for a busy machine."""
    end = time.monotonic() + 60
    while not question():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an nsd that knows home.test and ads.test."""
    nsd = shutil.which("nsd") or "/usr/sbin/nsd"
    if not Path(nsd).exists():
        pytest.skip("nsd is not installed")
    folder, port = tmp_path_factory.mktemp("nsd"), free_port()
    (folder / "zone").write_text(ZONE)
    zones = "".join(f"zone:\n  name: {zone}\n  zonefile: {folder}/zone\n" for zone in ZONES)
    (folder / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  zonesdir: {folder}\n'
        f"  pidfile: {folder}/pid\n  xfrdfile: {folder}/xfrd\n  zonelistfile: {folder}/list\n"
        f'  database: ""\n  rrl-ratelimit: 0\nremote-control:\n  control-enable: no\n{zones}'
    )
    process = subprocess.Popen(
        [nsd, "-d", "-c", str(folder / "nsd.conf")], stderr=subprocess.DEVNULL
    )
    eventually(lambda: _answers(port))
    yield port
    process.terminate()
    process.wait(5)


def _answers(port: int) -> bool:
    try:
        return bool(ask(port, "x.open.test").rr)
    except OSError:
        return False


@dataclass(slots=True)
class Running:
    """A running guardian. config: its file; a change is followed. block: port of the block page."""

    process: subprocess.Popen[str]
    port: int
    web: int
    config: Path
    state: Path
    block: int = 0

    def resolver_pids(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    line = (entry / "cmdline").read_bytes().decode().split("\0")
                    ours = any(str(self.state) in each for each in line)
                    sockets = self._owns(entry)
                except OSError:
                    continue
                if "guardian.service.resolver" in line and (ours or sockets):
                    found.append(int(entry.name))
        return found

    def _owns(self, entry: Path) -> bool:
        wanted = f"{self.port:04X}"
        inodes = {
            line.split()[9]
            for line in Path("/proc/thread-self/net/udp").read_text().splitlines()[1:]
            if line.split()[1].endswith(f":{wanted}")
        }
        links = [str(each.readlink()) for each in (entry / "fd").iterdir()]
        return any(f"socket:[{inode}]" in links for inode in inodes)

    def ask(
        self, qname: str, qtype: str = "A", client: str = "127.0.0.1", *, tcp: bool = False
    ) -> DNSRecord:
        return ask(self.port, qname, qtype, client, tcp=tcp)

    def run(self, *arguments: str) -> str:
        """What a guardian command says of this household."""
        command = [sys.executable, "-m", "guardian.cli.main", *arguments]
        command += ["--config", str(self.config), "--state", str(self.state)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout

    def only_chosen_sites(self, *names: str) -> None:
        """Let Lina have these names and nothing else; wait until it is so."""
        self.write("windows: []", f"windows: []\n    allow_only: true\n    allow_names: {[*names]}")
        eventually(lambda: "Only chosen" in self.run("check", "x.test", "--person", "Lina"))

    def write(self, old: str, new: str) -> None:
        """Change the configuration."""
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def code(self) -> str:
        """The code that opens the first run, as guardian printed it."""
        out = self.state.parent / "stdout"
        eventually(lambda: "Ctrl-C" in out.read_text())
        return str(re.findall(r"the code ([a-z0-9]{4}-[a-z0-9]{4})", out.read_text())[-1])

    def start(self) -> None:
        self.process = start(self.config, self.state)
        eventually(lambda: up(self.port))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(15)


def start(config: Path, state: Path, around: Sequence[str] = ()) -> subprocess.Popen[str]:
    """around: a command that runs another one, in whose surroundings guardian is to run."""
    command = [*around, sys.executable, "-m", "guardian.cli.main", "run"]
    with (state.parent / "stderr").open("a") as stderr, (state.parent / "stdout").open("a") as out:
        return subprocess.Popen(
            [*command, "--config", str(config), "--state", str(state)],
            stdout=out,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )


def up(port: int) -> bool:
    try:
        return int(ask(port, "localhost").header.rcode) == 0
    except OSError:
        return False


@contextmanager
def lived_in(
    config: Path, state: Path, port: int, web: int, block: int = 0, around: Sequence[str] = ()
) -> Iterator[Running]:
    """A guardian that has started to answer; nothing of it is left afterwards."""
    running = Running(start(config, state, around), port, web, config, state, block)
    try:
        eventually(lambda: running.process.poll() is not None or up(port))
        errors = (state.parent / "stderr").read_text()
        assert running.process.poll() is None, f"guardian ended at once: {errors}"
        running.code()
        yield running
    finally:
        running.process.kill()
        running.process.wait(5)
        for pid in running.resolver_pids():
            os.kill(pid, signal.SIGKILL)


HOUSEHOLD = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams:
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
  - {{address: 127.0.0.1, port: {upstream}}}
local: {{records: {{router.home.arpa: 192.168.1.1}}}}
lists:
  bundled: all
  sources: [{{name: house, path: house.txt, category: house-ads}}]
profiles:
  child:
    block: [adult, house-ads]
    safe_search: true
    windows: [{windows}]
people:
  - {{name: Lina, age_band: 6-8, profile: child, devices: [127.0.0.2]}}
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
unknown_devices: {{profile: child}}
"""


@pytest.fixture
def household(tmp_path: Path, upstream: int) -> Iterator[Running]:
    """A guardian with Lina (127.0.0.2, filtered) and Mara (127.0.0.4, not)."""
    port, web = free_port(), free_port()
    config = tmp_path / "home.yaml"
    (tmp_path / "house.txt").write_text("ads.test\n")
    config.write_text(HOUSEHOLD.format(port=port, web=web, upstream=upstream, windows=""))
    with lived_in(config, tmp_path / "state", port, web) as running:
        yield running


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of seconds that are added to the wall clock of all that is started from now on."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    library, source = tmp_path / "clock.so", Path(__file__).with_name("clock.c")
    command = ["gcc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    offset = tmp_path / "offset"
    offset.write_text("0")
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("CLOCK_OFFSET", str(offset))
    return offset
