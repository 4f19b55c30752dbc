"""The pages of a large household: how long the server takes, and how much goes over the wire.

Everything is asked for over loopback as a browser does, compressed and on one connection, while
guardian has a core of its own. Time is from the request to the last byte; CPU is what the control
process spent on it, which a busy machine hardly changes.
"""

import compileall
import gzip
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final

from dnslib import DNSRecord

import guardian
from benchmarks import household
from benchmarks.alone import Figure
from benchmarks.measure import Plan
from benchmarks.probe import answers, ask, free_port
from benchmarks.processes import Running, command_line, cpu_seconds, pss_megabytes, until
from benchmarks.report import aligned
from benchmarks.servers.base import NotStartedError
from benchmarks.servers.guardian import COMMAND, RESOLVER
from guardian.web import compiled
from guardian.web.api import PREFIX
from guardian.web.api.operations import OPERATIONS
from guardian.web.rights import Right
from guardian.web.routes import ROUTES
from guardian.web.visit import COOKIE

PAGE_MS: Final = 10.0  # p50 of every page
CONTROL_MB: Final = 60.0
FIRST_VISIT_KB: Final = 60.0
LATER_VISIT_KB: Final = 15.0
_ASKED: Final = 40  # times that each page is asked for
_WARM: Final = 5
_PATIENCE: Final = 180.0  # seconds that it may take to start, on a machine that has other work
_CHILD: Final = household.person(1)
# What stands for the parts of an address; the paths that no page is at are left out.
_PARTS: Final = {
    "{person}": _CHILD.replace(" ", "%20"),
    "{number}": "0",
    "/links/0": "/links/1",
    "{token}": "token%201",
    "{device}": household.device(1),
}
_NO_PAGES: Final = frozenset(
    {"/changes", "/me/changes", "/setup", "/login", "/settings/backup/file"}
)
_ALSO: Final = (
    f"/activity?person={_PARTS['{person}']}&days=week",
    f"/people/{_PARTS['{person}']}/filters?find=o",
    f"/people/{_PARTS['{person}']}/week?view=grid",
    "/settings/lists?name=www.pornhub.com",
)
_CALLS: Final = {"/check": "?name=open.example&person=" + _PARTS["{person}"]}
_STATIC: Final = re.compile(r'"(/static/[^"]+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """What a page took. times: ms, sorted. cpu: ms of control's. size: bytes on the wire, with
    heads. files: what it brings along.
    """

    path: str
    times: tuple[float, ...]
    cpu: float
    size: int
    files: tuple[str, ...]

    @property
    def p50(self) -> float:
        return median(self.times)

    @property
    def p99(self) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * 0.99))]


class Server:
    """guardian with the large household, and a browser's connection to it."""

    def __init__(self, folder: Path, core: int) -> None:
        self.folder, self.core = folder, core
        self.dns, self.web = free_port(), free_port()
        self.state = folder / "state"
        self.token = ""

    def fill(self) -> None:
        """Write its configuration and its store."""
        self.state.mkdir(parents=True)
        content = household.configuration(self.dns, self.web, free_port())
        (self.folder / "home.yaml").write_bytes(content)
        _install()
        now = datetime.now(UTC).replace(microsecond=0)
        self.token = household.fill(self.state / "guardian.db", content, now)

    def start(self) -> Running:
        """Start it, and wait until its pages answer."""
        argv = [*COMMAND, "run", "--config", str(self.folder / "home.yaml")]
        running = Running([*argv, "--state", str(self.state)], self.core, self.folder / "log")
        if not until(
            lambda: answers(self.dns, "localhost") is not None and self._is_open(), _PATIENCE
        ):
            running.stop()
            raise NotStartedError(f"guardian did not start; see {self.folder / 'log'}")
        return running

    def _is_open(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.web, timeout=60)

    def get(self, path: str, connection: HTTPConnection | None = None) -> tuple[int, int, bytes]:
        """Status, bytes on the wire and the content of an address."""
        asked = connection or self.connect()
        asked.request(
            "GET", path, headers={"Cookie": f"{COOKIE}={self.token}", "Accept-Encoding": "gzip"}
        )
        response = asked.getresponse()
        content = response.read()
        head = 17 + sum(len(name) + len(value) + 4 for name, value in response.headers.items())
        if connection is None:
            asked.close()
        return response.status, head + len(content), _plain(content)


def _install() -> None:
    """Have code and templates compiled, as they are where guardian was installed."""
    compileall.compile_dir(Path(guardian.__file__).parent, quiet=2)
    compiled.main()


def _plain(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def addresses() -> Iterator[str]:
    """Every page that an owner can look at, and every call of the API that changes nothing."""
    for route in ROUTES:
        if route.method == "GET" and route.path not in _NO_PAGES:
            yield _filled(route.path)
    yield from _ALSO
    yield f"{PREFIX}/status"
    for operation in OPERATIONS:
        if operation.method == "GET" and operation.right is not Right.HERE:
            yield _filled(PREFIX + operation.path) + _CALLS.get(operation.path, "")


def _filled(path: str) -> str:
    for part, value in _PARTS.items():
        path = path.replace(part, value)
    return path


def control_of(running: Running) -> list[int]:
    """The control process."""
    return [pid for pid in running.pids() if RESOLVER not in command_line(pid)]


def _page(server: Server, path: str, control: list[int]) -> Page | None:
    """What a page takes; None where there is nothing at the address in this household."""
    connection, times = server.connect(), []
    status, size, content = server.get(path, connection)
    if status != 200:
        return None
    for _ in range(_WARM):
        server.get(path, connection)
    before = cpu_seconds(control)
    for _ in range(_ASKED):
        begun = time.perf_counter()
        server.get(path, connection)
        times.append((time.perf_counter() - begun) * 1e3)
    cpu = (cpu_seconds(control) - before) * 1e3 / _ASKED
    connection.close()
    files = tuple(sorted(set(_STATIC.findall(content.decode()))))
    return Page(path, tuple(sorted(times)), cpu, size, files)


def _ask_from_everywhere(server: Server) -> None:
    """A query from everybody's device, so that each has been seen."""
    query = DNSRecord.question("www.example").pack()
    for number in range(household.PEOPLE):
        ask(server.dns, bytes(query), household.device(number))


def measure(folder: Path, plan: Plan) -> tuple[list[Page], list[Figure]]:
    """Each page, and what was promised of all together."""
    server = Server(folder, plan.server_core)
    server.fill()
    with server.start() as running:
        _ask_from_everywhere(server)
        control = control_of(running)
        begun = pss_megabytes(control)
        found = {path: _page(server, path, control) for path in addresses()}
        pages = [each for each in found.values() if each is not None]
        memory = pss_megabytes(control)
        sizes = {file: server.get(file)[1] for page in pages for file in page.files}
    shown = [each for each in pages if not each.path.startswith(PREFIX)]
    slowest = max(pages, key=lambda each: each.p50)
    first = max(shown, key=lambda each: each.size + sum(map(sizes.__getitem__, each.files)))
    heaviest = max(shown, key=lambda each: each.size)
    home = shown[0]
    whole = first.size + sum(map(sizes.__getitem__, first.files))
    print("Not shown here:", *(path for path, each in found.items() if each is None))
    return pages, [
        Figure("pages_p50_ms", f"slowest page, p50 ({slowest.path})", slowest.p50, "ms", PAGE_MS),
        Figure("pages_cpu_ms", "dearest page, CPU", max(each.cpu for each in pages), "ms"),
        Figure("home_p50_ms", "the first page, p50", home.p50, "ms", PAGE_MS),
        Figure("first_kb", f"most of a first visit ({first.path})", whole / 1e3, "kB", 60),
        Figure("later_kb", f"most of a later one ({heaviest.path})", heaviest.size / 1e3, "kB", 15),
        Figure("control_mb", "control, PSS, before any page", begun, "MB"),
        Figure("control_after_mb", "control, PSS, after all pages", memory, "MB", CONTROL_MB),
    ]


def table(pages: list[Page]) -> str:
    """What each page took."""
    rows = [("page", "p50 ms", "p99 ms", "CPU ms", "kB")]
    rows += [
        (each.path, f"{each.p50:.1f}", f"{each.p99:.1f}", f"{each.cpu:.1f}",
         f"{each.size / 1e3:.1f}")
        for each in pages
    ]  # fmt: skip
    return "\n".join(["pages of a large household", *aligned(rows)])


def as_json(pages: list[Page]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {"path": each.path, "p50_ms": each.p50, "p99_ms": each.p99, "cpu_ms": each.cpu,
         "bytes": each.size}
        for each in pages
    ]  # fmt: skip
