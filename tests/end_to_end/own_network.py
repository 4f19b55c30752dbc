"""A piece of a test in a network of its own, where every address may be this machine's.

A thread that leaves the network namespace takes with it whatever it starts (unshare(2)).
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET in sched.h

T = TypeVar("T")


def in_own_network(addresses: tuple[str, ...], story: Callable[[], None]) -> None:
    """Run a story where these addresses are on the loopback, with no other network."""
    if os.geteuid() != 0:
        pytest.skip("a network of one's own needs root")
    raised: list[BaseException] = []

    def run() -> None:
        try:
            if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "unshare")
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            for each in addresses:
                subprocess.run(["ip", "address", "add", each, "dev", "lo"], check=True)
            story()
        except BaseException as problem:  # noqa: BLE001 (raised again where the test is)
            raised.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


@contextmanager
def cabled(name: str, mac: str, here: str = "lan") -> Iterator[None]:
    """Another network, of one machine with the card eth0, on a cable to `here` in this one."""
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        _ip("link", "add", "name", here, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", here, "up")
        within(name, lambda: _bring_up(mac))
        yield
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def _bring_up(mac: str) -> None:
    _ip("link", "set", "lo", "up")
    _ip("link", "set", "eth0", "address", mac)
    _ip("link", "set", "eth0", "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def within(name: str, deed: Callable[[], T]) -> T:
    """What a deed gives that is done in another network."""

    def do() -> T:
        with Path(f"/run/netns/{name}").open("rb") as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "setns")
        return deed()

    with ThreadPoolExecutor(1) as thread:  # the thread ends, and its network with it
        return thread.submit(do).result()
