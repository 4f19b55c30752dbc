"""Addresses of their own that devices have outside the house, as pages ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from guardian.errors import GuardianError


class NoAddress(GuardianError):
    """A device that has no such address, or cannot have one."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Given:
    """An address that was just made; nobody can read it a second time.

    host: for DNS over TLS; url: for DNS over HTTPS; quic: for DNS over QUIC; "" where that is not
    served.
    port: of TLS, where it is not the one that devices expect. wildcard: what the certificate would
    have to be for, where it is not; else "".
    """

    secret: str
    host: str
    url: str
    quic: str
    port: int | None
    wildcard: str


class OwnAddresses(Protocol):
    """What `service.own_addresses` keeps. A device is told by its signs, the surest first."""

    def is_offered(self) -> bool:
        """Whether guardian has a name, and is asked encrypted under it."""

    def since(self, signs: Sequence[str]) -> datetime | None:
        """When its address was made; None where it has none."""

    def make(self, signs: Sequence[str], who: str) -> Given:
        """Give it an address, in place of the one before. Raises NoAddress."""

    def revoke(self, signs: Sequence[str], who: str) -> None:
        """Its address leads nowhere from now on. Raises NoAddress."""

    def profile(self, signs: Sequence[str], title: str, secret: str) -> bytes:
        """A .mobileconfig with the address, while its secret is known. Raises NoAddress."""
