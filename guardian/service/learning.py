"""Learning what a site needs, from a parent's wish to names in the configuration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from guardian.errors import GuardianError
from guardian.policy.learning import Found, found, proposals, without_covered
from guardian.policy.timeline import Learning
from guardian.service import desk, own_names
from guardian.service.inquiry import Inquiry
from guardian.settings import Settings
from guardian.store.household import Store


class CannotLearn(GuardianError):
    """Learning where there is nothing to learn, or nothing was learnt."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was seen for a person so far. until: when it ends, or ended."""

    person: str
    site: str
    until: datetime
    seen: tuple[Found, ...]

    @property
    def proposals(self) -> tuple[str, ...]:
        """The names to keep for the site to work."""
        return proposals(self.site, self.seen)


def begin(store: Store, settings: Settings, learning: Learning) -> None:
    """Learn from now on, in place of what is learnt for the same person. Raises CannotLearn."""
    person = settings.household.called(learning.person or "")
    if person.profile is None or not person.profile.allow_only:
        raise CannotLearn(
            f"{person.name} may have more than chosen sites; learning is for a profile with "
            "allow_only: true"
        )
    end(store, person.name, learning.since)
    store.spells.add(learning)


def end(store: Store, person: str, now: datetime) -> None:
    """Learn no more for a person; what only named sites may have is in force again."""
    for spell in store.spells.running(now):
        if isinstance(spell, Learning) and spell.person == person:
            store.spells.end(Learning, person, spell.thing)


def learnt(inquiry: Inquiry, state: Path, person: str) -> Learnt:
    """What the running guardian has seen. Raises CannotLearn, NotRunning."""
    said = desk.ask(state, "learnt", person)
    if said is None:
        raise CannotLearn(f"nothing is being learnt for {person}; see: guardian learn --help")
    seen = found(said["names"], inquiry.belongs)
    return Learnt(person, said["site"], datetime.fromisoformat(said["until"]), tuple(seen))


def keep(
    store: Store, settings: Settings, state: Path, learned: Learnt, names: Iterable[str]
) -> tuple[str, ...]:
    """Write names and the site into the person's own rules; which these are now.

    Raises ConfigError, CannotEdit.
    """
    wanted = without_covered({learned.site, *names})
    profile = settings.household.called(learned.person).profile
    have = profile.allow_names if profile is not None else frozenset[str]()
    new = tuple(each for each in wanted if each not in have)
    if new:
        deed = f"names for {learned.site} learnt for {learned.person}"
        own_names.allow(store, settings, state, learned.person, new, deed)
    return new


def forget(store: Store, state: Path, person: str, now: datetime) -> None:
    """End the learning, and have what was seen forgotten. Raises NotRunning."""
    end(store, person, now)
    desk.ask(state, "forget", person)
