"""A stream that says when something has changed (server-sent events; HTML, section 9.2)."""

import asyncio
import contextlib
from typing import Final

from aiohttp import web

from guardian.web.house import House

_KEEP_ALIVE_SECONDS: Final = 25


async def stream(request: web.Request, house: House) -> web.StreamResponse:
    """How often anything has changed, now and each time that it does, until the reader leaves."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):
        while True:
            await response.write(b"event: changed\ndata: %d\n\n" % house.changes)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                    await house.changed()
    return response
