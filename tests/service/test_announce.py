"""What whoever started us is told, over a real socket, as sd_notify(3) has it."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from guardian.service.announce import NOBODY, announcer_of


@pytest.fixture(params=["path", "abstract"])
def listening(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, socket.socket]]:
    """An address as it stands in the environment, and its socket."""
    address = str(tmp_path / "notify")
    name = address if request.param == "path" else f"@{address}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(name.replace("@", "\0"))
        sock.settimeout(5)
        yield name, sock


def test_each_word_arrives(listening: tuple[str, socket.socket]) -> None:
    address, sock = listening
    announcer = announcer_of(7, {"NOTIFY_SOCKET": address})
    announcer.ready("well\nand good")
    assert sock.recv(200) == b"READY=1\nSTATUS=well and good"
    announcer.reloading()
    assert sock.recv(200).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    announcer.alive()
    assert sock.recv(200) == b"WATCHDOG=1"
    announcer.stopping()
    assert sock.recv(200) == b"STOPPING=1"


def test_where_nobody_listens_nothing_happens(tmp_path: Path) -> None:
    announcer_of(7, {"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()
    NOBODY.ready("well")


@pytest.mark.parametrize(
    ("environ", "between"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, timedelta(seconds=20)),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, timedelta(seconds=20)),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),  # another process's
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
    ],
)
def test_signs_of_life_come_thrice_in_the_time_that_is_given(
    environ: dict[str, str], between: timedelta | None
) -> None:
    assert announcer_of(7, environ).between_signs == between
