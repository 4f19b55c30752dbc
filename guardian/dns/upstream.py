"""Servers that we forward to, whatever the way: what they are, how well they do, what is asked.

How a question travels is for `datagrams` (UDP) and `streams` (TCP, TLS, HTTPS, QUIC). A server
takes flights, and says of each that it was answered, that it cannot leave, or that nothing came in
time.
"""

import socket
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

from guardian.dns.batch import ConnectedBatch
from guardian.dns.query import Form

MOST_SAMPLES: Final = 60
ATTEMPT_SECONDS: Final = 0.7  # so that the second server has answered within a second
_FAILURES_BEFORE_DOWN: Final = 3
_LONGEST_BACK_OFF: Final = 30.0  # seconds
_FIRST_GUESS: Final = 0.05  # seconds: of a server that has not answered yet
_WEIGHT: Final = 0.3  # of the newest answer in the average

Address = tuple[str, int]


def family_of(address: Address) -> socket.AddressFamily:
    """The family of the sockets that lead there."""
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


class Transport(StrEnum):
    """How a server is asked."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    HTTPS = "https"
    QUIC = "quic"

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return self in (Transport.TLS, Transport.HTTPS, Transport.QUIC)


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and what it has to show.

    name: that its certificate is to be for; "" for its address. path: of HTTPS.
    pins: SHA-256 of public keys, one of which has to be its own; () for any.
    authorities: PEM of those whose word on certificates counts.
    """

    address: Address
    transport: Transport = Transport.UDP
    name: str = ""
    path: str = ""
    pins: tuple[bytes, ...] = ()
    authorities: str = ""


class Flight:
    """A question on its way, and all who wait for it.

    question: as it is spelt to the upstream. servers: in the order of trying. attempt: how often
    it was sent. out: how many of these may still be answered in time. deadline: loop time at which
    the last attempt has failed. trouble: what kept it from leaving, for people; b"" for silence.
    """

    __slots__ = (
        "attempt", "deadline", "form", "key", "landed", "out", "question", "servers", "trouble",
        "waiters",
    )  # fmt: skip

    key: bytes
    question: bytes
    form: Form
    servers: Sequence["Upstream"]
    waiters: list[Any]
    attempt: int
    out: int
    deadline: float
    trouble: bytes
    landed: bool


Key = TypeVar("Key")


def still_awaited(late: dict[Key, Flight]) -> dict[Key, Flight]:
    """Those of the late flights for whose answer somebody still waits."""
    return {key: flight for key, flight in late.items() if not flight.landed}


class Landing(Protocol):
    """Whom a server tells what came of its flights."""

    def answered(self, server: "Upstream", flight: Flight, wire: bytes, *, late: bool) -> None:
        """An answer has come (bytes after the ID), in time or after it."""

    def unreachable(self, server: "Upstream", flights: Sequence[Flight], why: str) -> None:
        """These did not get there."""

    def again(self, server: "Upstream", flights: Sequence[Flight]) -> None:
        """These are to be sent once more; it is nobody's fault."""

    def settle(self) -> None:
        """That was all for now."""


class Upstream(ABC):
    """One server.

    outgoing: flights for the next `flush`. failures: in a row. sent: questions, attempts counted
    each; lost: attempts without an answer. sampling: whether the next answer's time is to be taken;
    samples: seconds, until they are fetched; rtt: their average. down_until: loop time until which
    it is left alone. trouble: what was last wrong, for people; "" while it is well.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.outgoing: list[Flight] = []
        self.failures = 0
        self.sent = 0
        self.lost = 0
        self.sampling = True
        self.samples: list[float] = []
        self.rtt = _FIRST_GUESS
        self.down_until = 0.0
        self.trouble = ""
        self._back_off = 1.0

    @property
    def is_well(self) -> bool:
        """Whether it has answered lately, or at least not failed often enough to tell."""
        return self.failures < _FAILURES_BEFORE_DOWN

    @property
    @abstractmethod
    def load(self) -> int:
        """How many flights are out, or about to leave."""

    @abstractmethod
    def flush(self, batch: ConnectedBatch, now: float) -> list[Flight]:
        """Send what is outgoing; gives back what cannot leave because no way leads there."""

    @abstractmethod
    def time_out(self, now: float) -> list[Flight]:
        """What should have been answered by now (loop time)."""

    @abstractmethod
    def tend(self, now: float) -> None:
        """To be called once a second."""

    @abstractmethod
    def close(self) -> None:
        """Let go of all sockets."""

    def sample(self, seconds: float) -> None:
        """How long an answer took: one of many is told."""
        self.sampling = False
        self.rtt += (seconds - self.rtt) * _WEIGHT
        if len(self.samples) < MOST_SAMPLES:
            self.samples.append(seconds)

    def answered(self) -> None:
        """It is well."""
        self.failures, self._back_off, self.down_until, self.trouble = 0, 1.0, 0.0, ""

    def failed(self, now: float, why: str = "it is silent") -> None:
        """It was silent or unreachable; after three times in a row it is left alone a while."""
        self.failures += 1
        self.lost += 1
        self.trouble = why
        self.rtt += (ATTEMPT_SECONDS - self.rtt) * _WEIGHT
        if self.failures >= _FAILURES_BEFORE_DOWN and now >= self.down_until:
            self.down_until = now + self._back_off
            self._back_off = min(self._back_off * 2, _LONGEST_BACK_OFF)
