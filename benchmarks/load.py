"""The load: dnsperf, and what it says about how a server did."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from benchmarks.processes import SYSTEM_PATH

PROGRAM: Final = "dnsperf"
CLIENTS: Final = 8  # sockets asked from
IN_FLIGHT: Final = 128  # queries asked and not yet answered
TIMEOUT: Final = 2  # seconds until a query counts as lost


class LoadError(RuntimeError):
    """dnsperf ended without figures; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Load:
    """What dnsperf reported of one run.

    seconds: from the first query to the last answer.
    mean: of the latency, in seconds.
    rcodes: answers by rcode.
    """

    sent: int
    answered: int
    lost: int
    seconds: float
    mean: float
    rcodes: dict[str, int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> float:
        """The share of queries that were lost or got neither NOERROR nor NXDOMAIN."""
        good = self.rcodes.get("NOERROR", 0) + self.rcodes.get("NXDOMAIN", 0)
        return 1 - good / self.sent if self.sent else 1.0


def full(port: int, queries: Path, seconds: float, core: int, *, once: bool) -> Load:
    """As many queries as the server takes; `once`: end with the file rather than begin it again."""
    limit = ("-n", "1") if once else ()
    return parse(_dnsperf(port, queries, seconds, core, *limit))


def streamed(
    port: int, queries: Path, seconds: float, core: int, *, transport: str, connections: int,
    flying: int,
) -> Load:  # fmt: skip
    """As many queries as the server takes over connections that stand: "tcp" or "dot"."""
    options = ("-m", transport, "-c", str(connections), "-q", str(flying))  # the last ones count
    return parse(_dnsperf(port, queries, seconds, core, *options))


def steady(port: int, queries: Path, seconds: float, core: int, rate: int) -> Load:
    """So many queries a second, and what became of them."""
    return parse(_dnsperf(port, queries, seconds, core, "-Q", str(rate), "-q", "4000"))


def paced(
    port: int, queries: Path, seconds: float, core: int, rate: int, output: Path
) -> list[float]:
    """The latency of every answer at `rate` queries a second, in seconds, in order of arrival.

    Where `output` is a file, dnsperf's own cost for writing lines does not show at such a rate.
    """
    with output.open("w") as file:
        command = _command(port, queries, seconds, core, "-Q", str(rate), "-v")
        subprocess.run(command, env=_environment(), stdout=file, stderr=file, check=False)
    with output.open() as file:
        return list(latencies(file))


def _dnsperf(port: int, queries: Path, seconds: float, core: int, *options: str) -> str:
    command = _command(port, queries, seconds, core, *options)
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LoadError(f"dnsperf ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def _command(port: int, queries: Path, seconds: float, core: int, *options: str) -> Sequence[str]:
    return [
        *("taskset", "-c", str(core), PROGRAM, "-f", "inet", "-s", "127.0.0.1", "-p", str(port)),
        *("-d", str(queries), "-l", f"{seconds:g}", "-T", "1", "-c", str(CLIENTS)),
        *("-q", str(IN_FLIGHT), "-t", str(TIMEOUT), *options),
    ]


def _environment() -> dict[str, str]:
    return os.environ | {"PATH": SYSTEM_PATH, "LC_ALL": "C"}


def parse(report: str) -> Load:
    """The figures at the end of dnsperf's output. Raises LoadError where one is missing."""
    codes = re.search(r"^\s*Response codes:(.*)$", report, re.MULTILINE)
    return Load(
        sent=int(_figure("Queries sent", report)),
        answered=int(_figure("Queries completed", report)),
        lost=int(_figure("Queries lost", report)),
        seconds=_figure(r"Run time \(s\)", report),
        mean=_figure(r"Average Latency \(s\)", report),
        rcodes={
            name: int(count)
            for name, count in re.findall(r"(\w+) (\d+) \(", codes[1] if codes else "")
        },
    )


def _figure(title: str, report: str) -> float:
    found = re.search(rf"^\s*{title}:\s+([\d.]+)", report, re.MULTILINE)
    if found is None:
        raise LoadError(f"dnsperf gave no figure for {title!r}: {report.strip()[-300:]}")
    return float(found[1])


def latencies(lines: Iterable[str]) -> Iterator[float]:
    """Seconds, from the lines that dnsperf -v writes: `> NOERROR www.example A 0.000159`.

    A query that was lost (`> T www.example A`) counts with the whole time it was waited for.
    """
    for line in lines:
        if line.startswith("> T "):
            yield float(TIMEOUT)
        elif line.startswith("> "):
            yield float(line.rpartition(" ")[2])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed (nearest rank); 0 of no values."""
    ranked = sorted(values)
    return ranked[max(1, ceil(share * len(ranked))) - 1] if ranked else 0.0
