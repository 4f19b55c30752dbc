"""Keep resolvers running: start them, take over those that run, start again those that died."""

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from guardian.service import messages
from guardian.service.listening import Listening
from guardian.service.snapshot import Snapshot, difference

log = logging.getLogger(__name__)

_HELLO_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 2.0
_LONGEST_BACK_OFF: Final = 5.0  # seconds
_STEADY_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Report:
    """What happened in a second.

    counts: client address → queries, blocked ones, the measured things it asked for, and all
    categories and services that it asked for and was stopped from. stopped: address, qname and
    things of names that were blocked, where these are told.
    """

    counts: Mapping[str, tuple[int, int, list[str], list[str], list[str]]]
    stopped: Sequence[tuple[str, str, list[str]]]


Takers = Mapping[str, Callable[[Any], None]]
"""What a resolver tells ("report": a `Report` as data, "names": `noted.Names`, "new": hashes,
"figures": as `figures.Figures` takes them, "illegal": list → blocks, "checks": name → client) → who
takes it."""


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What is handed over: a snapshot, its index, and a serial number of its own, from 1 on.

    index, names: open, because the file may be gone by its name when a resolver is started again;
    names are those that are known, where some rule is about new ones. certificate: with its key,
    where something is served encrypted.
    """

    snapshot: Snapshot
    index: BinaryIO | None
    serial: int
    names: BinaryIO | None = None
    certificate: BinaryIO | None = None

    @property
    def files(self) -> dict[str, BinaryIO]:
        """What goes with it, by name."""
        files = {"index": self.index, "names": self.names, "certificate": self.certificate}
        return {name: file for name, file in files.items() if file is not None}


@lru_cache(maxsize=2)  # for all resolvers that have the same
def _told(policy: Policy, before: Policy | None) -> dict[str, Any]:
    """A policy as a message: the whole, or what it has anew for a resolver that has another."""
    if before is not None and before.snapshot.key == policy.snapshot.key:
        delta = difference(before.snapshot, policy.snapshot)
        if delta is not None:
            return {"delta": delta.to_data(), "after": before.serial, "serial": policy.serial}
    return {"snapshot": policy.snapshot.to_data(), "serial": policy.serial}


class Supervised:
    """One resolver process, wherever it came from."""

    def __init__(
        self,
        path: Path,
        places: Sequence[Listening],
        user: str | None,
        takers: Takers,
        opened: Callable[[Listening], socket.socket] = Listening.open,
    ) -> None:
        """path: its Unix socket. places: where it listens. takers: of what it tells.

        opened: gives the socket of a place.
        """
        self._path = path
        self._places = tuple(places)
        self._user = user
        self._opened = opened
        self._takers = takers
        self._loop = asyncio.get_running_loop()
        self._sockets: list[socket.socket] = []
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._before: socket.socket | None = None
        self._inbox = messages.Inbox()
        self._outbox = messages.Outbox()
        self._policy: Policy | None = None
        self._handed: Policy | None = None
        self._back_off = 0.0
        self._started = 0.0
        self._stopping = False
        self.restarts = 0
        self.ready = asyncio.Event()

    def start(self) -> None:
        """Take over a running process, or start one. Raises CannotListen."""
        if not self._adopt():
            self._open_sockets()
            self._spawn()

    def _adopt(self) -> bool:
        """Whether a process of an earlier control runs and listens where we want it to."""
        try:
            link = _connect(self._path)
        except OSError:
            return False
        try:
            fds, hello = _hello(link)
        except OSError:
            link.close()
            return False
        sockets = [socket.socket(fileno=fd) for fd in fds]
        control, listeners = sockets[0], sockets[1:]
        of_type = {socket.SOCK_DGRAM: "udp", socket.SOCK_STREAM: "tcp"}  # before there were roles
        roles = hello.get("roles") or [of_type[sock.type] for sock in listeners]
        found = {Listening.of(*each): each[1] for each in zip(roles, listeners, strict=False)}
        if found.keys() == {*self._places} and len(found) == len(listeners):
            self._control, self._sockets = control, [found[each] for each in self._places]
            if hello.get("version") == messages.VERSION:
                self._watch(link)
                log.info("took over a running resolver")
            else:
                control.close()
                self._open_control()
                self._before = link  # it goes on until the new one answers at the same sockets
                self._spawn()
                log.info("started a resolver in place of one of another version")
            return True
        _end(link)
        for sock in sockets:
            sock.close()
        return False

    def _open_sockets(self) -> None:
        for place in self._places:
            self._sockets.append(self._opened(place))
        self._open_control()

    def _open_control(self) -> None:
        self._path.unlink(missing_ok=True)
        control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        control.bind(str(self._path))
        self._path.chmod(0o600)
        control.listen(2)
        self._control = control

    def _spawn(self) -> None:
        if self._stopping:
            return
        assert self._control is not None  # noqa: S101 (opened or adopted before)
        fds = [sock.fileno() for sock in self._sockets]
        command = [sys.executable, "-m", "guardian.service.resolver"]
        told = [f"{place.role}:{fd}" for place, fd in zip(self._places, fds, strict=True)]
        command += ["--control", str(self._control.fileno()), "--listen", *told]
        if self._user:
            command += ["--user", self._user]
        self._started = self._loop.time()
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            command,
            pass_fds=[self._control.fileno(), *fds],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        link = _connect(self._path)
        self._loop.run_in_executor(None, self._greet_later, link)

    def _greet_later(self, link: socket.socket) -> None:
        with contextlib.suppress(OSError):
            fds, _ = _hello(link)
            self._loop.call_soon_threadsafe(self._linked, link, fds)
            return
        self._loop.call_soon_threadsafe(self._died)

    def _linked(self, link: socket.socket, fds: list[int]) -> None:
        messages.close_all(fds)
        if self._stopping:
            link.close()
        else:
            self._watch(link)

    def _watch(self, link: socket.socket) -> None:
        link.settimeout(0)
        self._link, self._inbox, self._outbox = link, messages.Inbox(), messages.Outbox()
        self._loop.add_reader(link, self._read)
        self._handed = None
        if self._policy is not None:
            self.hand_over(self._policy)

    def hand_over(self, policy: Policy) -> None:
        """Give it a policy, now or as soon as it is there."""
        self._policy = policy
        if self._link is not None and not self._outbox:
            before, self._handed = self._handed, policy
            message = _told(policy, before)
            has = before.files if before is not None and "delta" in message else {}
            files = {name: file for name, file in policy.files.items() if has.get(name) is not file}
            fds = [file.fileno() for file in files.values()]
            self._outbox.put({**message, "files": [*files]}, fds)
            self._write()

    def _write(self) -> None:
        """Send what the resolver takes; then the policy that came meanwhile, if one did."""
        if self._link is None:
            return
        try:
            done = self._outbox.flush(self._link)
        except OSError as problem:
            log.warning("a resolver did not take its policy: %s", problem)
            self._died()
            return
        if not done:
            self._loop.add_writer(self._link, self._write)
            return
        self._loop.remove_writer(self._link)
        if self._policy is not None and self._policy is not self._handed:
            self.hand_over(self._policy)

    def _read(self) -> None:
        if self._link is None:
            return
        try:
            for message in self._inbox.read(self._link):
                self._heard(message)
        except messages.BrokenLink:
            self._died()

    def _heard(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self.ready.set()
            self._end_before()
        if "lost" in message and self._policy is not None:
            self._handed = None
            self.hand_over(self._policy)
        for each in message.keys() & self._takers.keys():
            self._takers[each](message[each])

    def _end_before(self) -> None:
        """Let the process end whose place was taken."""
        if self._before is not None:
            with contextlib.suppress(OSError):
                self._before.settimeout(_STOP_SECONDS)
                messages.send(self._before, {"stop": True})
            self._before.close()
            self._before = None

    def _drop_link(self) -> None:
        if self._link is not None:
            self._loop.remove_reader(self._link)
            self._loop.remove_writer(self._link)
            self._link.close()
            self._link = None
            self._outbox.close()

    def _died(self) -> None:
        self._drop_link()
        self.ready.clear()
        if self._process is not None:
            self._process.kill()  # one that lives without a link would answer by an old policy
            self._process.wait()
        if self._loop.time() - self._started > _STEADY_SECONDS:
            self._back_off = 0.0
        self.restarts += 1
        log.warning("a resolver is gone; starting it again in %.1f s", self._back_off)
        self._loop.call_later(self._back_off, self._spawn)
        self._back_off = min(self._back_off * 2 or 0.2, _LONGEST_BACK_OFF)

    def leave(self) -> None:
        """Let it go on by itself: the next control takes it over."""
        self._stopping = True
        self._end_before()
        self._drop_link()
        for sock in (*self._sockets, *([self._control] if self._control else [])):
            sock.close()

    def stop(self) -> None:
        """Let it end and forget it."""
        self._stopping = True
        self._end_before()
        if self._link is not None:
            with contextlib.suppress(OSError):
                self._link.settimeout(_STOP_SECONDS)
                self._outbox.put({"stop": True})
                self._outbox.flush(self._link)
        self._drop_link()
        for sock in (*self._sockets, *([self._control] if self._control else [])):
            sock.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._path.unlink(missing_ok=True)


def _connect(path: Path) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.connect(str(path))
    except OSError:
        link.close()
        raise
    return link


def _end(link: socket.socket) -> None:
    """Have a resolver end, and wait until it did."""
    with contextlib.suppress(OSError):
        link.settimeout(_HELLO_SECONDS)
        messages.send(link, {"stop": True})
        while link.recv(1 << 16):
            pass
    link.close()


def _hello(link: socket.socket) -> tuple[list[int], dict[str, Any]]:
    """The descriptors of a resolver's first frame, and the frame. Raises OSError."""
    link.settimeout(_HELLO_SECONDS)
    inbox = messages.Inbox()
    while True:
        for message in inbox.read(link):
            if "hello" in message:
                return inbox.take_fds(), message
