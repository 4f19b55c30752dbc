"""A Debian that runs: systemd as its first process, with processes and a network of its own.

Its files lie over a cached root (`make debian-root`), which stays as it is. Made of namespaces and
an overlay, by root; there is no way out of it but what a test does.
"""

import os
import pty
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.programs import program

ROOT: Final = Path(os.environ.get("GUARDIAN_DEBIAN_ROOT", "/var/cache/guardian/debian-12"))
_CGROUPS: Final = (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup"))
_BOOT: Final = Path(__file__).with_name("boot.sh")
_PATH: Final = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Machine:
    """first: the process id of its systemd, as it is called outside."""

    first: int

    @property
    def root(self) -> Path:
        """Its files."""
        return Path(f"/proc/{self.first}/root")

    def run(self, *command: str, well: bool = True, seconds: float = 300) -> str:
        """What a command of root's says there, errors too. well: it has to end with 0."""
        done = subprocess.run(
            [*self.into, "timeout", "--kill-after=5", str(seconds), *command], check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0 or not well, f"{command}: {done.returncode}\n{done.stdout}"
        return done.stdout.strip()

    @property
    def into(self) -> list[str]:
        """What a command begins with that is to run there."""
        there = ["nsenter", "-t", str(self.first), "-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w"]
        return [*there, "env", "-i", _PATH, "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]


@contextmanager
def running(folder: Path) -> Iterator[Machine]:
    """One with its changes in a folder; skips the test where that cannot be."""
    if os.geteuid() != 0:
        pytest.skip("only root can start a Debian of its own")
    if not (ROOT / "etc/debian_version").exists():
        pytest.skip(f"there is no Debian in {ROOT}: sudo make debian-root")
    cgroup = next((each for each in _CGROUPS if (each / "cgroup.procs").exists()), None)
    if cgroup is None:
        pytest.skip("this kernel has no cgroups of version 2, without which systemd does not start")
    program("unshare")
    ours = cgroup / f"guardian-test-{os.getpid()}"
    ours.mkdir(exist_ok=True)
    console, theirs = pty.openpty()
    said: list[bytes] = []
    listener = threading.Thread(target=_listen, args=(console, said), daemon=True)
    listener.start()
    process = subprocess.Popen(
        ["unshare", "-m", "-p", "-n", "-u", "-i", "--fork", "--kill-child",
         "sh", str(_BOOT), str(ROOT), str(folder), os.ttyname(theirs), str(ours)],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    try:
        machine = Machine(_first(process, said))
        machine.run("systemctl", "is-system-running", "--wait", well=False)
        yield machine
    finally:
        process.kill()
        process.wait(20)
        os.close(theirs)
        _emptied(ours)


def _listen(console: int, said: list[bytes]) -> None:
    """Read what is said at the console: a full one would hold everything up."""
    try:
        while some := os.read(console, 4096):
            said.append(some)
    except OSError:  # nobody has the other end any more
        os.close(console)


def _first(process: "subprocess.Popen[bytes]", said: list[bytes]) -> int:
    """The first process within, once systemd is there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(600):
        assert process.poll() is None, b"".join(said).decode(errors="replace")
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                bus = Path(f"/proc/{child}/root/run/dbus/system_bus_socket")
                if bus.exists():
                    return int(child)
        threading.Event().wait(0.1)
    raise AssertionError(b"".join(said).decode(errors="replace"))


def _emptied(cgroup: Path) -> None:
    """Take a cgroup away, once all that was in it has ended with its first process."""
    for _ in range(100):
        if "populated 0" in (cgroup / "cgroup.events").read_text():
            break
        threading.Event().wait(0.1)
    for path in sorted(cgroup.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
    cgroup.rmdir()
