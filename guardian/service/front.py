"""Where the household can be looked at: the pages, and the page in place of a blocked site.

Both are imported when they are opened: they are the largest part of control, and DNS comes first.
"""

import asyncio
import contextlib
import mimetypes
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guardian.errors import Said
from guardian.home_socket import SOCKET
from guardian.settings import Settings
from guardian.settings.endpoints import Endpoint
from guardian.settings.sections.network import Listen
from guardian.settings.sections.web import Tls

if TYPE_CHECKING:
    import ssl

    from aiohttp import web

    from guardian.service.control import Control
    from guardian.service.house import RunningHouse
    from guardian.service.tls import Certificates
    from guardian.web.block.listener import Listener
    from guardian.web.slow import Idle

_SWEEP_SECONDS: Final = 2.0
_ROOTS: Final = "SSL_CERT_FILE"  # X509_get_default_cert_file_env(3)


class Front:
    """The listeners of a household's pages. house: what they show. certificates: for TLS, if any"""

    house: "RunningHouse"
    certificates: "Certificates | None"

    def __init__(self, trouble: Callable[[str], None]) -> None:
        """trouble: told in a sentence where a page cannot be."""
        self._trouble = trouble
        self._runners: list[web.AppRunner] = []
        self._block: Listener | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self.certificates = None

    async def open(self, control: "Control", state: Path, settings: Settings) -> None:
        """Open what the settings name."""
        with _serving_only():
            from aiohttp import web

        from guardian.service.house import RunningHouse
        from guardian.web.application import IDLE, application
        from guardian.web.pages import design
        from guardian.web.slow import MOST_LINE

        self.house = RunningHouse(control, state)
        app = application(self.house, more=design.ROUTES if design.SWITCH in os.environ else ())
        runner = web.AppRunner(
            app, access_log=None, max_line_size=MOST_LINE, max_field_size=MOST_LINE
        )
        await runner.setup()
        self._runners.append(runner)
        self._sweeper = asyncio.create_task(_sweep(runner, app[IDLE]))
        listen, context = settings.listen, await self._context(state, settings)
        await self._site(web.TCPSite(runner, str(listen.web.address), listen.web.port,
                                     ssl_context=context), listen.web)  # fmt: skip
        if context is not None and settings.web.redirect:
            await self._open_redirect(settings)
        await self._open_at_home(runner, state / SOCKET)
        if listen.block:
            await self._open_block_page(listen)

    async def _context(self, state: Path, settings: Settings) -> "ssl.SSLContext | None":
        """What TLS needs; None for plain HTTP."""
        if settings.web.tls is Tls.OFF:
            return None
        from guardian.service.certificate import BadCertificate
        from guardian.service.tls import of_pages

        found, context = of_pages(state, lambda: self.house.now())
        try:
            await asyncio.to_thread(found.open, settings)
        except (BadCertificate, OSError) as problem:
            # Never in the clear what was meant to be secret: there is no page until it is mended.
            self._trouble(
                Said(
                    "the pages have no certificate, and cannot be read: %(problem)s",
                    problem=problem,
                )
            )
        self.certificates = found
        return context

    async def _site(self, site: "web.TCPSite", where: Endpoint) -> None:
        try:
            await site.start()
        except OSError as problem:
            self._trouble(
                Said(
                    "the page cannot be at %(address)s: %(problem)s",
                    address=where,
                    problem=problem.strerror,
                )
            )

    async def _open_redirect(self, settings: Settings) -> None:
        from aiohttp import web

        from guardian.web.application import redirection

        runner = web.AppRunner(redirection(self.house, settings.listen.web.port), access_log=None)
        await runner.setup()
        self._runners.append(runner)
        for each in settings.web.redirect:
            await self._site(web.TCPSite(runner, str(each.address), each.port), each)

    async def follow(self, settings: Settings) -> bool:
        """Look at the certificate's files; whether something about it is another now."""
        if self.certificates is None:
            return False
        before = self.certificates.problem
        changed = await asyncio.to_thread(self.certificates.follow, settings)
        return changed or before != self.certificates.problem

    async def _open_at_home(self, runner: "web.AppRunner", path: Path) -> None:
        """Answer commands of the user whom guardian belongs to; nobody else can open the folder."""
        from aiohttp import web

        try:
            await web.UnixSite(runner, str(path)).start()  # one that was left gives way
            _for_owner(path)
        except OSError as problem:
            self._trouble(
                Said(
                    "%(path)s: commands cannot ask there (%(problem)s)",
                    path=path,
                    problem=problem.strerror,
                )
            )

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
        if self._sweeper is not None:
            self._sweeper.cancel()
        for runner in self._runners:
            await runner.cleanup()
        if self._block is not None:
            self._block.close()


def _for_owner(path: Path) -> None:
    path.chmod(0o600)


@contextlib.contextmanager
def _serving_only() -> Iterator[None]:
    """Let aiohttp be imported without the root certificates of the web, and the types of files that
    the system knows (2.5 MB).

    It reads them whoever imports it; this process asks nobody, and knows what files it sends.
    """
    before, files = os.environ.get(_ROOTS), list(mimetypes.knownfiles)
    os.environ[_ROOTS] = os.devnull
    mimetypes.knownfiles.clear()
    try:
        yield
    finally:
        mimetypes.knownfiles.extend(files)
        if before is None:
            del os.environ[_ROOTS]
        else:
            os.environ[_ROOTS] = before


async def _sweep(runner: "web.AppRunner", idle: "Idle") -> None:
    """End connections on which nothing comes, for as long as pages are shown."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        for each in idle.over(runner.server.connections if runner.server else ()):
            each.force_close()
