"""One connection to a server: it never blocks, and says when it is open, heard, or gone."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Final

from guardian.dns.streams.protocol import Answered, Broken, Protocol, query_of
from guardian.dns.streams.tls import Tls, Unproven, said
from guardian.dns.upstream import ATTEMPT_SECONDS, Address, Flight, family_of

_READ: Final = 65_536
_READS: Final = 16  # before others get their turn
_WAITS: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_NOT_YET: Final = (0, errno.EINPROGRESS)

Heard = Callable[["Connection", Sequence[Answered]], None]
Gone = Callable[["Connection", str], None]


class Connection:
    """A stream with questions on their way.

    flights: by key, the first to time out first. late: those whose time is over; an answer may
    still come. begun, used, heard: loop times at which it was made, last took a question, last had
    a sign of life. answers: how many came.
    """

    def __init__(
        self,
        address: Address,
        tls: Tls | None,
        protocol: Protocol,
        heard: Heard,
        gone: Gone,
    ) -> None:
        """heard: called with what each read completes. gone: called once, unless it is closed.

        Raises OSError where no way leads there.
        """
        self._loop = asyncio.get_running_loop()
        self._tls = tls
        self._protocol = protocol
        self._heard, self._gone = heard, gone
        self._waiting: list[Flight] = []  # until it is open, or has room
        self._writing = self._is_closed = False
        self.is_open = False
        self.flights: dict[int, Flight] = {}
        self.late: dict[int, Flight] = {}
        self.begun = self.used = self.heard = self._loop.time()
        self.answers = 0
        self._sock = socket.socket(family_of(address), socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        refused = self._sock.connect_ex(address)
        if refused not in _NOT_YET:
            self._sock.close()
            raise OSError(refused, os.strerror(refused))
        self._loop.add_writer(self._sock, self._connected)

    @property
    def takes_more(self) -> bool:
        """Whether a question is well placed here."""
        return not self._waiting and not self._protocol.is_full

    @property
    def refusal(self) -> str:
        """What was last said in place of an answer, for people."""
        return self._protocol.refusal

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits for anything."""
        return not self.flights and not self._waiting

    @property
    def everybody(self) -> list[Flight]:
        """All flights that are not late."""
        return [*self.flights.values(), *self._waiting]

    def ask(self, flight: Flight) -> None:
        """Take a flight; it leaves with `write`, or once the connection is open."""
        self.used = self._loop.time()
        self._waiting.append(flight)

    def write(self) -> None:
        """Send what there is to be sent."""
        if not self.is_open:
            return
        try:
            self._word()
        except Broken as problem:
            self._end(str(problem))
            return
        self._send()

    def _word(self) -> None:
        protocol = self._protocol
        while self._waiting and not protocol.is_full:
            flight = self._waiting.pop(0)
            if not flight.landed:
                query = query_of(flight, padded=self._tls is not None)
                self.flights[protocol.ask(query)] = flight

    def _send(self) -> None:
        out = self._protocol.out
        try:
            while out:
                del out[: self._sock.send(out)]
        except _WAITS:
            pass
        except OSError as problem:
            self._end(said(problem))
            return
        if bool(out) != self._writing:
            self._writing = bool(out)
            if self._writing:
                self._loop.add_writer(self._sock, self._send)
            else:
                self._loop.remove_writer(self._sock)

    def _connected(self) -> None:
        self._loop.remove_writer(self._sock)
        refused = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if refused:
            self._end(said(OSError(refused, os.strerror(refused))))
        elif self._tls is None:
            self._opened()
        else:
            try:
                self._sock = self._tls.wrap(self._sock)
            except OSError as problem:
                self._end(said(problem))
            else:
                self._shake_hands()

    def _shake_hands(self) -> None:
        self.heard = self._loop.time()
        sock, tls = self._sock, self._tls
        if tls is None or not isinstance(sock, ssl.SSLSocket):
            return
        self._loop.remove_writer(sock)
        try:
            sock.do_handshake()
            tls.check(sock)
        except ssl.SSLWantReadError:
            self._loop.add_reader(sock, self._shake_hands)
        except ssl.SSLWantWriteError:
            self._loop.add_writer(sock, self._shake_hands)
        except OSError as problem:
            self._end(said(problem))
        except Unproven as problem:
            self._end(str(problem))
        else:
            self._opened()

    def _opened(self) -> None:
        self.is_open = True
        self.heard = self._loop.time()
        self._loop.add_reader(self._sock, self._read)
        self.write()

    def _read(self) -> None:
        why = ""
        data = bytearray()
        try:
            for _ in range(_READS):
                part = self._sock.recv(_READ)
                if not part:
                    why = "it ended the connection"
                    break
                data += part
            else:
                self._loop.call_soon(self._read_on)  # TLS may hold what the kernel no longer has
        except _WAITS:
            pass
        except OSError as problem:
            why = said(problem)
        if data:
            why = self._hear(bytes(data)) or why
        if why:
            self._end(why)
        elif data:
            self.write()

    def _read_on(self) -> None:
        if not self._is_closed:
            self._read()

    def _hear(self, data: bytes) -> str:
        """Pass on what has come; what is wrong with it."""
        self.heard = self._loop.time()
        try:
            found = self._protocol.hear(data)
        except Broken as problem:
            return str(problem)
        if found:
            if not self.answers and self._tls is not None:
                self._keep_session()
            self.answers += len(found)
            self._heard(self, found)
        return ""

    def _keep_session(self) -> None:
        if self._tls is not None and isinstance(self._sock, ssl.SSLSocket):
            self._tls.keep(self._sock)

    def time_out(self, now: float) -> list[Flight]:
        """What should have been answered by now (loop time)."""
        over = [flight for flight in self._waiting if flight.deadline <= now]
        if over:
            self._waiting = [flight for flight in self._waiting if flight.deadline > now]
        keys = []
        for key, flight in self.flights.items():
            if flight.deadline > now:
                break
            keys.append(key)
        for key in keys:
            self.late[key] = self.flights.pop(key)
            over.append(self.late[key])
        return over

    def is_silent(self, now: float) -> bool:
        """Whether nothing came since the questions that should have been answered by now."""
        return self.heard <= now - ATTEMPT_SECONDS

    def _end(self, why: str) -> None:
        if not self._is_closed:
            self.close()
            self._gone(self, why)

    def close(self) -> None:
        """Let go of it."""
        if self._is_closed:
            return
        self._is_closed = True
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()
