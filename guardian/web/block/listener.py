"""A listener for plain HTTP that answers any request with one short reply, and closes.

Whatever a device wanted from a blocked site lands here: pages, pictures, programs' own calls, and
things that are no HTTP at all. So this reads no more than a request's head, keeps nothing, and is
done in seconds; it never answers 5xx. What is said is for `page`.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

log = logging.getLogger(__name__)

_MOST_HEAD: Final = 8192  # bytes
_MOST_OPEN: Final = 256  # connections of everybody …
_MOST_OPEN_EACH: Final = 32  # … and of one device
_HEAD_SECONDS: Final = 5.0  # in which a request has to be there
_LINGER_SECONDS: Final = 1.0  # in which the other side can read the reply while it still sends
_MOST_HEADERS: Final = 100
_REASONS: Final = {400: "Bad Request", 403: "Forbidden", 431: "Request Header Fields Too Large"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request. client, here: addresses of the two ends, as text. host: as the device wrote it.

    headers: the last of each, names in lower case; without Cookie and Authorization, which were
    meant for somebody else.
    """

    client: str
    here: str
    method: str
    path: str
    host: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back: always one of the codes in `_REASONS`."""

    code: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    def wire(self, *, with_body: bool) -> bytes:
        """The reply as bytes."""
        lines = [
            f"HTTP/1.1 {self.code} {_REASONS[self.code]}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            "Connection: close",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        head = "\r\n".join(lines).encode("ascii", "replace") + b"\r\n\r\n"
        return head + self.body if with_body else head


NO_HTTP: Final = Reply(400, b"This is a page for web browsers.\n")
TOO_LONG: Final = Reply(431, b"This request is too long.\n")
PLAIN: Final = Reply(403, b"This is filtered here.\n")


def read_head(head: bytes, client: str, here: str) -> Wanted | None:
    """A request's head, up to and without the empty line; None where it is none of HTTP/1."""
    first, *rest = head.replace(b"\r\n", b"\n").split(b"\n")
    parts = first.split()
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/1."):
        return None
    method, target, _ = (part.decode("latin-1") for part in parts)
    if not method.isalpha():
        return None
    headers: dict[str, str] = {}
    for line in rest[:_MOST_HEADERS]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon and name.lower() not in ("cookie", "authorization"):
            headers[name.strip().lower()] = value.strip()
    host = headers.get("host", "")
    if "://" in target[:8]:  # absolute form; it counts and not the header (RFC 9112, 3.2.2)
        host, slash, path = target.partition("://")[2].partition("/")
        target = slash + path
    return Wanted(client, here, method.upper(), target or "/", host, headers)


class Listener:
    """Open sockets and the conversations on them. answer: what to say; it must not wait."""

    def __init__(self, answer: Callable[[Wanted], Reply]) -> None:
        self._answer = answer
        self._servers: list[asyncio.Server] = []
        self._open: dict[str, int] = {}  # address → connections

    async def listen(self, address: str, port: int) -> None:
        """Listen at an address too. Raises OSError."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        loop = asyncio.get_running_loop()
        self._servers.append(
            await loop.create_server(
                lambda: _Conversation(self), address, port, family=family, backlog=128
            )
        )

    def close(self) -> None:
        """Stop listening; replies on their way still go out."""
        for each in self._servers:
            each.close()

    def enter(self, client: str) -> bool:
        """Count a connection; False where there are too many."""
        mine = self._open.get(client, 0)
        if mine >= _MOST_OPEN_EACH or sum(self._open.values()) >= _MOST_OPEN:
            return False
        self._open[client] = mine + 1
        return True

    def leave(self, client: str) -> None:
        """Count it no more."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    def reply(self, head: bytes, client: str, here: str) -> bytes:
        """The reply to a head, as bytes."""
        wanted = read_head(head, client, here)
        if wanted is None:
            return NO_HTTP.wire(with_body=True)
        try:
            reply = self._answer(wanted)
        except Exception as problem:  # noqa: BLE001 (a page that fails must still say something)
            # Neither the name nor the traceback, in which it could stand: a child asked for it.
            log.error("the block page failed: %s", type(problem).__name__)
            reply = PLAIN
        return reply.wire(with_body=wanted.method != "HEAD")


class _Conversation(asyncio.Protocol):
    """One connection: a head comes, a reply goes."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._head = bytearray()
        self._is_answered = False
        self._client = ""
        self._here = ""
        self._is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (a TCP server has no other)
        self._transport = transport
        peer, name = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self._client, self._here = (peer or ("",))[0], (name or ("",))[0]
        self._is_counted = self._listener.enter(self._client)
        if not self._is_counted:
            transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(_HEAD_SECONDS, transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._is_answered:
            return  # the rest of a form that nobody reads
        self._head += data
        ends = (self._head.find(b"\r\n\r\n"), self._head.find(b"\n\n"))
        end = min((each for each in ends if each >= 0), default=-1)
        if end < 0 and len(self._head) <= _MOST_HEAD and not self._is_hopeless():
            return
        if end < 0:
            reply = NO_HTTP if self._is_hopeless() else TOO_LONG
            self._answer(reply.wire(with_body=True))
        elif end > _MOST_HEAD:
            self._answer(TOO_LONG.wire(with_body=True))
        else:
            self._answer(
                self._listener.reply(bytes(self._head[:end]).lstrip(), self._client, self._here)
            )

    def _is_hopeless(self) -> bool:
        """Whether this does not begin as a request does, such as the hello of TLS."""
        begin = bytes(self._head[:16]).lstrip()
        return bool(begin) and not begin[:1].isalpha()

    def _answer(self, wire: bytes) -> None:
        self._is_answered = True
        self._head.clear()
        self._transport.write(wire)
        # Closed at once, what the device still sends would be met with a reset, and with it the
        # reply be thrown away unread. So only this direction ends, and the other one soon.
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.abort)

    def eof_received(self) -> bool:
        if not self._is_answered and self._head:
            self._answer(NO_HTTP.wire(with_body=True))
        return False  # nothing more comes: close when all is sent

    def connection_lost(self, problem: Exception | None) -> None:
        if self._is_counted:
            self._timer.cancel()
            self._listener.leave(self._client)
