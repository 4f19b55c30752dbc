"""When a list is asked for again. Pure: the same arguments give the same instant."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

EARLIER: Final = 0.1  # of an interval, at most: many households do not come at the same second
AFTER_FAILURE: Final = timedelta(minutes=15)  # doubled with each further one
WITHOUT: Final = timedelta(minutes=1)  # the same, where nothing of a list is here yet
LONGEST: Final = timedelta(hours=6)
LONGEST_WITHOUT: Final = timedelta(hours=1)
MOST_PATIENCE: Final = timedelta(days=2)  # whatever a server says
_BYTES: Final = 8


def usual(asked: datetime, update: timedelta, chance: float) -> datetime:
    """After all went well; never later than `update` says."""
    return asked + update * (1 - EARLIER * chance)


def after_failures(
    asked: datetime,
    update: timedelta,
    before: int,
    wait: timedelta,
    chance: float,
    *,
    have: bool,
) -> datetime:
    """After it went wrong, as it had `before` times in a row.

    wait: what the server asked for (Retry-After). have: whether some content of it is here.
    """
    first, ceiling = (AFTER_FAILURE, LONGEST) if have else (WITHOUT, LONGEST_WITHOUT)
    own = min(first * 2 ** min(before, 20), ceiling, update)
    return max(usual(asked, own, chance), asked + min(wait, MOST_PATIENCE))


def chance(seed: bytes, source: str, asked: datetime) -> float:
    """From 0 to 1: another one in each household, for each list, each time."""
    text = f"{source} {asked.isoformat()}".encode()
    digest = hashlib.blake2b(text, key=seed, digest_size=_BYTES).digest()
    return int.from_bytes(digest, "big") / (1 << 8 * _BYTES)
