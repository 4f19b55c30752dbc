"""nft, as it is run: whole transactions in, the table in force out."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.network.firewall.rules import FAMILY, TABLE, Json

_SECONDS: Final = 20.0
_PLACES: Final = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
_NO_SUCH: Final = "No such file or directory"


class CannotFilter(GuardianError):
    """The kernel's tables cannot be read or changed."""


def run(commands: Iterable[Json], *, only_check: bool = False) -> None:
    """Run commands in one transaction: all of them, or none. Raises CannotFilter."""
    _nft(["-j", *(["-c"] if only_check else []), "-f", "-"], {"nftables": list(commands)})


def table() -> list[Json] | None:
    """Our table as it is in the kernel; None where there is none. Raises CannotFilter."""
    try:
        told = _nft(["-j", "list", "table", FAMILY, TABLE])
    except CannotFilter as problem:
        if _NO_SUCH in str(problem):
            return None
        raise
    return [each for each in json.loads(told)["nftables"] if "metainfo" not in each]


def _nft(arguments: Sequence[str], said: Any = None) -> str:
    program = shutil.which("nft", path=_PLACES)
    if program is None:
        raise CannotFilter("nft is not installed; install the package nftables")
    try:
        done = subprocess.run(  # noqa: S603 (arguments of our own)
            [program, *arguments],
            input=json.dumps(said) if said is not None else "",
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise CannotFilter(f"nft did not end well: {problem}; try it by hand") from None
    if done.returncode == 0:
        return done.stdout
    first = next(iter(done.stderr.strip().splitlines()), "it did not say why")
    first = first.removeprefix("internal:0:0-0: ").removeprefix("Error: ")
    if "Operation not permitted" in first or "you must be root" in done.stderr:
        raise CannotFilter(
            "the kernel's tables belong to the administrator; run it as root, or with sudo"
        )
    raise CannotFilter(f"nft refused it: {first}; see that nftables 1.0 or newer is in the kernel")
