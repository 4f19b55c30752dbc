"""Processes as the kernel counts them: their time on a core, their share of memory, their end."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

TICKS: Final = os.sysconf("SC_CLK_TCK")
PROC: Final = Path("/proc")
SYSTEM_PATH: Final = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
PATIENCE: Final = 5.0  # seconds that a server has to end by itself


class Running:
    """A program on one core, in a group of its own that goes when this does.

    The kernel ends it too where this process dies without a word (setpriv --pdeathsig).
    """

    def __init__(self, argv: Sequence[str], core: int, log: Path) -> None:
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core), *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PATH": SYSTEM_PATH},
                start_new_session=True,
            )
        self.log = log

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def pids(self) -> list[int]:
        """The program and everything that it started."""
        return family(self._popen.pid) if self.alive else []

    def signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def wait(self, seconds: float | None = None) -> int:
        """The exit code. Raises TimeoutExpired."""
        return self._popen.wait(seconds)

    def stop(self) -> None:
        """End it, kindly first; afterwards nothing of its family is left."""
        everybody = {pid: started(pid) for pid in self.pids()}
        if self.alive:
            self._popen.terminate()
            try:
                self._popen.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        with suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        for pid, since in everybody.items():  # those that left for a group of their own
            if since is not None and started(pid) == since:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def stat_fields(text: str) -> list[str]:
    """The fields of /proc/PID/stat from the third on: the second may hold spaces and brackets."""
    return text.rpartition(")")[2].split()


def _stat(pid: int) -> list[str]:
    try:
        return stat_fields((PROC / str(pid) / "stat").read_text())
    except OSError:
        return []


def started(pid: int) -> int | None:
    """When a process began, in ticks since boot: it tells a process from a later one of its id."""
    fields = _stat(pid)
    return int(fields[19]) if fields and fields[0] != "Z" else None


def family(pid: int) -> list[int]:
    """A process, its children, theirs, and so on."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [pid]
    for member in found:
        found.extend(children.get(member, ()))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes with all their threads, in seconds."""
    fields = (_stat(pid) for pid in pids)
    return sum(int(each[11]) + int(each[12]) for each in fields if each) / TICKS


def spent_seconds(pid: int) -> float:
    """The same of one process, with all that it started and that has ended."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS if fields else 0.0


def pss_megabytes(pids: Iterable[int]) -> float:
    """Proportional set size in MB (10^6 bytes): memory with shared pages divided by their users."""
    return sum(_pss_kilobytes(pid) for pid in pids) * 1024 / 1e6


def _pss_kilobytes(pid: int) -> int:
    try:
        return pss_of((PROC / str(pid) / "smaps_rollup").read_text())
    except OSError:
        return 0


def pss_of(smaps_rollup: str) -> int:
    """The Pss line of a smaps_rollup file, in kB."""
    found = re.search(r"^Pss:\s+(\d+) kB$", smaps_rollup, re.MULTILINE)
    return int(found[1]) if found else 0


def command_line(pid: int) -> str:
    try:
        return (
            (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return ""


def until(met: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Whether a condition came true in time."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True
