"""The floors: echo.c, which answers or relays packets and looks at none."""

import subprocess
from pathlib import Path
from typing import Final

from benchmarks.servers.base import NotStartedError, Place, Server

SOURCE: Final = Path(__file__).parent.parent / "echo.c"


def _compiled(place: Place) -> str:
    program = place.folder / "echo"
    argv = ["gcc", "-O2", "-Wall", "-Wextra", "-o", str(program), str(SOURCE)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStartedError(f"echo.c does not compile: {done.stderr.strip()}")
    return str(program)


class Echo(Server):
    """One round trip: each packet goes back to where it came from."""

    name = "echo"
    program = "gcc"
    filters = False

    def command(self) -> list[str]:
        return [_compiled(self.place), str(self.place.port)]


class Relay(Server):
    """Two round trips: each packet goes to the upstream and the answer back."""

    name = "relay"
    program = "gcc"
    filters = False

    def command(self) -> list[str]:
        return [_compiled(self.place), str(self.place.port), str(self.place.upstream)]
