"""The keyed hash by which an index knows a name.

BLAKE2b in its keyed mode (RFC 7693, section 2.9), cut to 64 bits: who has the file but not the key
can neither read names back nor try names. docs/index-format.md has the price of the alternatives.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

HASH_BYTES: Final = 8
KEY_BYTES: Final = 32


def keyed(key: bytes) -> "Callable[[], blake2b]":
    """A function that gives a fresh state which has taken in the key.

    Copying such a state costs two thirds of what beginning with the key does.
    """
    return blake2b(digest_size=HASH_BYTES, key=key).copy


def hash_of(wire: bytes, key: bytes) -> int:
    """The hash of one lower-case wire name."""
    return int.from_bytes(blake2b(wire, digest_size=HASH_BYTES, key=key).digest(), "little")


def key_check(key: bytes) -> str:
    """What tells one key from another without giving it away: 16 hexadecimal digits."""
    return blake2b(b"guardian index", digest_size=8, key=key).hexdigest()
