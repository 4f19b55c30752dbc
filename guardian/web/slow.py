"""Connections that wait for ever, and requests that come a byte at a time, are ended.

A server that waits for a request as long as it takes can be kept busy by anybody with a few
sockets.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from aiohttp import web

T = TypeVar("T")

HEAD_SECONDS: Final = 20.0  # in which a request's head has to be there, or the next one begin
BODY_SECONDS: Final = 30.0  # in which its body has to be there
MOST_LINE: Final = 8190  # bytes of the first line, and of each header


@dataclass(slots=True)
class Idle:
    """Since when each connection has nothing that is answered. clock: seconds."""

    clock: Callable[[], float]
    _since: dict[Any, float] = field(default_factory=dict)
    _busy: set[Any] = field(default_factory=set)

    def begin(self, connection: Any) -> None:
        """A request came whole and is being answered."""
        self._busy.add(connection)

    def end(self, connection: Any) -> None:
        """It is answered."""
        self._busy.discard(connection)
        self._since[connection] = self.clock()

    def over(self, connections: Iterable[Any]) -> list[Any]:
        """Those that have waited too long; what is known of others that are gone is forgotten."""
        now, present = self.clock(), set(connections)
        self._busy &= present
        self._since = {
            each: self._since.get(each, now) for each in present if each not in self._busy
        }
        return [each for each, since in self._since.items() if now - since > HEAD_SECONDS]


async def in_time(body: Awaitable[T]) -> T:
    """A request's body, if it comes in time. Raises HTTPRequestTimeout."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await body
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
