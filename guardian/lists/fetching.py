"""Which sources are due, and what came of fetching them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from guardian.lists.child import ChildFailed, run_child
from guardian.lists.notes import Notes
from guardian.lists.shelf import CannotKeep, Shelf
from guardian.lists.source import Source
from guardian.lists.stage import Stage

_FETCH_SECONDS: Final = 1800.0
_AFTER_FAILURE: Final = timedelta(hours=1)
_WITHOUT: Final = timedelta(minutes=1)  # after a failure, where nothing of a list is here yet


class Fetching:
    """The remote ones of a household's sources. stages: how far an update is, by source id."""

    def __init__(
        self,
        shelf: Shelf,
        notes: Notes,
        sources: Sequence[Source],
        now: Callable[[], datetime],
        protected: Sequence[str],
        changed: Callable[[], None],
    ) -> None:
        """See `Library`."""
        self.stages: dict[str, Stage] = {}
        self._shelf = shelf
        self._notes = notes
        self._sources = [each for each in sources if each.is_remote]
        self._now = now
        self._protected = protected
        self._changed = changed

    def next(self, source: Source) -> datetime | None:
        """When a source is to be asked for again; None for one that is held, or local."""
        if not source.is_remote or self._shelf.is_held(source):
            return None
        notes = self._notes.read(source.id)
        asked = notes.get("asked")
        if asked is None:
            return self._now()
        wait = source.update
        if notes.get("fetch_problem"):
            wait = min(wait, _AFTER_FAILURE if self._shelf.has(source) else _WITHOUT)
        return datetime.fromisoformat(asked) + wait

    async def fetch_due(self, *, everything: bool = False) -> None:
        """Fetch what is older than its source allows; a failure leaves the last good content.

        Raises nothing: what went wrong is in the notes.
        """
        due = [
            each
            for each in self._sources
            if not self._shelf.is_held(each) and (everything or self._is_due(each))
        ]
        if not due:
            return
        self.stages = {each.id: Stage.WAITS for each in due}
        try:
            job = {
                "key": self._shelf.key().hex(),
                "protected": self._protected,
                "sources": [self._wanted(each) for each in due],
            }
            told = await run_child("guardian.lists.fetch_process", job, _FETCH_SECONDS, self._hear)
            outcomes = told["outcomes"]
        except (ChildFailed, CannotKeep) as problem:
            outcomes = {each.id: {"problem": f"it could not be fetched: {problem}"} for each in due}
        for source in due:
            self._fetched(source, outcomes[source.id])
        self.stages = {}

    def _hear(self, told: dict[str, Any]) -> None:
        """Follow an update."""
        for word, stage in (("fetching", Stage.FETCHING), ("fetched", Stage.FETCHED)):
            if word in told:
                self.stages[told[word]] = stage
        self._changed()

    def _is_due(self, source: Source) -> bool:
        next_time = self.next(source)
        return next_time is not None and next_time <= self._now()

    def _wanted(self, source: Source) -> dict[str, Any]:
        notes = self._notes.read(source.id)
        path, _ = self._shelf.tries(source)[0]
        known = self._shelf.has(source) and notes.get("location") == source.location
        return {
            "id": source.id,
            "category": source.category,
            "kind": source.kind.value,
            "format": source.format,
            "location": source.location,
            "to": str(path),
            "etag": str(notes.get("etag", "")) if known else "",
            "last_modified": str(notes.get("last_modified", "")) if known else "",
        }

    def _fetched(self, source: Source, outcome: dict[str, Any]) -> None:
        asked = self._now().isoformat(timespec="seconds")
        if problem := outcome.get("problem"):
            stays = "; the last good one stays" if self._shelf.has(source) else ""
            self._notes.add(source.id, asked=asked, fetch_problem=f"{problem}{stays}")
            return
        changes: dict[str, object] = {"asked": asked, "fetch_problem": ""}
        if outcome["changed"]:
            names = ("etag", "last_modified")
            changes |= {name: outcome[name] for name in names if name in outcome}
            if "report" in outcome:  # of a confidential list; it may wait, and the old one count
                changes["fetched_report"] = outcome["report"]
            changes["location"] = source.location
        self._notes.add(source.id, **changes)
