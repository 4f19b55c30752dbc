"""The list as a response policy zone, which unbound and pdns-recursor load."""

from pathlib import Path
from typing import Final

from benchmarks.servers.base import Place, listed

ZONE: Final = "bench.rpz"

_HEAD: Final = """\
$TTL 3600
@ SOA ns.bench.rpz. hostmaster.bench.rpz. 1 3600 600 86400 60
@ NS ns.bench.rpz.
"""


def write(place: Place) -> Path:
    """A zone that answers NXDOMAIN for each name and everything below it."""
    path = place.folder / "bench.rpz"
    with path.open("w") as file:
        file.write(f"$ORIGIN {ZONE}.\n{_HEAD}")
        for name in listed(place):
            file.write(f"{name} CNAME .\n*.{name} CNAME .\n")
    return path
