"""A house of network namespaces: a child's phone, a router, and the internet behind it.

    phone 192.168.50.2, fd00:50::2 ── lan0 router wan0 ── internet, with any address for a test

The router has a masquerade of its own for IPv4, as routers do.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.programs import program

PHONE_MAC: Final = "02:00:00:00:50:02"
PHONE: Final = ("192.168.50.2", "fd00:50::2")
ROUTER: Final = ("192.168.50.1", "fd00:50::1")
LAN: Final = "lan0"
_NAT: Final = """
add table ip nat
add chain ip nat post { type nat hook postrouting priority 100; }
add rule ip nat post oifname "wan0" masquerade
"""


class Space:
    """One namespace, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def around(self) -> list[str]:
        """What a command is put behind to run here."""
        return [program("ip"), "netns", "exec", self.name]

    def run(self, *command: str, said: str = "", seconds: float = 30) -> str:
        """What a command prints, whatever it ends with."""
        done = self.done(*command, said=said, seconds=seconds)
        return done.stdout

    def done(
        self, *command: str, said: str = "", seconds: float = 30
    ) -> "subprocess.CompletedProcess[str]":
        """A command that has ended."""
        return subprocess.run(
            [*self.around, *command],
            input=said,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "RUNTIME_DIRECTORY": f"/tmp/{self.name}"},
        )

    def start(self, *command: str, out: Path | None = None) -> "subprocess.Popen[bytes]":
        """A command that runs until the house goes."""
        with (out or Path(os.devnull)).open("ab") as file:
            process = subprocess.Popen(
                [*self.around, *command],
                stdout=file,
                stderr=file,
                stdin=subprocess.DEVNULL,
            )
        self.processes.append(process)
        return process

    def ip(self, *words: str) -> None:
        subprocess.run([program("ip"), "-n", self.name, *words], check=True, capture_output=True)


class House:
    """The three of them."""

    def __init__(self, internet: Sequence[str]) -> None:
        """internet: addresses that are there."""
        mark = f"g{os.getpid()}"
        self.phone, self.router = Space(f"{mark}p"), Space(f"{mark}r")
        self.internet = Space(f"{mark}i")
        for each in self.spaces:
            subprocess.run(
                [program("ip"), "netns", "add", each.name], check=True, capture_output=True
            )
            each.ip("link", "set", "lo", "up")
        self._join(self.phone, "eth0", self.router, LAN)
        self._join(self.internet, "eth0", self.router, "wan0")
        self.phone.ip("link", "set", "eth0", "address", PHONE_MAC)
        for space, device, addresses in (
            (self.phone, "eth0", (f"{PHONE[0]}/24", f"{PHONE[1]}/64")),
            (self.router, LAN, (f"{ROUTER[0]}/24", f"{ROUTER[1]}/64")),
            (self.router, "wan0", ("198.51.100.1/24", "2001:db8:ffff::1/64")),
            (self.internet, "eth0", ("198.51.100.2/24", "2001:db8:ffff::2/64", *internet)),
        ):
            for address in addresses:
                more = ("nodad",) if ":" in address else ()
                space.ip("address", "add", address, "dev", device, *more)
            space.ip("link", "set", device, "up")
        for space, via in (
            (self.phone, ROUTER),
            (self.router, ("198.51.100.2", "2001:db8:ffff::2")),
        ):
            for gateway in via:
                space.ip("route", "add", "default", "via", gateway)
        self.internet.ip("route", "add", "fd00:50::/64", "via", "2001:db8:ffff::1")
        for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            self.router.done("sysctl", "-qw", f"{key}=1")
        assert self.router.done("nft", "-f", "-", said=_NAT).returncode == 0

    @property
    def spaces(self) -> tuple[Space, ...]:
        return self.phone, self.router, self.internet

    def ruleset(self) -> str:
        """All that the router's kernel has, byte for byte."""
        return self.router.run("nft", "list", "ruleset")

    def guardian(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of guardian's on the router."""
        return self.router.done(sys.executable, "-m", "guardian.cli.main", *words)

    @staticmethod
    def _join(one: Space, there: str, other: Space, here: str) -> None:
        one.ip(*("link", "add", there, "type", "veth", "peer", "name", here, "netns", other.name))

    def close(self) -> None:
        for space in self.spaces:
            for process in space.processes:
                process.kill()
                process.wait(5)
        for each in self.spaces:
            subprocess.run([program("ip"), "netns", "delete", each.name], check=False)


@contextmanager
def house(internet: Sequence[str]) -> Iterator[House]:
    """A house, until the end of the block; skips the test where the kernel does not allow it."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    program("nft")
    try:
        built = House(internet)
    except subprocess.CalledProcessError as problem:
        with suppress(OSError):
            for letter in "pri":
                subprocess.run(
                    [program("ip"), "netns", "delete", f"g{os.getpid()}{letter}"],
                    check=False,
                    capture_output=True,
                )
        pytest.skip(f"this kernel allows no network namespaces: {problem.stderr!r}")
    try:
        yield built
    finally:
        built.close()
