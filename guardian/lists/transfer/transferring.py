"""Which transferred zones are due, and what came of it: each in a child process of its own.

A zone says itself how often it wants to be asked for (refresh), how soon after a failure (retry),
and how long it may be used unconfirmed (expire: RFC 1035, section 3.3.13). Past that it stays in
force, and that is said: a filter that forgets its list lets everything through.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from guardian.errors import Said, sentence_of, to_data
from guardian.lists.child import ChildFailed, run_child
from guardian.lists.feeds.freshness import CONFIRMED
from guardian.lists.feeds.schedule import WITHOUT
from guardian.lists.notes import Notes
from guardian.lists.shelf import CannotKeep, Shelf
from guardian.lists.source import Source, ZoneSource
from guardian.lists.stage import Stage
from guardian.lists.transfer.serial import is_newer

TRANSFER_SECONDS: Final = 900.0
MOST_BYTES: Final = 1 << 30
_SPARE_SECONDS: Final = 60.0  # for what the process does besides
_AT_ONCE: Final = 2  # transfers: a whole zone of millions takes memory
_SOONEST: Final = timedelta(seconds=30)


class Transferring:
    """The transferred ones of a household's sources. stages: how far one is, by source id."""

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
        self.sources = [each for each in sources if each.zone is not None]
        self._now = now
        self._protected = protected
        self._changed = changed
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def next(self, source: Source) -> datetime | None:
        """When a primary is to be asked again; None for a zone that is held."""
        if self._shelf.is_held(source):
            return None
        notes = self._notes.read(source.id)
        asked, soa = notes.get("asked"), notes.get("soa")
        if asked is None or notes.get("location") != source.location:
            return self._now()
        wait = source.update
        if soa is not None:
            wait = min(wait, timedelta(seconds=soa[2] if notes.get("fetch_problem") else soa[1]))
        if not self._shelf.has(source):
            wait = min(wait, WITHOUT)
        return datetime.fromisoformat(asked) + max(wait, _SOONEST)

    def due(self) -> Iterator[Source]:
        """The zones whose primaries are to be asked now, and are not being asked."""
        for source in self.sources:
            at = self.next(source)
            if at is not None and at <= self._now() and source.id not in self.stages:
                yield source

    def is_newer(self, source: Source, serial: int) -> bool:
        """Whether a version is newer than what is here."""
        soa = self._notes.read(source.id).get("soa")
        return soa is None or not self._shelf.has(source) or is_newer(serial, soa[0])

    def overdue(self, source: Source) -> str:
        """What is to be said of a zone past its expiry; "" of one that is not."""
        notes = self._notes.read(source.id)
        confirmed, soa = notes.get(CONFIRMED), notes.get("soa")
        if confirmed is None or soa is None or not self._shelf.has(source):
            return ""
        end = datetime.fromisoformat(confirmed) + timedelta(seconds=soa[3])
        if self._now() < end:
            return ""
        return Said(
            "it expired on %(at)s, since no primary has confirmed it; it stays in force, because "
            "an old list protects better than none",
            at=f"{end:%Y-%m-%d %H:%M} UTC",
        )

    async def transfer(self, source: Source, first: str = "") -> bool:
        """Ask for one zone, and say whether a newer version came. first: the primary to begin with.

        Raises nothing: what went wrong is in the notes.
        """
        assert source.zone is not None  # noqa: S101  # it is one of ours
        self.stages[source.id] = Stage.WAITS
        try:
            async with self._turn:
                self.stages[source.id] = Stage.FETCHING
                self._changed()
                job = self._job(source, source.zone, first)
                limit = TRANSFER_SECONDS + _SPARE_SECONDS
                outcome = await run_child("guardian.lists.transfer.transfer_process", job, limit)
        except (ChildFailed, CannotKeep) as problem:
            self._failed(source, sentence_of(problem))
            return False
        finally:
            del self.stages[source.id]
            self._changed()
        at = self._now().isoformat(timespec="seconds")
        said: dict[str, object] = {"asked": at, CONFIRMED: at, "soa": outcome["soa"]}
        self._notes.add(source.id, **said, fetch_problem="", location=source.location)
        return bool(outcome["changed"])

    async def transfer_all(self) -> None:
        """Ask for every zone that is not held."""
        wanted = [each for each in self.sources if not self._shelf.is_held(each)]
        await asyncio.gather(*map(self.transfer, wanted))

    def _job(self, source: Source, zone: ZoneSource, first: str) -> dict[str, Any]:
        tries = [str(path) for path, _ in self._shelf.tries(source)]
        key = zone.tsig
        return {
            "key": self._shelf.key().hex(),
            "protected": self._protected,
            "folder": str(self._shelf.folder),
            "source": source.as_data(),
            "zone": zone.name,
            "primaries": sorted(zone.primaries, key=lambda each: each[0] != first),
            "tsig": key
            and {
                "name": key.name,
                "algorithm": key.algorithm,
                "secret_file": str(key.secret_file),
            },
            "tries": tries,
            "to": tries[0],
            "anew": bool(self.overdue(source)),
            "seconds": TRANSFER_SECONDS,
            "bytes": MOST_BYTES,
        }

    def _failed(self, source: Source, problem: str) -> None:
        said = Said("it could not be transferred: %(problem)s", problem=problem)
        if self._shelf.has(source):
            said = Said("%(problem)s; the last good one stays", problem=said)
        self._notes.add(
            source.id,
            asked=self._now().isoformat(timespec="seconds"),
            fetch_problem=to_data(said),
            location=source.location,
        )
