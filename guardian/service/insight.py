"""Levels of what is seen of people, as they come into force: announced first, where that is due."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from guardian.policy.insight import Insight, followed, with_insight
from guardian.settings import Settings
from guardian.store.household import Store


class Insights:
    """Everybody's level. present: person → theirs, of those who are told."""

    def __init__(
        self,
        store: Callable[[], Store | None],
        surviving: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """store: None while it cannot be read. What was known stays so then, and where the disk
        refuses something (surviving): nobody is seen more for that.
        """
        self._store = store
        self._surviving = surviving
        self.present: Mapping[str, Insight] = {}

    def follow(self, settings: Settings, now: datetime) -> Settings:
        """The settings with the levels that are in force. now: aware."""
        store, before = self._store(), self._known()
        after = followed(before, settings.household, now)
        self.present = after
        with self._surviving():
            for person, insight in after.items():
                if store is not None and before.get(person) != insight:
                    store.insights.keep(person, insight)
        return replace(settings, household=with_insight(settings.household, after))

    def is_due(self, now: datetime) -> bool:
        """Whether something that was announced begins now."""
        return any(each.is_announced and each.due <= now for each in self._known().values())

    def _known(self) -> Mapping[str, Insight]:
        store = self._store()
        if store is not None:
            with self._surviving():
                return store.insights.all()
        return self.present
