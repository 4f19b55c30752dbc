"""Where primaries say that a zone changed: sockets of their own, UDP and TCP, in control.

Strangers get no answer; what primaries say leads to a question to them, and never to more than
`transfer.pace` allows.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any, Final

from guardian.errors import Said
from guardian.lists.feeds.credentials import NoCredentials
from guardian.lists.source import Source
from guardian.lists.transfer.keys import key_of
from guardian.lists.transfer.notify import MOST_BYTES, Notifiable, heard, is_from_primary
from guardian.lists.transfer.pace import Pace
from guardian.settings.endpoints import Endpoint

_AT_ONCE: Final = 32  # messages in a turn
_MOST_CONNECTIONS: Final = 8
_CONNECTION_SECONDS: Final = 5.0


class NotifyListener:
    """Hears NOTIFY for the sources that settings name."""

    def __init__(
        self, notified: Callable[[str, str, int | None], None], tell: Callable[[str], None]
    ) -> None:
        """notified: told the source, the primary's address, and the serial where one was said.
        tell: what is wrong, in a sentence.
        """
        self._notified = notified
        self._tell = tell
        self._where: Endpoint | None = None
        self._sources: list[Notifiable] = []
        self._sockets: list[socket.socket] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._paces: dict[str, Pace] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def follow(self, where: Endpoint | None, sources: Sequence[Source]) -> None:
        """Listen at an address, or nowhere, for what sources there are now."""
        self._sources = []
        for source in sources if where is not None else ():
            if source.zone is not None:
                try:
                    key = key_of(source.zone.tsig) if source.zone.tsig else None
                except NoCredentials as problem:
                    self._tell(problem.args[0])
                    continue
                self._sources.append(Notifiable(source.id, source.zone, key))
        if where != self._where:
            self.close()
            self._where = where
            if where is not None:
                self._open(where)

    def close(self) -> None:
        """Hear nothing more."""
        loop = asyncio.get_running_loop()
        for each in self._sockets:
            loop.remove_reader(each)
            each.close()
        self._sockets = []
        for handle in self._waiting.values():
            handle.cancel()
        self._waiting.clear()
        for task in self._connections:
            task.cancel()

    def _open(self, where: Endpoint) -> None:
        loop = asyncio.get_running_loop()
        try:
            udp, tcp = _bound(where, socket.SOCK_DGRAM), _bound(where, socket.SOCK_STREAM)
            tcp.listen(_MOST_CONNECTIONS)
        except OSError as problem:
            self._tell(
                Said(
                    "%(where)s: primaries cannot notify guardian there (%(problem)s); give another "
                    "address under lists.notify",
                    where=where,
                    problem=problem.strerror or problem,
                )
            )
            return
        self._sockets = [udp, tcp]
        loop.add_reader(udp, self._drain, udp)
        loop.add_reader(tcp, self._accept, tcp)

    def _drain(self, udp: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                wire, peer = udp.recvfrom(MOST_BYTES)
            except OSError:
                return
            reply = self._heard(wire, _address(peer))
            if reply is not None:
                with contextlib.suppress(OSError):
                    udp.sendto(reply, peer)

    def _heard(self, wire: bytes, address: str) -> bytes | None:
        """What a message is answered with."""
        found = heard(wire, address, self._sources, int(time.time()))
        for each in found:
            self._soon(each.source, address, each.serial)
        return found[0].reply if found else None

    def _soon(self, source: str, address: str, serial: int | None) -> None:
        """Pass it on, now or when its pace allows; many that wait are one."""
        if source in self._waiting:
            return
        loop = asyncio.get_running_loop()
        pace = self._paces.setdefault(source, Pace(loop.time()))

        def pass_on() -> None:
            self._waiting.pop(source, None)
            # What waited may have been said before the newest version: no serial is passed on.
            self._notified(source, address, serial if not wait else None)

        wait = pace.wait(loop.time())
        if wait:
            self._waiting[source] = loop.call_later(wait, pass_on)
        else:
            pass_on()

    def _accept(self, tcp: socket.socket) -> None:
        try:
            connection, peer = tcp.accept()
        except OSError:
            return
        address = _address(peer)
        room = len(self._connections) < _MOST_CONNECTIONS
        if not room or not is_from_primary(address, self._sources):
            connection.close()
            return
        connection.settimeout(0)
        task = asyncio.get_running_loop().create_task(self._converse(connection, address))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _converse(self, connection: socket.socket, address: str) -> None:
        """Answer what comes over one connection, for a few seconds."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError, EOFError, TimeoutError), connection:
            async with asyncio.timeout(_CONNECTION_SECONDS):
                while True:
                    size = int.from_bytes(await _exactly(loop, connection, 2), "big")
                    if size > MOST_BYTES:
                        return
                    reply = self._heard(await _exactly(loop, connection, size), address)
                    if reply is None:
                        return
                    await loop.sock_sendall(connection, len(reply).to_bytes(2, "big") + reply)


async def _exactly(loop: asyncio.AbstractEventLoop, connection: socket.socket, size: int) -> bytes:
    """So many bytes. Raises EOFError, OSError."""
    got = b""
    while len(got) < size:
        data = await loop.sock_recv(connection, size - len(got))
        if not data:
            raise EOFError
        got += data
    return got


def _bound(where: Endpoint, kind: socket.SocketKind) -> socket.socket:
    """Raises OSError."""
    family = socket.AF_INET6 if where.address.version == 6 else socket.AF_INET
    made = socket.socket(family, kind)
    try:
        made.settimeout(0)
        if kind == socket.SOCK_STREAM:  # of UDP, two would share the address
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((str(where.address), where.port))
    except OSError:
        made.close()
        raise
    return made


def _address(peer: Any) -> str:
    """A peer's address as settings have it."""
    return str(ip_address(peer[0].partition("%")[0]))
