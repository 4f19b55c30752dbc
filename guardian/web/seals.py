"""Forms of people who have no account, and how often a device may send them.

Without a session there is no secret between the page and the browser. So a form carries a seal:
until when it is good, signed together with the address that it was given to. Another web site
cannot read one (nor make one), and one that was given to another device fits nowhere else.
"""

import hmac
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_GOOD_SECONDS: Final = 3600
_MOST_KEYS: Final = 10_000


def masked(secret: str) -> str:
    """A secret in a form that is another one each time, so that its length packed tells nothing."""
    plain = secret.encode()
    pad = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(pad + _crossed(plain, pad)).decode()


def is_masked(given: str, secret: str) -> bool:
    """Whether this is a masked form of the secret."""
    try:
        raw = b64decode(given.encode(), b"-_", validate=True)
    except ValueError:
        return False
    half = len(raw) // 2
    return hmac.compare_digest(_crossed(raw[:half], raw[half:]), secret.encode())


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


@dataclass(frozen=True, slots=True)
class Seals:
    """Makes and proves seals. clock: seconds; secret: forgotten when guardian is started again."""

    clock: Callable[[], float]
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def seal(self, address: str) -> str:
        """A seal for a form that goes to an address."""
        until = str(int(self.clock()) + _GOOD_SECONDS)
        return f"{until}.{self._signature(until, address)}"

    def fits(self, seal: str, address: str) -> bool:
        """Whether a seal was given to this address not long ago."""
        until, _, signature = seal.partition(".")
        # The signature first: what it does not cover is not read as a number.
        return hmac.compare_digest(
            signature.encode(), self._signature(until, address).encode()
        ) and self.clock() < int(until)

    def _signature(self, until: str, address: str) -> str:
        return hmac.digest(self.secret, f"{until} {address}".encode(), "sha256").hex()


@dataclass(slots=True)
class Pace:
    """Lets each key do something a few times, and then again as time passes.

    most: at once; seconds: in which as many come back.
    """

    most: int
    seconds: float
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)  # key → left, as of when

    def may(self, key: str) -> bool:
        """Whether this one more is in order; it counts."""
        now = self.clock()
        left, then = self._left.pop(key, (float(self.most), now))
        left = min(self.most, left + (now - then) * self.most / self.seconds)
        if len(self._left) >= _MOST_KEYS:
            del self._left[next(iter(self._left))]  # the one that was quiet for the longest
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return left >= 1
