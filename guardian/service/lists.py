"""The lists of a household: fetched when they are due, compiled when they changed, and in force.

`guardian.lists` does the work; here is when it is done, and what it is told to whom.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from guardian.errors import Said, sentence_of
from guardian.lists.index import BadIndex
from guardian.lists.library import CompileError
from guardian.lists.source import Source
from guardian.lists.standing import SourceStatus
from guardian.lists.transfer.transferring import Transferring
from guardian.lists.trust.contents import Decision
from guardian.lists.trust.difference import Recent
from guardian.service.known import never_came
from guardian.service.plan import library_of
from guardian.service.rollout import Rollout
from guardian.service.troubles import Troubles
from guardian.settings import Settings

_FETCH_SECONDS: Final = 600
_ZONE_SECONDS: Final = 5  # between two looks at which zones are due
_MISSING_SECONDS: Final = 60  # while a list never came, or none is in force
_GLANCE_SECONDS: Final = 3


def told_to_wait(lists: Iterable[SourceStatus]) -> list[str]:
    """A sentence for each list of which new content waits for a person."""
    return [
        Said(
            "%(list)s: new content of this list waits for you; see the lists in the settings",
            list=each.source.id,
        )
        for each in lists
        if each.waiting is not None and each.waiting.decision is not Decision.TRIED
    ]


class HouseholdLists:
    """The sources that the settings name, and what came of them. sources: theirs."""

    def __init__(
        self,
        state: Path,
        rollout: Rollout,
        troubles: Troubles,
        now: Callable[[], datetime],
        recent: Callable[[], Recent],
    ) -> None:
        """recent: what was looked up here lately."""
        self._recent = recent
        self._state = state
        self._rollout = rollout
        self._troubles = troubles
        self._now = now
        self._soon = asyncio.Event()  # something is to be fetched or compiled
        self._fetch_all = False  # at the next turn, not only what is due
        self._zones_soon = asyncio.Event()  # some zone may be due
        self._notified: dict[str, str] = {}  # source → the primary that said it changed
        self._one_at_a_time = asyncio.Lock()  # compilations
        self._trials: Mapping[str, Sequence[str]] = {}  # as they were asked for last

    def follow(self, settings: Settings) -> None:
        """Use the lists that settings name."""
        self._library = library_of(
            settings, self._state, self._now, lambda: self._troubles.changed(), self._recent
        )
        self.sources = self._library.sources

    def status(self) -> Sequence[SourceStatus]:
        """How each list stands."""
        return self._library.status()

    def trials(self) -> Mapping[str, Sequence[str]]:
        """The lists of which some devices try new content, and signs of these devices."""
        self._trials = self._library.trials()
        return self._trials

    def key(self) -> bytes:
        """The installation's key, with which names are hashed."""
        return self._library.key()

    def in_force(self) -> tuple[Path | None, bytes]:
        """The compiled lists in force, and the key they were compiled with."""
        return self._rollout.index, self._rollout.key

    def update(self) -> None:
        """Fetch every list again, soon."""
        self._fetch_all = True
        self.look_soon()

    def look_soon(self) -> None:
        """Fetch what is due, and compile what changed, at once."""
        self._soon.set()
        self._zones_soon.set()

    def notified(self, source: str, primary: str, serial: int | None) -> None:
        """Ask a primary for a zone that it says has changed. serial: the new one, if told."""
        zone = next(
            (each for each in self._library.transferring.sources if each.id == source), None
        )
        known = (
            serial is not None and zone and not self._library.transferring.is_newer(zone, serial)
        )
        if zone is not None and not known:
            self._notified[source] = primary
            self._zones_soon.set()

    def decide(
        self, list_id: str, decision: Decision, content: str, devices: Sequence[str] = ()
    ) -> None:
        """Follow a person's word to what waits of a list; see `Library.decide`."""
        self._library.decide(list_id, decision, content, devices)
        self.look_soon()
        self._troubles.changed()

    async def put_back(self, list_id: str, number: int) -> None:
        """Put an earlier content of a list in force; see `Library.put_back`."""
        await asyncio.to_thread(self._library.put_back, list_id, number)
        self.look_soon()

    async def begin(self) -> None:
        """Use what was compiled before; where nothing was, compile what there is."""
        opened = self._library.open_index(self._troubles.tell)
        self._take(opened[0] if opened else None)
        del opened
        if self._rollout.index is None:
            await self._compile()

    async def keep(self, apply: Callable[[], None]) -> None:
        """Fetch what is due and compile what changed, for as long as we run.

        apply: puts policy into force with the lists in use.
        """
        while True:
            self._soon.clear()  # before the work: who asks meanwhile is not forgotten
            everything, self._fetch_all = self._fetch_all, False
            if everything:
                self._notified |= {each.id: "" for each in self._library.transferring.sources}
                self._zones_soon.set()
            before = self._library.local()
            await self._library.fetch_due(everything=everything)
            await self._follow_content(apply)
            self._troubles.changed()
            rest = _MISSING_SECONDS if self._lacks_some() else _FETCH_SECONDS
            await self._rest(rest, before)

    async def _follow_content(self, apply: Callable[[], None]) -> None:
        async with self._one_at_a_time:
            opened = self._library.open_index(lambda _problem: None)
            if opened is None or not self._library.is_current(opened[1]):
                await self._compile()
                apply()
            elif opened[0] != self._rollout.index:  # compiled by hand, beside us
                self._take(opened[0])
                apply()
            elif self._library.trials() != self._trials:  # a command chose other devices
                apply()

    async def _rest(self, seconds: float, before: tuple[str, ...]) -> None:
        """Wait for the next turn, but not for it where a command compiled beside us, or a list on
        this machine is another than before and stays so.

        What is being written changes from glance to glance: it is not read before it is whole.
        """
        seen = before
        for _ in range(int(seconds / _GLANCE_SECONDS)):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GLANCE_SECONDS):
                    await self._soon.wait()
                    return
            now = self._library.local()
            if self._library.newest() not in (None, self._rollout.index) or now == seen != before:
                return
            if self._library.trials() != self._trials:
                return
            seen = now

    async def keep_zones(self, apply: Callable[[], None]) -> None:
        """Transfer the zones that are due or were notified, each as soon as it is: a slow download
        of another list does not hold them up. apply: as for `keep`.
        """
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._zones_soon.clear()
                zones = self._library.transferring
                due = {each.id: each for each in zones.due()}
                due |= {
                    each.id: each
                    for each in zones.sources
                    if each.id in self._notified
                    and each.id not in zones.stages
                    and zones.next(each) is not None
                }
                for source in due.values():
                    first = self._notified.pop(source.id, "")
                    tasks.create_task(self._transfer(zones, source, first, apply))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_ZONE_SECONDS if zones.sources else None):
                        await self._zones_soon.wait()

    async def _transfer(
        self, zones: Transferring, source: Source, first: str, apply: Callable[[], None]
    ) -> None:
        if await zones.transfer(source, first):
            await self._follow_content(apply)
        if source.id in self._notified:  # while it was being transferred
            self._zones_soon.set()

    async def _compile(self) -> None:
        try:
            self._take(await self._library.compile())
        except CompileError as problem:
            self._troubles.tell(sentence_of(problem))

    def _take(self, index: Path | None) -> None:
        """Use an index from the next hand-over on."""
        try:
            if index is not None:
                self._rollout.use(index, self._library.key())
        except (OSError, BadIndex) as problem:
            self._troubles.tell(
                Said(
                    "%(path)s: cannot be read (%(problem)s); the one in force stays",
                    path=index,
                    problem=problem,
                )
            )

    def _lacks_some(self) -> bool:
        return not self._rollout.lists or bool(never_came(self.sources, self._rollout.lists))
