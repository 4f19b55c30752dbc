"""Policy on its way to where it acts: compiled for now, and handed to every resolver."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from guardian.policy.timeline import HORIZON, Timeline, UsedUp, compile_timelines
from guardian.service import clock
from guardian.service.budgets import Budgets
from guardian.service.plan import services_of, snapshot_of, titles_of
from guardian.service.supervise import Counts, Policy, Supervised
from guardian.settings import Settings
from guardian.store.household import Store


class Rollout:
    """The policy in force, and the resolvers that have it.

    timelines: of each person by name, and under None that of devices nobody has named.
    titles: of categories and services, for people. used: services that a rule is about.
    index: the compiled lists in use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.resolvers: list[Supervised] = []
        self._serial = 0
        self._used_up: set[tuple[str | None, str | None, datetime]] = set()
        self.index: Path | None = None
        self._index_file: BinaryIO | None = None
        self._spent: list[BinaryIO] = []  # closed once no resolver is promised them
        self.timelines: dict[str | None, Timeline] = {}
        self.titles: dict[str, str] = {}
        self.used: frozenset[str] = frozenset()

    def start(self, settings: Settings, state: Path, reported: Callable[[Counts], None]) -> None:
        """Start the resolvers, or take over those that run. Raises CannotListen."""
        addresses = [(str(each.address), each.port) for each in settings.listen.dns]
        for number in range(settings.resolver.workers):
            path = state / "run" / f"resolver-{number}.sock"
            resolver = Supervised(path, addresses, settings.resolver.run_as, reported)
            resolver.start()
            self.resolvers.append(resolver)

    def use(self, index: Path) -> None:
        """Use an index from the next hand-over on, and hold it open however it is called.

        Raises OSError where it cannot be read; the one in use stays.
        """
        file = index.open("rb")
        self._spent += [self._index_file] if self._index_file is not None else []
        self.index, self._index_file = index, file

    def apply(
        self,
        settings: Settings,
        neighbours: Mapping[str, Sequence[str]],
        key: bytes,
        budgets: Budgets,
        now: datetime,
    ) -> None:
        """Compile policy for now and hand it to all resolvers.

        neighbours: MAC or host name → addresses seen now. key: the secret of the compiled lists.
        """
        household = settings.household
        spells = [
            *self._store.spells(now),
            *budgets.used_up(household, now),
            *clock.waits(household, now),
        ]
        self._used_up = {_key(each) for each in spells if isinstance(each, UsedUp)}
        self.used = used = services_of(household, spells)
        self.titles = titles_of(settings, used)
        self.timelines = compile_timelines(household, spells, now, HORIZON, self.titles)
        snapshot = snapshot_of(settings, self.timelines, neighbours, key, used)
        self._serial += 1
        policy = Policy(snapshot.to_data(), self._index_file, self._serial)
        for resolver in self.resolvers:
            resolver.hand_over(policy)
        for file in self._spent:
            file.close()
        self._spent.clear()

    def follows(self, over: Sequence[UsedUp]) -> bool:
        """Whether these are the used-up budgets that the policy in force knows."""
        return {_key(each) for each in over} == self._used_up

    def stop(self) -> None:
        """End the resolvers."""
        for resolver in self.resolvers:
            resolver.stop()


def _key(spell: UsedUp) -> tuple[str | None, str | None, datetime]:
    return spell.person, spell.thing, spell.until
