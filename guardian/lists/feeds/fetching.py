"""Which sources are due, and what came of fetching them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from guardian.errors import Said, from_data, sentence_of, to_data
from guardian.lists.child import ChildFailed, run_child
from guardian.lists.feeds import schedule
from guardian.lists.feeds.freshness import CONFIRMED
from guardian.lists.feeds.route import Route
from guardian.lists.notes import Notes
from guardian.lists.shelf import CannotKeep, Shelf
from guardian.lists.source import Source
from guardian.lists.stage import Stage

_FETCH_SECONDS: Final = 1800.0


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
        route: Route,
    ) -> None:
        """See `Library`."""
        self.stages: dict[str, Stage] = {}
        self._shelf = shelf
        self._notes = notes
        self._sources = [each for each in sources if each.is_remote and each.zone is None]
        self._now = now
        self._protected = protected
        self._changed = changed
        self._route = route
        self._unheard: dict[str, Source] = {}  # those that are being fetched, by id

    def next(self, source: Source) -> datetime | None:
        """When a source is to be asked for again; None for one that is held, or local."""
        if not source.is_remote or self._shelf.is_held(source):
            return None
        notes = self._notes.read(source.id)
        if notes.get("asked") is None:
            return self._now()
        asked = datetime.fromisoformat(notes["asked"])
        chance = schedule.chance(self._seed(), source.id, asked)
        if not notes.get("fetch_problem"):
            return schedule.usual(asked, source.update, chance)
        wait = timedelta(seconds=float(notes.get("wait", 0)))
        before, have = int(notes.get("failures", 0)), self._shelf.has(source)
        return schedule.after_failures(asked, source.update, before, wait, chance, have=have)

    def _seed(self) -> bytes:
        try:
            return self._shelf.key()
        except CannotKeep:  # whoever needs the key for more will say so
            return b""

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
        self._unheard = {each.id: each for each in due}
        try:
            job = {
                "key": self._shelf.key().hex(),
                "protected": self._protected,
                "route": asdict(self._route),
                "sources": [self._wanted(each) for each in due],
            }
            await run_child(self._route.process, job, _FETCH_SECONDS, self._hear)
        except (ChildFailed, CannotKeep) as problem:
            why = Said("it could not be fetched: %(problem)s", problem=sentence_of(problem))
            for source in self._unheard.values():
                self._fetched(source, {"problem": to_data(why)})
        self.stages = {}

    def _hear(self, told: dict[str, Any]) -> None:
        """Follow an update: each source as soon as it is here, whatever becomes of the others."""
        if "fetching" in told:
            self.stages[told["fetching"]] = Stage.FETCHING
        elif "came" in told:
            self.stages[told["came"]] = Stage.FETCHED
            self._fetched(self._unheard.pop(told["came"]), told["result"])
        self._changed()

    def _is_due(self, source: Source) -> bool:
        next_time = self.next(source)
        return next_time is not None and next_time <= self._now()

    def _wanted(self, source: Source) -> dict[str, Any]:
        notes = self._notes.read(source.id)
        path, _ = self._shelf.tries(source)[0]
        # What was taken without today's proofs is fetched anew, and shown to have them.
        same = (notes.get("location"), notes.get("proof", "")) == (
            source.location, str(source.proof)
        )  # fmt: skip
        known = self._shelf.has(source) and same
        return {
            **source.as_data(),
            "to": str(path),
            "etag": str(notes.get("etag", "")) if known else "",
            "last_modified": str(notes.get("last_modified", "")) if known else "",
            "proof": asdict(source.proof),
            "credentials": asdict(source.credentials),
        }

    def _fetched(self, source: Source, outcome: dict[str, Any]) -> None:
        notes = self._notes.read(source.id)
        changes: dict[str, object] = {
            "asked": self._now().isoformat(timespec="seconds"),
            "failures": int(notes.get("failures", 0)) + 1 if notes.get("fetch_problem") else 0,
            "fetch_problem": "",
            "wait": 0,
        }
        if "problem" in outcome:
            problem = from_data(outcome["problem"])
            if self._shelf.has(source):
                problem = Said("%(problem)s; the last good one stays", problem=problem)
            changes |= {"fetch_problem": to_data(problem), "wait": outcome.get("wait", 0)}
        else:
            changes[CONFIRMED] = changes["asked"]
        if outcome.get("changed"):
            names = ("etag", "last_modified")
            changes |= {name: outcome[name] for name in names if name in outcome}
            if "report" in outcome:  # of a confidential list; it may wait, and the old one count
                changes["fetched_report"] = outcome["report"]
            changes |= {"location": source.location, "proof": str(source.proof)}
        self._notes.add(source.id, **changes)
