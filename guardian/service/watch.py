"""What a person's devices ask for while a parent learns what a site needs: never on any disk.

Resolvers tell control the names once a second (`noted`); control keeps them in memory until the
parent has chosen, and for an hour after the learning has ended at the longest. The same would serve
to see what an app needs: who is watched is a matter of policy (`State.watched`), not of this.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from guardian.names import InvalidName, normalise
from guardian.policy.timeline import Learning, Spell
from guardian.service.noted import MOST_NAMES

KEPT: Final = timedelta(hours=1)  # after the end, for a parent to choose


@dataclass(slots=True)
class Watch:
    """What was seen of one person. site: what the parent wants to open. until: aware."""

    site: str
    since: datetime
    until: datetime
    names: dict[str, int] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"site": self.site, "until": self.until.isoformat(), "names": self.names}


class Watches:
    """In control: everybody who is watched, or was within the hour."""

    def __init__(
        self, spells: Callable[[datetime], Iterable[Spell]], clock: Callable[[], datetime]
    ) -> None:
        """spells: those that have not ended at an instant. clock: gives an aware instant."""
        self._spells = spells
        self._clock = clock
        self._watches: dict[str, Watch] = {}

    def follow(self) -> None:
        """Begin what the store says is learnt, end what it says no more."""
        now = self._clock()
        running = {
            spell.person: spell
            for spell in self._spells(now)
            if isinstance(spell, Learning) and spell.person is not None
        }
        for person, spell in running.items():
            known = self._watches.get(person)
            if known is None or (known.site, known.since) != (spell.thing, spell.since):
                self._watches[person] = Watch(spell.thing or "", spell.since, spell.until)
        for person, watch in self._watches.items():
            if person not in running and now < watch.until:
                watch.until = now  # it was ended before its time
        self.forget_old()

    def forget_old(self) -> None:
        """Forget what ended long ago."""
        now = self._clock()
        for person, watch in list(self._watches.items()):
            if now >= watch.until + KEPT:
                del self._watches[person]

    def see(self, told: Mapping[str, Mapping[str, int]]) -> None:
        """Add what a resolver told; names of who is not watched are dropped."""
        for person, names in told.items():
            watch = self._watches.get(person)
            if watch is None:
                continue
            for qname, count in names.items():
                if _is_plain(qname) and (qname in watch.names or len(watch.names) < MOST_NAMES):
                    watch.names[qname] = watch.names.get(qname, 0) + count

    def tell(self, person: str) -> dict[str, Any] | None:
        """What was seen of a person, as JSON can hold it."""
        self.follow()
        watch = self._watches.get(person)
        return watch.as_data() if watch else None

    def forget(self, person: str) -> bool:
        """The parent has chosen; whether there was anything."""
        return self._watches.pop(person, None) is not None


def _is_plain(qname: str) -> bool:
    """Whether a name could stand in a configuration."""
    try:
        return normalise(qname) == qname
    except InvalidName:
        return False
