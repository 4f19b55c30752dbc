"""What a busy household writes to its disk: transactions, flushes and bytes, as a card feels them.

The large household of `pages` is asked at the pace of a million look-ups a day, and much
faster. Transactions are told by another reader of the database (PRAGMA data_version), flushes by
strace where it is installed, bytes by the kernel (/proc/PID/io).
"""

import re
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dnslib import DNSRecord

from benchmarks import household
from benchmarks.alone import Figure
from benchmarks.measure import Plan
from benchmarks.pages import Server, control_of
from benchmarks.probe import ask

SECONDS: Final = 60.0
PACES: Final = ((12, "a million look-ups a day"), (120, "ten million a day"))
_FLUSHES: Final = re.compile(r"\b(fsync|fdatasync|msync|sync_file_range)\(")


@dataclass(frozen=True, slots=True)
class Written:
    """What control wrote in some seconds. flushes: None where strace is not there."""

    seconds: float
    transactions: int
    bytes: int
    flushes: int | None


def measure(folder: Path, plan: Plan) -> list[Figure]:
    """The figures, for each pace."""
    server = Server(folder, plan.server_core)
    server.fill()
    figures: list[Figure] = []
    with server.start() as running:
        [control, *_] = control_of(running)
        time.sleep(5)
        for pace, title in PACES:
            found = _watched(server, control, pace)
            figures += _figures(found, title)
    return figures


def _figures(found: Written, title: str) -> list[Figure]:
    a_day = 86_400 / found.seconds
    per_5 = found.transactions * 5 / found.seconds
    figures = [
        Figure("transactions_5s", f"{title}: transactions in 5 s", per_5, "", 1),
        Figure("written_mb", f"{title}: written in a day", found.bytes * a_day / 1e6, "MB"),
    ]
    if found.flushes is not None:
        name = f"{title}: flushes to the disk in a minute"
        figures.append(Figure("flushes", name, found.flushes * 60 / found.seconds, ""))
    return figures


def _watched(server: Server, control: int, pace: int) -> Written:
    """Ask from everybody's device in turns for a while, and count meanwhile."""
    trace = server.folder / f"trace-{pace}"
    tracer = _traced(control, trace)
    try:
        before, begun = _written(control), time.monotonic()
        transactions = _asked(server, pace)
        seconds, wrote = time.monotonic() - begun, _written(control) - before
    finally:
        if tracer is not None:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(10)
    flushes = len(_FLUSHES.findall(trace.read_text())) if tracer is not None else None
    return Written(seconds, transactions, wrote, flushes)


def _asked(server: Server, pace: int) -> int:
    """Send queries at a pace; gives how often the database was another one meanwhile."""
    end, number, transactions = time.monotonic() + SECONDS, 0, 0
    with closing(sqlite3.connect(server.state / "guardian.db")) as reader:
        seen = _version(reader)
        while (now := time.monotonic()) < end:
            name = ("ads.example", "www.youtube.com", "www.example")[number % 3]
            query = DNSRecord.question(name).pack()
            ask(server.dns, bytes(query), household.device(number % household.PEOPLE))
            number += 1
            if (version := _version(reader)) != seen:
                seen, transactions = version, transactions + 1
            time.sleep(max(0.0, now + 1 / pace - time.monotonic()))
    return transactions


def _version(reader: sqlite3.Connection) -> int:
    return int(reader.execute("PRAGMA data_version").fetchone()[0])


def _written(pid: int) -> int:
    """Bytes that a process has caused to be written to disks."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["write_bytes"]) - int(fields["cancelled_write_bytes"])


def _traced(pid: int, into: Path) -> subprocess.Popen[bytes] | None:
    if shutil.which("strace") is None:
        return None
    calls = "trace=fsync,fdatasync,msync,sync_file_range"
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-e", calls, "-o", str(into), "-p", str(pid)],
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1)
    return tracer
