"""TLS for streams: DNS over TLS (RFC 7858) and HTTPS stand on it.

A session works on bytes, not on a socket: one read of the socket brings all records that came, and
all replies go out with one write (docs/decisions/0001-streams.md). TLS 1.2 at least, with forward
secrecy and AEAD (RFC 9325, RFC 8310 section 8.2); sessions are resumed by tickets; nothing is taken
as early data.
"""

import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

_READ: Final = 65_536
_CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"  # for 1.2; those of 1.3 are all sound
_TICKETS: Final = 1  # a device resumes with its last one; each takes room in the first reply


def context_of(pem: str, protocols: Sequence[str]) -> ssl.SSLContext:
    """What new sessions are made from.

    pem: path of a file with a certificate, all that vouch for it, and its key. protocols: ALPN
    names, the best first. Raises ssl.SSLError, OSError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.options |= ssl.OP_NO_COMPRESSION
    context.num_tickets = _TICKETS
    context.set_alpn_protocols(list(protocols))
    context.sni_callback = _named
    context.load_cert_chain(pem, password=lambda: b"")
    return context


def _named(session: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
    """Note the name that a client asks for; whoever it is, it gets the one certificate."""
    session.asked_name = (name or "").lower()  # type: ignore[attr-defined]  # read by `Session`


class Session:
    """One connection's TLS. See `streams.Seal`."""

    __slots__ = ("_incoming", "_outgoing", "_tls", "is_open", "is_over")

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.is_open = self.is_over = False

    @property
    def name(self) -> str:
        """The name by which the client asked for this server, lower case; "" for none."""
        name: str = getattr(self._tls, "asked_name", "")
        return name

    @property
    def protocol(self) -> str:
        """The ALPN name that both agreed on; "" for none."""
        return self._tls.selected_alpn_protocol() or ""

    def opened(self, data: bytes) -> bytes:
        """What these bytes say; b"" while it is not whole.

        Raises ssl.SSLError; then `sealed` still has the alert that tells the client why.
        """
        incoming, tls, said = self._incoming, self._tls, b""
        incoming.write(data)
        try:
            if not self.is_open:
                tls.do_handshake()
                self.is_open = True
            while incoming.pending:  # to be told that there is no more costs as much as a read
                piece = tls.read(_READ)
                if not piece:
                    self.is_over = True
                    break
                said = said + piece if said else piece
        except ssl.SSLWantReadError:
            return said
        except ssl.SSLZeroReturnError:
            self.is_over = True
            return said
        return said

    def sealed(self, data: bytes) -> bytes:
        """The bytes to send; also for b"", because there may be something to agree on."""
        if data:
            self._tls.write(data)
        return self._outgoing.read() if self._outgoing.pending else b""

    def closed(self) -> bytes:
        """The end, as TLS says it (close_notify)."""
        if self.is_open:
            with suppress(ssl.SSLError):  # the client's own end is not waited for
                self._tls.unwrap()
        return self._outgoing.read()
