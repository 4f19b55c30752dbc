"""What pages ask of their own certificate, and do with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """The certificate of the pages. fingerprint: SHA-256, hexadecimal with colons.

    names: host names and addresses. issuer: who vouches for it. is_own: whether guardian made it.
    problem: a sentence; "" where all is well.
    """

    fingerprint: str
    since: datetime
    until: datetime
    names: tuple[str, ...]
    issuer: str
    is_own: bool
    problem: str


class Certificate(Protocol):
    """The certificate of the pages."""

    def status(self) -> CertificateStatus | None:
        """The certificate of the pages; None where they are plain HTTP."""

    async def renew(self, who: str) -> None:
        """Make a fresh one, and use it. Raises GuardianError."""

    async def upload(self, chain: bytes, key: bytes, who: str) -> None:
        """Use this one, in PEM. Raises GuardianError; then nothing is changed."""
