"""The lists of a household: fetched when they are due, compiled when they changed, and in force.

`guardian.lists` does the work; here is when it is done, and what it is told to whom.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from guardian.errors import Said
from guardian.lists.index import BadIndex
from guardian.lists.library import CompileError, SourceStatus
from guardian.service.known import known
from guardian.service.plan import library_of, sources_of
from guardian.service.rollout import Rollout
from guardian.service.troubles import Troubles
from guardian.settings import Settings

_FETCH_SECONDS: Final = 600
_LOOK_SECONDS: Final = 2  # at files and folders of this machine
_MISSING_SECONDS: Final = 60  # while a list never came, or none is in force


class HouseholdLists:
    """The sources that the settings name, and what came of them. sources: theirs."""

    def __init__(
        self, state: Path, rollout: Rollout, troubles: Troubles, now: Callable[[], datetime]
    ) -> None:
        self._state = state
        self._rollout = rollout
        self._troubles = troubles
        self._now = now
        self._soon = asyncio.Event()  # something is to be fetched or compiled
        self._fetch_all = False  # at the next turn, not only what is due

    def follow(self, settings: Settings) -> None:
        """Use the lists that settings name."""
        self.sources = sources_of(settings)
        self._library = library_of(
            settings, self._state, self._now, lambda: self._troubles.changed()
        )

    def status(self) -> Sequence[SourceStatus]:
        """How each list stands."""
        return self._library.status()

    def key(self) -> bytes:
        """The installation's key, with which names are hashed."""
        return self._library.key()

    def in_force(self) -> tuple[Path | None, bytes]:
        """The compiled lists in force, and the key they were compiled with."""
        return self._rollout.index, self._rollout.key

    def update(self) -> None:
        """Fetch every list again, soon."""
        self._fetch_all = True
        self._soon.set()

    def look_soon(self) -> None:
        """Fetch what is due, and compile what changed, at once."""
        self._soon.set()

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
            before = self._library.local()
            await self._library.fetch_due(everything=everything)
            opened = self._library.open_index(lambda _problem: None)
            if opened is None or not self._library.is_current(opened[1]):
                await self._compile()
                apply()
            elif opened[0] != self._rollout.index:  # compiled by hand, beside us
                self._take(opened[0])
                apply()
            del opened
            self._troubles.changed()
            rest = _MISSING_SECONDS if self._lacks_some() else _FETCH_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._something_new(before)

    async def _something_new(self, before: tuple[str, ...]) -> None:
        """Until somebody asks, or a list on this machine is another than before and stays so.

        What is being written changes from look to look: it is not read before it is whole.
        """
        seen = before
        while not self._soon.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._soon.wait()
            now = self._library.local()
            if now == seen != before:
                return
            seen = now

    async def _compile(self) -> None:
        try:
            self._take(await self._library.compile())
        except CompileError as problem:
            self._troubles.tell(str(problem))

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
        have = known(self.sources, self._rollout.lists, (), self._now(), store=True)
        return bool(have.absent) or not have.lists
