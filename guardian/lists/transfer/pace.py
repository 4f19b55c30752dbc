"""How often a primary may have its zone asked for at once."""

from typing import Final

BURST: Final = 5
_SECONDS_EACH: Final = 10.0


class Pace:
    """A few at once, then one in a while. Times are seconds that only go on."""

    def __init__(self, now: float) -> None:
        self._at = now - BURST * _SECONDS_EACH

    def wait(self, now: float) -> float:
        """Seconds until the next one may begin; that it does is counted."""
        self._at = max(self._at, now - BURST * _SECONDS_EACH) + _SECONDS_EACH
        return max(0.0, self._at - now)
