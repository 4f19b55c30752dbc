"""A connection by TCP, with TLS or without: it never blocks, and says when it is open or gone."""

import errno
import os
import socket
import ssl
from typing import Final

from guardian.dns.streams.connection import Connection, Gone, Heard
from guardian.dns.streams.protocol import Broken, Protocol
from guardian.dns.streams.tls import Tls, Unproven, said
from guardian.dns.upstream import Address, family_of

_READ: Final = 65_536
_READS: Final = 16  # before others get their turn
_WAITS: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_NOT_YET: Final = (0, errno.EINPROGRESS)


class Tcp(Connection):
    """A stream with questions on their way."""

    def __init__(
        self,
        address: Address,
        tls: Tls | None,
        protocol: Protocol,
        heard: Heard,
        gone: Gone,
    ) -> None:
        """Raises OSError where no way leads there."""
        super().__init__(protocol, heard, gone, padded=tls is not None)
        self._tls = tls
        self._protocol = protocol
        self._writing = False
        self._sock = socket.socket(family_of(address), socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        refused = self._sock.connect_ex(address)
        if refused not in _NOT_YET:
            self._sock.close()
            raise OSError(refused, os.strerror(refused))
        self._loop.add_writer(self._sock, self._connected)

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
            self._agreed()
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
            self._agreed()

    def _agreed(self) -> None:
        self._loop.add_reader(self._sock, self._read)
        self._opened()

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
        try:
            found = self._protocol.hear(data)
        except Broken as problem:
            return str(problem)
        if found and not self.answers:
            self._keep_session()
        self._tell(found)
        return ""

    def _keep_session(self) -> None:
        if self._tls is not None and isinstance(self._sock, ssl.SSLSocket):
            self._tls.keep(self._sock)

    def _let_go(self) -> None:
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()
