"""Everybody's timelines while wishes change: only what did change is compiled again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from guardian.policy.people import Household, Profile
from guardian.policy.timeline import Compiler, Spell, Timeline, everybody

KEPT: Final = timedelta(hours=1)  # a timeline reaches at most so much less far than it could


class Timelines:
    """The timelines in force.

    They equal those that `compile_timelines` would give for the instant at which they began; what
    holds from any later instant on is the same. by_person: by name, and under None that of devices
    nobody has named.
    """

    def __init__(self, horizon: timedelta) -> None:
        """horizon: more than `KEPT`."""
        self.by_person: dict[str | None, Timeline] = {}
        self._horizon = horizon
        self._compiler: Compiler | None = None
        self._household: Household | None = None
        self._at_large: Household | None = None
        self._profiles: dict[str | None, Profile | None] = {}
        self._spells: dict[str | None, tuple[Spell, ...]] = {}
        self._titles: Mapping[str, str] = {}

    def renew(
        self,
        household: Household,
        spells: Iterable[Spell],
        now: datetime,
        titles: Mapping[str, str],
    ) -> set[str | None]:
        """Make them those of this household with these spells; gives whose are others, or gone.

        A spell that was there before should say the same `since` as then. titles: as for
        `compile_timelines`.
        """
        now = now.astimezone(UTC)
        compiler = self._compiler
        if compiler is None or not self._still_good(compiler, household, now, titles):
            compiler = self._compiler = Compiler(household, now, now + self._horizon, titles)
            self._household, self._profiles, self._spells = None, {}, {}
        elif titles is not self._titles:
            compiler.call(titles)
        profiles = self._profiles if household is self._household else everybody(household)
        theirs = compiler.by_person(spells)
        changed = self._changed(profiles, theirs)
        for person in changed:
            if person in profiles:
                self.by_person[person] = compiler.timeline(
                    person, profiles[person], theirs.get(person, ())
                )
            else:
                self.by_person.pop(person, None)
        if household is not self._household:
            self._household, self._at_large = household, _at_large(household)
        self._profiles, self._spells = profiles, theirs
        self._titles = titles
        return changed

    def _still_good(
        self, compiler: Compiler, household: Household, now: datetime, titles: Mapping[str, str]
    ) -> bool:
        """Whether what was compiled holds still for those to whom nothing happened."""
        if not compiler.start <= now < compiler.start + KEPT:
            return False
        if household is not self._household and _at_large(household) != self._at_large:
            return False
        return _titles_of(compiler.asked, titles) == _titles_of(compiler.asked, self._titles)

    def _changed(
        self,
        profiles: Mapping[str | None, Profile | None],
        theirs: Mapping[str | None, tuple[Spell, ...]],
    ) -> set[str | None]:
        """Whose profile or spells are others than before."""
        before = self._spells
        changed = {
            person
            for person in theirs.keys() | before.keys()
            if theirs.get(person) != before.get(person)
        }
        if profiles is not self._profiles:
            known = self._profiles
            changed |= self.by_person.keys() - profiles.keys()
            changed.update(
                person
                for person, profile in profiles.items()
                if person not in known
                or (known[person] is not profile and known[person] != profile)
            )
        return changed


def _at_large(household: Household) -> Household:
    """What everybody's timelines depend on."""
    return replace(household, people=(), profiles=(), unknown=None, shared=(), devices=())


def _titles_of(some: set[str], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Their titles, in the order in which reasons prefer them."""
    return [(each, title) for each, title in titles.items() if each in some]
