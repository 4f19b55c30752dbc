"""How much memory a compilation may take.

Routers that run out of memory do so at the peak of a list's renewal: here the work keeps to what it
was given, and what cannot be done with it is refused in words.
"""

import os
import resource
from typing import Final

from guardian.lists.hashes import ROOM

LEAST: Final = 48 << 20  # bytes: the program itself takes half of it
_MOST: Final = 512 << 20
_SHARE: Final = 8
_PER_HASH: Final = 160  # bytes of the limit: a quarter of it is for hashes while they are sorted


def usual() -> int:
    """Bytes that are given where nobody says how many: an eighth of the machine's memory."""
    have = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(max(have // _SHARE, LEAST), _MOST)


def keep_to(memory: int) -> None:
    """Let this process take no more; what would raises MemoryError. Mapped files do not count."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def room(memory: int) -> int:
    """How many hashes may be in memory at once."""
    return min(ROOM, memory // _PER_HASH)
