"""Streams: what a query costs over TCP, TLS and HTTPS beside dnsdist, and what idle devices cost.

Connections stand before the run, as devices keep theirs; the same cached names as over UDP. With
one query in flight a connection each has its own system calls; pipelined, as resolvers that forward
ask, many share them.
"""

import resource
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import doh, load
from benchmarks.alone import Figure
from benchmarks.measure import Bench
from benchmarks.probe import LOOPBACK, free_port
from benchmarks.processes import cpu_seconds, pss_megabytes
from benchmarks.servers.base import Place
from benchmarks.servers.dnsdist import Dnsdist
from benchmarks.servers.guardian import Guardian
from benchmarks.workloads import WORKLOADS

CONNECTIONS: Final = 20
IDLE: Final = 5_000
_EACH: Final = 30  # connections from one address
_FLIGHTS: Final = {"one in flight": CONNECTIONS, "pipelined": 50 * CONNECTIONS}


def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


_CONTEXT: Final = _trusting()


class StreamGuardian(Guardian):
    """guardian with DNS over TLS and HTTPS."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.tls, self.https = free_port(), free_port()

    def settings(self, block: Sequence[str] = ("ads",)) -> Mapping[str, object]:
        encrypted = {
            "tls": [f"{LOOPBACK}:{self.tls}"],
            "https": [f"{LOOPBACK}:{self.https}"],
            "connections": 2 * IDLE,
        }
        return {**super().settings(block), "encrypted": encrypted}


class StreamDnsdist(Dnsdist):
    """dnsdist with DNS over TLS and HTTPS, and a certificate of the same kind."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.tls, self.https = free_port(), free_port()

    def command(self) -> list[str]:
        command = super().command()
        chain, key = self.place.folder / "chain.pem", self.place.folder / "key.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=dnsdist"),
                *("-keyout", str(key), "-out", str(chain)),
            ],
            check=True,
            capture_output=True,
        )
        with (self.place.folder / "dnsdist.conf").open("a") as conf:
            conf.write(f'addTLSLocal("{LOOPBACK}:{self.tls}", "{chain}", "{key}")\n')
            conf.write(
                f'addDOHLocal("{LOOPBACK}:{self.https}", "{chain}", "{key}", "/dns-query")\n'
            )
        return command


_Streaming = StreamGuardian | StreamDnsdist


@dataclass(frozen=True, slots=True)
class Cost:
    """µs of a server's time for each answer: the median run, and half of what runs differ by."""

    transport: str
    flight: str
    server: str
    cpu: float
    spread: float


def measure(bench: Bench) -> tuple[list[Cost], list[Figure]]:
    """Both servers by turns, then guardian's idle connections and handshakes."""
    queries = WORKLOADS[0].write(bench.folder, 0, bench.plan.seconds)
    with ExitStack() as stack:
        servers: list[_Streaming] = []
        for kind in (StreamGuardian, StreamDnsdist):
            if not kind.missing():
                server = kind(bench.place(f"stream-{kind.name}"))
                stack.callback(server.stop)
                server.start()
                servers.append(server)
        costs = [
            cost
            for transport in ("tcp", "dot", "doh")
            for flight in _FLIGHTS
            for cost in _costs(bench, servers, queries, transport, flight)
        ]
        return costs, [each for server in servers for each in _idle(server)]


def _costs(
    bench: Bench, servers: Sequence[_Streaming], queries: Path, transport: str, flight: str
) -> list[Cost]:
    found: dict[str, list[float]] = {}
    for run in range(bench.plan.runs + 1):  # the first one warms
        for server in servers:
            before = cpu_seconds(server.pids())
            said = _load(bench, server, queries, transport, _FLIGHTS[flight])
            used = cpu_seconds(server.pids()) - before
            if run:
                found.setdefault(server.name, []).append(used / said.answered * 1e6)
    return [
        Cost(transport, flight, name, median(runs), (max(runs) - min(runs)) / 2)
        for name, runs in found.items()
    ]


def _load(
    bench: Bench, server: _Streaming, queries: Path, transport: str, flying: int
) -> load.Load:
    seconds, core = bench.plan.seconds, bench.plan.load_core
    if transport == "doh":
        return doh.full(
            server.https, queries, seconds, core, connections=CONNECTIONS, flying=flying
        )
    return load.streamed(
        server.tls if transport == "dot" else server.place.port, queries, seconds, core,
        transport=transport, connections=CONNECTIONS, flying=flying,
    )  # fmt: skip


def _idle(server: _Streaming) -> list[Figure]:
    """What so many devices cost that are connected and say nothing, and what connecting took."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    wanted = min(IDLE, limit - 500)
    before, cpu = _memory(server), cpu_seconds(server.pids())
    began = time.monotonic()
    with ExitStack() as stack:
        for number in range(wanted):
            stack.enter_context(closing(_connected(server, number)))
        took = time.monotonic() - began
        spent = cpu_seconds(server.pids()) - cpu
        grown = _memory(server) - before
    name, ours = server.name, isinstance(server, StreamGuardian)
    return [
        Figure(f"{name}_idle_mb", f"{name}: {wanted:,} idle DoT connections", grown, "MB",
               120 if ours else None),
        Figure(f"{name}_handshake_us", f"{name}: CPU of a handshake", spent / wanted * 1e6, "µs"),
        Figure(f"{name}_handshakes", f"{name}: handshakes a second, one at a time", wanted / took,
               "/s"),
    ]  # fmt: skip


def _memory(server: _Streaming) -> float:
    return pss_megabytes(server.pids())


def _connected(server: _Streaming, number: int) -> ssl.SSLSocket:
    plain = socket.create_connection(
        (LOOPBACK, server.tls), timeout=10, source_address=(f"127.0.1.{number // _EACH}", 0)
    )
    return _CONTEXT.wrap_socket(plain)


def table(costs: Sequence[Cost]) -> str:
    """What a person reads."""
    lines = ["µs of CPU a query, warm connections"]
    for each in costs:
        where = f"{each.transport}, {each.flight}"
        lines.append(f"  {where:<20} {each.server:<10} {each.cpu:6.1f}  ± {each.spread:.1f}")
    return "\n".join(lines)


def as_json(costs: Sequence[Cost]) -> list[dict[str, object]]:
    """What a program reads."""
    return [
        {
            "transport": each.transport,
            "flight": each.flight,
            "server": each.server,
            "cpu_us": round(each.cpu, 2),
            "spread_us": round(each.spread, 2),
        }
        for each in costs
    ]
