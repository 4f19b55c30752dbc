"""A piece of a test in a network of its own, where every address may be this machine's.

A thread that leaves the network namespace takes with it whatever it starts (unshare(2)).
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable

import pytest

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET in sched.h


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
