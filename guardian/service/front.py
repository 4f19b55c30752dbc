"""Where the household can be looked at: the pages, and the page in place of a blocked site.

Both are imported when they are opened: they are the largest part of control, and DNS comes first.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.errors import Said
from guardian.settings.sections.network import Listen

if TYPE_CHECKING:
    from aiohttp import web

    from guardian.service.control import Control
    from guardian.service.house import RunningHouse
    from guardian.web.block.listener import Listener


class Front:
    """The listeners of a household's pages. house: what they show."""

    house: "RunningHouse"

    def __init__(self, trouble: Callable[[str], None]) -> None:
        """trouble: told in a sentence where a page cannot be."""
        self._trouble = trouble
        self._runner: web.AppRunner | None = None
        self._block: Listener | None = None

    async def open(self, control: "Control", state: Path, listen: Listen) -> None:
        """Open what the settings name."""
        from aiohttp import web

        from guardian.service.house import RunningHouse
        from guardian.web.application import application

        self.house = RunningHouse(control, state)
        self._runner = web.AppRunner(application(self.house), access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, str(listen.web.address), listen.web.port).start()
        except OSError as problem:
            self._trouble(
                Said(
                    "the page cannot be at %(address)s: %(problem)s",
                    address=listen.web,
                    problem=problem.strerror,
                )
            )
        if listen.block:
            await self._open_block_page(listen)

    async def _open_block_page(self, listen: Listen) -> None:
        from guardian.web.block.listener import Listener
        from guardian.web.block.page import BlockPage

        self._block = Listener(BlockPage(self.house, time.monotonic).answer)
        for endpoint in listen.block:
            try:
                await self._block.listen(str(endpoint.address), endpoint.port)
            except OSError as problem:
                self._trouble(
                    Said(
                        "the block page cannot be at %(address)s: %(problem)s",
                        address=endpoint,
                        problem=problem.strerror,
                    )
                )

    async def close(self) -> None:
        """Show nothing any more."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._block is not None:
            self._block.close()
