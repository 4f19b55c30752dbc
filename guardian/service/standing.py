"""What is wrong for so long that somebody should hear of it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

LASTING: Final = timedelta(minutes=10)


class Standing:
    """Since when each problem has been there."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def after(self, problems: Iterable[str], now: datetime) -> tuple[str, ...]:
        """What tells those that have lasted from one another; what is over begins anew.

        problems: sentences; none of their words come out.
        """
        keys = {hashlib.sha256(each.encode()).hexdigest()[:16] for each in problems}
        self._since = {key: min(self._since.get(key, now), now) for key in keys}
        return tuple(sorted(key for key, since in self._since.items() if now - since >= LASTING))
