"""How a confidential source is kept on disk: its hashes, and nothing that could be read back.

"GDH1", the check of the key, how many hashes follow that stand for a name alone, then those and the
ones that stand for a name and all below it; little-endian.
"""

from array import array
from struct import Struct
from typing import Final

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_ONE, Variety
from guardian.lists.keyed import key_check
from guardian.lists.reading import BadSource

_HEAD: Final = Struct("<4s16sI")
_MAGIC: Final = b"GDH1"


def to_bytes(hashes: dict[Variety, "array[int]"], key: bytes) -> bytes:
    """The file's content."""
    exact = sorted(set(hashes.get(BLOCKS_ONE, ())))
    below = sorted(set(hashes.get(BLOCKS_ALL, ())))
    head = _HEAD.pack(_MAGIC, key_check(key).encode("ascii"), len(exact))
    return head + array("Q", exact).tobytes() + array("Q", below).tobytes()


def from_bytes(content: bytes, key: bytes, where: str) -> dict[Variety, "array[int]"]:
    """The hashes of such a file. Raises BadSource for a damaged one, or one of another key."""
    if len(content) < _HEAD.size or (len(content) - _HEAD.size) % 8:
        raise BadSource(f"{where}: it is damaged; it will be fetched again")
    magic, check, exact = _HEAD.unpack_from(content)
    if magic != _MAGIC or check != key_check(key).encode("ascii"):
        raise BadSource(f"{where}: it was made with another key; it will be fetched again")
    hashes = array("Q", content[_HEAD.size :])
    return {BLOCKS_ONE: hashes[:exact], BLOCKS_ALL: hashes[exact:]}
