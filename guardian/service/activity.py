"""What resolvers tell, until it is written: by person and thing, and as much as may be kept."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from guardian.policy.people import Holder, Household, Person, Privacy
from guardian.policy.privacy import NEVER_NAMED
from guardian.service.supervise import Report
from guardian.store.activity import ALL
from guardian.store.household import Store

_MOST_NAMES: Final = 5_000  # held until they are written; what comes after is only counted
WhoseIs = Callable[[str], Holder | None]
"""Client → whose it is; None for nobody's."""


class Told:
    """Reports since the last writing.

    A person whose counts alone are kept leaves no kinds here, nor does what several people share.
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[str, str], tuple[int, int]] = {}
        self._stopped: dict[tuple[str, str], str] = {}
        self._illegal: Counter[str] = Counter()

    def take_illegal(self, hits: Mapping[str, int]) -> None:
        """Add how often illegal content was blocked, by list."""
        self._illegal.update(hits)

    def take(self, report: Report, whose_is: WhoseIs) -> None:
        """Add what a resolver told."""
        for address, (queries, blocked, _, seen, stopped) in report.counts.items():
            person = whose_is(address)
            name = person.name if person else ""
            self._add(name, ALL, queries, blocked)
            if isinstance(person, Person) and person.privacy is not Privacy.COUNTS:
                for thing in {*seen, *stopped}:
                    self._add(name, thing, thing in seen, thing in stopped)
        for address, qname, things in report.stopped:
            person = whose_is(address)
            is_told = isinstance(person, Person) and person.privacy is Privacy.BLOCKED
            if person is not None and is_told and _may_name(things) and self._has_room():
                self._stopped[person.name, qname] = things[0] if things else ""

    def _add(self, person: str, thing: str, seen: int, blocked: int) -> None:
        before = self._counted.get((person, thing), (0, 0))
        self._counted[person, thing] = (before[0] + seen, before[1] + blocked)

    def _has_room(self) -> bool:
        return len(self._stopped) < _MOST_NAMES

    def today(self) -> dict[str, tuple[int, int]]:
        """Person ("" for unknown devices) → queries and blocks that are not written yet."""
        return {who: counts for (who, thing), counts in self._counted.items() if thing == ALL}

    def write(self, store: Store, household: Household, now: datetime) -> None:
        """Write it all, for the day and for the hour; names of those whose privacy has changed go.

        now: aware. It is kept here until `written`, so that what a full disk refuses is not lost.
        """
        day = now.astimezone(household.zone).date()
        if self._illegal:
            store.illegal_hits.add(day, self._illegal)
        if self._counted or self._stopped:
            totals = [(who, *counts) for who, counts in self.today().items()]
            names = [(person, qname, thing) for (person, qname), thing in self._stopped.items()]
            store.counts.add(day, totals)
            store.activity.add(self._counted, names, now)
        told = {each.name for each in household.people if each.privacy is Privacy.BLOCKED}
        for person in store.activity.named() - told:
            store.activity.forget_names(person)

    def written(self) -> None:
        """What was written is in the file: forget it here."""
        self._counted, self._stopped, self._illegal = {}, {}, Counter()


def _may_name(things: Iterable[str]) -> bool:
    return NEVER_NAMED.isdisjoint(things)
