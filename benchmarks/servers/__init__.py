"""The contenders, each in a file of its own."""

from typing import Final

from benchmarks.servers.base import NotStartedError, Place, Server
from benchmarks.servers.dnsdist import Dnsdist
from benchmarks.servers.dnsmasq import Dnsmasq
from benchmarks.servers.floor import Echo, Relay
from benchmarks.servers.guardian import Guardian
from benchmarks.servers.recursor import Recursor
from benchmarks.servers.unbound import Unbound

__all__ = ["SERVERS", "NotStartedError", "Place", "Server"]

SERVERS: Final[tuple[type[Server], ...]] = (
    Echo, Relay, Guardian, Dnsdist, Unbound, Recursor, Dnsmasq,
)  # fmt: skip
