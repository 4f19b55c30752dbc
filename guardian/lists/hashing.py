"""How a source hashes the names that it gives out: so that we can ask it of a name."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

SHA256: Final = "sha256"
HMAC: Final = "hmac-sha256"
_MARK: Final = b"\xfd"  # no wire name begins so: a label has 63 bytes at most


@dataclass(frozen=True, slots=True)
class Hashing:
    """algorithm: SHA256, of the salt and then the name; or HMAC, with the salt as its key.

    A name is hashed as a qname: lower case, A-labels, no final dot.
    """

    algorithm: str = SHA256
    salt: bytes = b""

    @classmethod
    def read(cls, text: str) -> "Hashing":
        """From "sha256", "sha256:5a17" or "hmac-sha256:5a17". Raises ValueError."""
        algorithm, _, salt = text.strip().lower().partition(":")
        found = cls(algorithm.replace("sha-256", SHA256), bytes.fromhex(salt))
        if found.algorithm not in (SHA256, HMAC):
            raise ValueError(f'"{algorithm}" is none of {SHA256} and {HMAC}')
        if found.algorithm == HMAC and not found.salt:
            raise ValueError(f"{HMAC} needs a key")
        return found

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.salt.hex()}" if self.salt else self.algorithm

    def digests(self) -> Callable[[bytes], bytes]:
        """The function from a qname to its digest."""
        if self.algorithm == HMAC:
            fresh_mac = hmac.new(self.salt, digestmod=sha256).copy

            def mac(qname: bytes) -> bytes:
                state = fresh_mac()
                state.update(qname)
                return state.digest()

            return mac
        salt = self.salt
        return lambda qname: sha256(salt + qname).digest()


def stands_for(digest: bytes) -> bytes:
    """What is hashed with our own key in place of the wire name, which only its owner knows."""
    return _MARK + digest
