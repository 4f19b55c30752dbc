"""How long a change at a primary takes to be in force: a zone of a million names, from a knot.

The clock starts when knot answers with the new serial (its own work, seconds of it, is not ours),
and stops when the resolver blocks the name that came. guardian runs as a provider has it: control,
one resolver, NOTIFY; all is signed. On a machine that is busy otherwise the clock says little, for
what transfers and compiles stands back for all else (nice 10): the CPU time says what it costs.
"""

import os
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from dnslib import DNSRecord

from benchmarks import corpus
from benchmarks.alone import Figure
from benchmarks.measure import Bench
from benchmarks.probe import answers, free_port
from benchmarks.processes import SYSTEM_PATH, Running, cpu_seconds, spent_seconds, until
from benchmarks.servers.base import NotStartedError
from benchmarks.servers.guardian import Guardian

PROGRAM: Final = "knotd"
MANY: Final = 1_000_000
CHANGES: Final = 5
_ZONE: Final = "rpz.example"
_SECRET: Final = "YSBzZWNyZXQgb2YgdHdvIHNlcnZlcnMgb2YgYSBiZW5jaG1hcms="
_BLOCKED: Final = ["0.0.0.0"]
_CONF: Final = """\
server:
  rundir: {folder}
  listen: 127.0.0.1@{port}
database:
  storage: {folder}/db
key:
  - id: bench.example
    algorithm: hmac-sha256
    secret: {secret}
remote:
  - id: guardian
    address: 127.0.0.1@{notify}
    key: bench.example
acl:
  - id: guardian
    address: 127.0.0.1
    key: bench.example
    action: transfer
zone:
  - domain: {zone}
    file: {folder}/zone
    acl: guardian
    notify: guardian
    zonefile-sync: -1
    journal-content: changes
"""


class Primary:
    """knot, with the zone. port: where it answers. notify: where it tells of changes."""

    def __init__(self, folder: Path, core: int, blocked: str) -> None:
        """blocked: a name of the list, with what is below it."""
        self._folder = folder
        self._blocked = blocked
        self._core = core
        self.port, self.notify = free_port(), free_port()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Raises NotStartedError."""
        (self._folder / "db").mkdir(parents=True)
        with (self._folder / "zone").open("w") as file:
            file.write("$TTL 60\n@ SOA ns.example. host.example. 1 3600 600 86400 60\n")
            file.write("  NS ns.example.\n")
            file.writelines(f"{name} CNAME .\n" for name in corpus.listed(MANY))
            file.write(f"*.{self._blocked} CNAME .\n")  # what `Server.start` asks for
        conf = self._folder / "knot.conf"
        conf.write_text(
            _CONF.format(
                folder=self._folder, port=self.port, notify=self.notify, secret=_SECRET, zone=_ZONE
            )
        )
        with Running([PROGRAM, "-c", str(conf)], self._core, self._folder / "log") as knot:
            loaded = "loaded, serial"
            if not until(lambda: not knot.alive or loaded in knot.log.read_text(), 300, 0.5):
                raise NotStartedError("knot did not load the zone")
            if not knot.alive:
                raise NotStartedError(f"knot ended: {knot.log.read_text()[-300:]}")
            yield

    def control(self, *words: str) -> None:
        subprocess.run(
            ["knotc", "-s", str(self._folder / "knot.sock"), *words],
            check=True,
            capture_output=True,
            env=os.environ | {"PATH": SYSTEM_PATH},
        )

    def controlling(self, *words: str) -> "subprocess.Popen[bytes]":
        """The same, under way."""
        return subprocess.Popen(
            ["knotc", "-s", str(self._folder / "knot.sock"), "-t", "120", *words],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PATH": SYSTEM_PATH},
        )

    def serial(self) -> int | None:
        """Of the zone as it answers; None where it does not."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(1)
            try:
                udp.sendto(DNSRecord.question(_ZONE, "SOA").pack(), ("127.0.0.1", self.port))
                return int(DNSRecord.parse(udp.recv(4096)).rr[0].rdata.times[0])
            except (OSError, IndexError):
                return None

    def prepare(self, came: str, went: str) -> None:
        """A change that waits to be committed."""
        self.control("zone-begin", _ZONE)
        self.control("zone-set", _ZONE, came, "60", "CNAME", ".")
        self.control("zone-unset", _ZONE, went)


class Secondary(Guardian):
    """guardian, with the zone of a primary as its only list."""

    primary: ClassVar[Primary]

    def settings(self, block: Sequence[str] = ("ads",)) -> Mapping[str, object]:
        secret = self.place.folder / "secret"
        secret.write_text(_SECRET)
        secret.chmod(0o600)
        source = {
            "name": "bench",
            "category": "ads",
            "zone": _ZONE,
            "primaries": [f"127.0.0.1:{self.primary.port}"],
            "tsig": {"name": "bench.example", "secret_file": str(secret)},
        }
        notify = f"127.0.0.1:{self.primary.notify}"
        lists = {"bundled": "none", "notify": notify, "sources": [source]}
        return {**super().settings(block), "lists": lists}


def missing() -> str:
    """Why this cannot be measured; empty where it can."""
    found = shutil.which(PROGRAM, path=SYSTEM_PATH)
    return "" if found else f"{PROGRAM} is not installed (apt-get install knot)"


def measure(bench: Bench) -> list[Figure]:
    """The figures. Raises NotStartedError."""
    primary = Secondary.primary = Primary(
        bench.folder / "knot", bench.plan.load_core, bench.blocked
    )
    with primary.running():
        server = Secondary(bench.place("secondary"))
        begun = time.monotonic()
        try:
            server.start()
            whole = time.monotonic() - begun
            changes = [_change(primary, server, number) for number in range(CHANGES)]
        finally:
            server.stop()
    taken = sorted(each[0] for each in changes)
    spent = statistics.median(each[1] for each in changes)
    return [
        Figure("whole_s", "start to 1 M names by AXFR in force", whole, "s"),
        Figure(
            "change_s", "a change in 1 M names in force (median)", statistics.median(taken), "s", 2
        ),
        Figure("slowest_s", f"the slowest of {CHANGES}", taken[-1], "s"),
        Figure("change_cpu_s", "its CPU time, transfer, compilation and all (median)", spent, "s"),
    ]


def _change(primary: Primary, server: Secondary, number: int) -> tuple[float, float]:
    """Seconds that it takes, and CPU seconds of all of guardian's processes."""
    came, went = f"came-{number}.shop-0.example", f"came-{number - 1}.shop-0.example"
    primary.prepare(came, went if number else list(corpus.listed(2))[1])
    time.sleep(12)  # what a primary may ask for at once has grown again
    before = primary.serial()
    with primary.controlling("zone-commit", _ZONE):
        if not until(lambda: primary.serial() not in (before, None), 120, 0.005):
            raise NotStartedError("knot did not commit a change")
        begun = time.monotonic()
    spent = _spent(server)
    if not until(lambda: answers(server.place.port, came) == _BLOCKED, 60, 0.005):
        raise NotStartedError("a change did not come into force")
    taken = time.monotonic() - begun
    return taken, _spent(server) - spent


def _spent(server: Secondary) -> float:
    """What guardian has needed so far: what works for control ends before control goes on."""
    parts = server.parts()
    control = next(iter(parts["control"]))
    return spent_seconds(control) + cpu_seconds(parts["resolver"])
