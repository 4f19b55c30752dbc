"""Keep the firewall in step with bedtime: a small process that may change sets and nothing else.

Control knows people and hours, and has no right over the network; this process has that right, and
knows nothing but a line of JSON at a time: whose internet is off for how long, and what stays open.
It reads no configuration and listens nowhere; it connects to control's socket, and believes only
hardware and IP addresses. What it puts in ends by itself, should control or it be gone by then.
"""

import json
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from guardian.network.conntrack import end_flows
from guardian.network.firewall import nft
from guardian.network.firewall.nft import CannotFilter
from guardian.network.firewall.rules import DYNAMIC, OPEN, Json, element, flushed, set_of
from guardian.policy.devices import Address, Mac, read_mac

SOCKET: Final = "run/firewall.sock"
"""In the state folder."""
_AGAIN_SECONDS: Final = 2.0
_GRACE_SECONDS: Final = 2
"""In which rules reset streams at the device's end; of a flow that is forgotten nobody hears."""
_MOST_BYTES: Final = 4 << 20
_LONGEST: Final = 8 * 86_400  # seconds


class BadOrder(ValueError):
    """A line that says something else than it may."""


@dataclass(frozen=True, slots=True)
class Order:
    """off: device → seconds. open: addresses that stay open to all of them."""

    off: Mapping[Mac | Address, int]
    open: frozenset[Address]

    @classmethod
    def read(cls, line: bytes) -> "Order":
        """What control said. Raises BadOrder."""
        try:
            said = json.loads(line)
            off = {_device(each): _seconds(left) for each, left in said["off"].items()}
            return cls(off, frozenset(map(_address, said["open"])))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise BadOrder(str(problem)) from None

    def commands(self, passed: float, ending: Iterable[Address] = ()) -> list[Json]:
        """The sets as they are to be, so many seconds after it was said.

        ending: addresses whose streams are to be reset now.
        """
        rows: dict[str, list[Any]] = {}
        for device, seconds in self.off.items():
            left = int(seconds - passed)
            if left > 0:
                rows.setdefault(set_of("off", device), []).append(_for_a_while(device, left))
        for each in ending:
            row = _for_a_while(each, _GRACE_SECONDS)
            rows.setdefault(set_of("ending", each), []).append(row)
        for address in sorted(self.open, key=str):
            rows.setdefault(set_of("open", address), []).append(str(address))
        emptied = [*(each for each in DYNAMIC if each.startswith("off")), *OPEN]
        return [
            *map(flushed, emptied),
            *(element(name, values) for name, values in rows.items()),
        ]


def _for_a_while(device: Mac | Address, seconds: int) -> Json:
    value = device.text if isinstance(device, Mac) else str(device)
    return {"elem": {"val": value, "timeout": seconds}}


def _device(text: object) -> Mac | Address:
    return read_mac(str(text)) or _address(text)


def _address(text: object) -> Address:
    if "%" in str(text):
        raise ValueError("a zone index")
    return ip_address(str(text))


def _seconds(said: object) -> int:
    if not isinstance(said, int) or not 0 < said <= _LONGEST:
        raise ValueError("no length of time")
    return said


class Keeper:
    """What control said last, and whether the kernel has it."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        """say: tells the person at the terminal. clock: seconds that never jump."""
        self._say, self._clock = say, clock
        self._order: Order | None = None
        self._said_at = 0.0
        self._written = True
        self._complaint = ""
        self._ending: list[Address] = []  # whose flows are to be forgotten
        self._end_at = 0.0

    def hear(self, line: bytes) -> None:
        """Follow what control says; nonsense changes nothing."""
        try:
            order = Order.read(line)
        except BadOrder as problem:
            self._complain(f"control said something that is no order: {problem}")
            return
        before = self._order
        self._order, self._said_at, self._written = order, self._clock(), False
        was = before.off if before is not None else {}
        self._ending += [
            each for each in order.off if each not in was and not isinstance(each, Mac)
        ]
        self.write()

    def write(self) -> None:
        """Have the kernel know it, where it does not: the table may not be there yet."""
        if self._written or self._order is None:
            return
        try:
            nft.run(self._order.commands(self._clock() - self._said_at, self._ending))
        except CannotFilter as problem:
            self._complain(str(problem))
            return
        self._written, self._complaint = True, ""
        self._end_at = self._clock() + _GRACE_SECONDS

    def go_on(self) -> None:
        """Do what is due: call it every few seconds."""
        self.write()
        if self._written and self._ending and self._clock() >= self._end_at:
            ending, self._ending = self._ending, []
            self._end(ending)

    def _end(self, addresses: list[Address]) -> None:
        try:
            ended = end_flows(addresses)
        except OSError as problem:
            self._complain(f"what is open cannot be ended at once: {problem.strerror}")
            return
        self._say(f"the internet is off at {len(addresses)} addresses; {ended} flows ended")

    def _complain(self, sentence: str) -> None:
        if sentence != self._complaint:
            self._complaint = sentence
            self._say(sentence)


def keep(state: Path, say: Callable[[str], None]) -> None:
    """Follow the control with this state folder, for ever; one that is gone is waited for."""
    keeper = Keeper(say, time.monotonic)
    while True:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.connect(str(state / SOCKET))
            _follow(sock, keeper)
        time.sleep(_AGAIN_SECONDS)
        keeper.go_on()


def _follow(sock: socket.socket, keeper: Keeper) -> None:
    sock.settimeout(_AGAIN_SECONDS)
    waiting = b""
    while len(waiting) < _MOST_BYTES:
        try:
            got = sock.recv(1 << 16)
        except TimeoutError:
            keeper.go_on()
            continue
        if not got:
            return
        *lines, waiting = (waiting + got).split(b"\n")
        if lines:
            keeper.hear(lines[-1])  # the last one says all
            keeper.go_on()
