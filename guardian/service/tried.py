"""What devices tried instead of asking guardian, until it is written, and for a while after that.

The sensor tells of packets, resolvers of names that were blocked. Both are only ever shown: no rule
hangs on them, since anybody may forge a packet.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from guardian.policy.honesty import HOUSE, RECENT, Bypass, Kind
from guardian.safety.services import Catalogue
from guardian.store.attempts import Attempts

BYPASS: Final = "bypass"  # the category of ways around the filter
_GROUP: Final = "vpn"  # of services that are such ways
_MOST: Final = 4096  # devices and kinds: somebody may make up hardware addresses all day


def ways_around(used: Iterable[str], services: Catalogue) -> frozenset[str]:
    """The category and those of some services that lead past the filter."""
    found = (each for each in used if services.service(each).group == _GROUP)
    return frozenset({BYPASS, *found})


class Tries:
    """By device and kind."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Kind], Bypass] = {}  # lately
        self._new: dict[tuple[str, Kind], Bypass] = {}  # not written yet

    def remember(self, kept: Iterable[Bypass]) -> None:
        """Know again what was kept, the last day first."""
        for each in kept:
            self._add(self._known, each)

    def take(self, sign: str, kind: Kind, times: int, now: datetime) -> bool:
        """A device tried something; whether that is news. now: UTC."""
        key = sign, kind
        before = self._known.get(key)
        if before is None and len(self._known) >= _MOST:
            self._forget_old(now)
            if len(self._known) >= _MOST:
                return False
        tried = Bypass(sign, kind, times, now)
        self._add(self._known, tried)
        self._add(self._new, tried)
        return before is None or now - before.last > RECENT

    def _add(self, among: dict[tuple[str, Kind], Bypass], tried: Bypass) -> None:
        key = tried.sign, tried.kind
        before = among.get(key)
        if before is not None:
            last = max(before.last, tried.last)
            tried = replace(tried, times=before.times + tried.times, last=last)
        among[key] = tried

    def _forget_old(self, now: datetime) -> None:
        for key, each in [*self._known.items()]:
            if now - each.last > RECENT:
                del self._known[key]

    def of(self, signs: Collection[str]) -> list[Bypass]:
        """What the device with one of these signs tried lately."""
        return [
            self._known[sign, kind]
            for sign in signs
            for kind in Kind
            if (sign, kind) in self._known
        ]

    def lately(self, now: datetime) -> list[Bypass]:
        """All that was tried lately."""
        return [each for each in self._known.values() if now - each.last <= RECENT]

    def in_others_roles(self, now: datetime) -> list[tuple[str, str]]:
        """Device and kind of what turned the whole house's traffic lately."""
        return [(each.sign, each.kind) for each in self.lately(now) if each.kind in HOUSE]

    def write(self, attempts: Attempts, day: date) -> None:
        """Keep what is new. It stays new until `written`: a full disk may refuse it."""
        if self._new:
            attempts.add(day, self._new.values())

    def written(self) -> None:
        """What was written is in the file."""
        self._new.clear()
