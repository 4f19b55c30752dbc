"""Passwords and other secrets: how they are kept, how they are proven, how good they are.

scrypt from the standard library (RFC 7914), its cost written down with each hash, so that it can
rise with the machines: a hash of a lower cost is made anew at the next log-in.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import StrEnum
from math import log2
from typing import Final


@dataclass(frozen=True, slots=True)
class Cost:
    """scrypt's parameters: memory is 128 · n · r bytes, here 16 MB, which a small router has."""

    n: int = 1 << 14
    r: int = 8
    p: int = 1


COST: Final = Cost()
LEAST: Final = 10  # characters
MOST: Final = 200
_SALT_BYTES: Final = 16
_CODES: Final = 8
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def hashed(password: str, cost: Cost = COST) -> str:
    """What is kept of a password: "scrypt$n$r$p$salt$hash"."""
    salt = secrets.token_bytes(_SALT_BYTES)
    parts = (b64encode(salt).decode(), b64encode(_derive(password, salt, cost)).decode())
    return "$".join(("scrypt", str(cost.n), str(cost.r), str(cost.p), *parts))


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one that was kept."""
    cost, salt, expected = _read(kept)
    return hmac.compare_digest(_derive(password, salt, cost), expected)


def is_dated(kept: str, cost: Cost = COST) -> bool:
    """Whether a hash was made at another cost than today's."""
    return _read(kept)[0] != cost


def _read(kept: str) -> tuple[Cost, bytes, bytes]:
    _, n, r, p, salt, derived = kept.split("$")
    return Cost(int(n), int(r), int(p)), b64decode(salt), b64decode(derived)


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    most_memory = 132 * cost.n * cost.r * cost.p + (1 << 20)
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=most_memory
    )


class Flaw(StrEnum):
    """Why a new password is not taken."""

    LENGTH = "length"
    GUESSED = "guessed"


def flaw(password: str) -> Flaw | None:
    """What is wrong with a new password; None where nothing is."""
    if not LEAST <= len(password) <= MOST:
        return Flaw.LENGTH
    return Flaw.GUESSED if strength(password) is Strength.WEAK else None


class Strength(StrEnum):
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"


def strength(password: str) -> Strength:
    """How well a password stands against guessing, told from length and variety."""
    kinds = (
        any(each.islower() for each in password) * 26
        + any(each.isupper() for each in password) * 26
        + any(each.isdigit() for each in password) * 10
        + any(not each.isalnum() for each in password) * 20
    )
    # What repeats itself or runs on (aaaa, 1234) adds nothing to what came before.
    fresh = [
        each
        for before, each in zip(" " + password, password, strict=False)
        if abs(ord(each) - ord(before)) > 1
    ]
    bits = len(fresh) * log2(max(kinds, 2))
    if bits < 45:
        return Strength.WEAK
    return Strength.FAIR if bits < 65 else Strength.GOOD


def recovery_codes() -> tuple[str, ...]:
    """Fresh codes for the day the phone is gone, to be written down: "k3fm-9qxa"."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
        for _ in range(_CODES)
    )


def code_hash(code: str) -> str:
    """What is kept of a recovery code. A plain hash will do: the code itself is random."""
    letters = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
