"""A stream that says when something has changed (server-sent events; HTML, section 9.2)."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from aiohttp import web

from guardian.web.house import House

_KEEP_ALIVE_SECONDS: Final = 25


async def stream(
    request: web.Request, house: House, mark: Callable[[], str] | None = None
) -> web.StreamResponse:
    """How often anything has changed, now and each time that it does, until the reader leaves.

    mark: says, in ASCII, something else in place of the number: another thing whenever what the
    reader may see is another.
    """
    told = mark or (lambda: str(house.changes))
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):
        while True:
            seen = house.changes
            await response.write(f"event: changed\ndata: {told()}\n\n".encode())
            if house.changes != seen:  # while that was written
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                    await house.changed()
    return response
