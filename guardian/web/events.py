"""A stream that says when something has changed (server-sent events; HTML, section 9.2)."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from aiohttp import web

from guardian.web.house import House

_KEEP_ALIVE_SECONDS: Final = 25

Happened = Callable[[int], Iterable[tuple[int, Any]]]
"""Id → what happened after it: ids, and what JSON can hold."""


async def stream(
    request: web.Request,
    house: House,
    mark: Callable[[], str] | None = None,
    happened: Happened | None = None,
) -> web.StreamResponse:
    """How often anything has changed, now and each time that it does, until the reader leaves.

    mark: says, in ASCII, something else in place of the number: another thing whenever what the
    reader may see is another. happened: tells what else there is after an id; a reader who was cut
    off goes on where it was.
    """
    last = _last_seen(request, house) if happened else 0
    told = mark or (lambda: str(house.changes))
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):
        while True:
            seen = house.changes
            await response.write(f"event: changed\ndata: {told()}\n\n".encode())
            for number, data in [*happened(last)] if happened else ():
                said = f"event: happened\nid: {number}\ndata: {json.dumps(data)}\n\n"
                await response.write(said.encode())
                last = number
            if house.changes != seen:  # while that was written
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                    await house.changed()
    return response


def _last_seen(request: web.Request, house: House) -> int:
    """The id from which a reader wants to go on; without one, from now on."""
    text = request.headers.get("Last-Event-ID", "")
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return int(text)
    return house.store.events.last()
