"""How much memory does each process take?

Processes of a household are those that hold a Unix socket below its state folder's `run`: control,
and each resolver, whoever started it.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from guardian.service.doctor.finding import Case, Finding, ok, warn

_PROC: Final = Path("/proc")
_KB: Final = re.compile(r"^(?:Pss|VmRSS|MemTotal):\s+(\d+) kB", re.MULTILINE)
_SOCKET: Final = re.compile(r"socket:\[(\d+)\]")


def check(case: Case) -> Iterator[Finding]:
    """Each process with its memory: what it has alone, and its part of what it shares."""
    total = 0
    for pid in _processes(case.state / "run"):
        size = _size(pid)
        if size:
            total += size
            yield ok(f"{_role(pid)} (process {pid}) takes {size >> 10} MB")
    if not total:
        if case.runs:
            yield ok("the memory of guardian's processes is told to their user and to root only")
        return
    whole = _kb(_PROC / "meminfo")
    if whole and total > whole // 2:
        yield warn(
            f"together that is more than half of the machine's {whole >> 10} MB",
            "make resolver.cache_bytes smaller, or use fewer workers or lists",
        )


def _processes(run: Path) -> list[int]:
    folder = f"{run}/"
    inodes = set()
    for line in _read(_PROC / "net" / "unix").splitlines()[1:]:
        fields = line.split(maxsplit=7)
        if len(fields) == 8 and fields[7].startswith(folder):
            inodes.add(fields[6])
    found = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    return sorted(pid for pid in found if inodes & _sockets(pid))


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):  # gone, or not ours to see
        for each in (_PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                if match := _SOCKET.fullmatch(str(each.readlink())):
                    found.add(match[1])
    return found


def _role(pid: int) -> str:
    command = _read(_PROC / str(pid) / "cmdline").split("\0")
    return "a resolver" if "guardian.service.resolver" in command else "control"


def _size(pid: int) -> int:
    """Kilobytes; 0 where it is gone."""
    folder = _PROC / str(pid)
    return _kb(folder / "smaps_rollup") or _kb(folder / "status")


def _kb(path: Path) -> int:
    match = _KB.search(_read(path))
    return int(match[1]) if match else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
