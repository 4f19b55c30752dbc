"""What every server of the benchmark is: a configuration written, a program started, a version."""

import re
import shutil
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from benchmarks.probe import answers
from benchmarks.processes import SYSTEM_PATH, Running, until
from benchmarks.upstream import ADDRESS

ALLOWED: Final = "www.shop-0.example"
STARTING: Final = 90.0  # seconds that a server has to load the list and answer


class NotStartedError(Exception):
    """A server that cannot take part; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server runs.

    folder: its own, empty at first; kept between two starts of one benchmark.
    names: the list, a name a line. blocked: one of its names.
    """

    folder: Path
    port: int
    upstream: int
    core: int
    names: Path
    blocked: str


class Server(ABC):
    """One contender. A new one is a subclass in a file here, and a line in the table."""

    name: ClassVar[str]
    program: ClassVar[str]
    version_option: ClassVar[str] = "--version"
    filters: ClassVar[bool] = True  # whether it loads the list; the floors do not

    def __init__(self, place: Place) -> None:
        self.place = place
        self._running: Running | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The program's arguments, once its configuration is in the place's folder."""

    @classmethod
    def missing(cls) -> str:
        """Why this server cannot run here; empty where it can."""
        found = shutil.which(cls.program, path=SYSTEM_PATH)
        return "" if found else f"{cls.program} is not installed"

    @classmethod
    def version(cls) -> str:
        """What the program calls itself, in figures; empty where it does not say."""
        program = shutil.which(cls.program, path=SYSTEM_PATH)
        if program is None:
            return ""
        done = subprocess.run(
            [program, cls.version_option], capture_output=True, text=True, check=False, timeout=20
        )
        found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
        return found[0] if found else ""

    @property
    def running(self) -> Running:
        if self._running is None:
            raise NotStartedError(f"{self.name} is not started")
        return self._running

    def start(self) -> None:
        """Start, and wait until the first right answer. Raises NotStartedError."""
        self.place.folder.mkdir(parents=True, exist_ok=True)
        log = self.place.folder / "log"
        log.unlink(missing_ok=True)
        self._running = Running(self.command(), self.place.core, log)
        until(lambda: self.wrong() == "" or not self.running.alive, STARTING)
        if wrong := self.wrong():
            state = "runs" if self.running.alive else "ended"
            self.stop()
            said = log.read_text(errors="replace").strip().splitlines()[-3:]
            raise NotStartedError(f"{self.name} {state}, but {wrong}; its log: {' / '.join(said)}")

    def wrong(self) -> str:
        """What is wrong with its answers; empty where an allowed and a listed name get theirs."""
        allowed = answers(self.place.port, ALLOWED, 0.5)
        if allowed is None:
            return "does not answer"
        if not self.filters:
            return ""
        if allowed != [ADDRESS]:
            return f"answers {allowed} for an allowed name"
        for name in (self.place.blocked, f"sub.{self.place.blocked}"):
            if answers(self.place.port, name, 0.5) not in ([], ["0.0.0.0"]):
                return f"does not block {name}"
        return ""

    @property
    def alive(self) -> bool:
        return self._running is not None and self._running.alive

    def pids(self) -> list[int]:
        """The processes whose time on the core counts."""
        return self.running.pids()

    def parts(self) -> dict[str, list[int]]:
        """The processes whose memory counts, by what they are."""
        return {"server": self.running.pids()}

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()


def listed(place: Place) -> list[str]:
    return place.names.read_text().split()
