"""The arithmetic of zones' serial numbers, which go round (RFC 1982)."""

from typing import Final

_HALF: Final = 1 << 31
_ROUND: Final = 1 << 32


def is_newer(one: int, other: int) -> bool:
    """Whether one serial comes after another; false where the RFC leaves it open."""
    return 0 < (one - other) % _ROUND < _HALF
