"""DNS over QUIC as a client asks it (RFC 9250), by `aioquic`: datagrams out, datagrams in.

Each question is alone on a stream, its ID 0. Sessions are not resumed, and so nothing is ever sent
as early data, which others could send again; and each handshake shows the certificate anew.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import (
    ConnectionTerminated,
    HandshakeCompleted,
    QuicEvent,
    StopSendingReceived,
    StreamDataReceived,
    StreamReset,
)
from aioquic.tls import AlertDescription
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from guardian.dns.quic.doq import ALPN, NO_ERROR, PROTOCOL_ERROR, REQUEST_CANCELLED
from guardian.dns.streams.protocol import Answered, Broken, Conversation
from guardian.dns.streams.tls import Unproven, key_digest
from guardian.dns.upstream import Target

_ID: Final = b"\0\0"
_SHORTEST: Final = 2 + 12
_LONGEST: Final = 2 + 65_535  # bytes of a message with its length
_MOST_AT_ONCE: Final = 100  # streams that servers let be open, as a rule
_MOST_STREAM: Final = 1 << 17
_IDLE_SECONDS: Final = 45.0  # longer than the pool keeps one: it is the server that may be shorter
_CRYPTO_ERROR: Final = 0x100  # an alert of TLS is added to it (RFC 9001, section 4.8)
_OF_CERTIFICATES: Final = {
    AlertDescription.bad_certificate,
    AlertDescription.certificate_expired,
    AlertDescription.certificate_unknown,
    AlertDescription.unknown_ca,
    AlertDescription.unsupported_certificate,
}
_NO_PROTOCOL: Final = "it does not speak DNS over QUIC"


class Doq(Conversation):
    """One connection's conversation. is_open: whether it is shown who the server is."""

    def __init__(self, target: Target, clock: Callable[[], float]) -> None:
        """clock: seconds of one that never goes back. Raises Unproven."""
        super().__init__()
        self._target = target
        self._clock = clock
        self._quic = QuicConnection(configuration=_configuration(target))
        self._quic.connect(target.address, now=clock())
        self._coming: dict[int, bytes] = {}
        self.is_open = False

    def ask(self, query: bytes) -> int:
        stream = self._quic.get_next_available_stream_id()
        message = _ID + query
        self._quic.send_stream_data(stream, len(message).to_bytes(2) + message, end_stream=True)
        self._coming[stream] = b""
        return stream

    def hear(self, data: bytes) -> list[Answered]:
        """The answers that a datagram completes. Raises Broken or Unproven."""
        self._quic.receive_datagram(data, self._target.address, now=self._clock())
        return self._happened()

    def wake(self) -> list[Answered]:
        """Do what time demands, if it does. Raises Broken or Unproven."""
        now, at = self._clock(), self._quic.get_timer()
        if at is not None and at <= now:
            self._quic.handle_timer(now=now)
        return self._happened()

    @property
    def wakes_at(self) -> float | None:
        """When `wake` is to be called, by the clock."""
        return self._quic.get_timer()

    def datagrams(self) -> list[bytes]:
        """What is to be sent; to the server's other addresses nothing is."""
        sent = self._quic.datagrams_to_send(now=self._clock())
        return [data for data, address in sent if address == self._target.address]

    def give_up(self, key: int) -> None:
        if self._coming.pop(key, None) is not None:
            self._quic.stop_stream(key, REQUEST_CANCELLED)

    def bye(self) -> list[bytes]:
        """The end, as it is to be sent."""
        self._quic.close(error_code=NO_ERROR)
        return self.datagrams()

    @property
    def is_full(self) -> bool:
        return len(self._coming) >= _MOST_AT_ONCE

    def _happened(self) -> list[Answered]:
        found: list[Answered] = []
        while (event := self._quic.next_event()) is not None:
            found += self._said(event)
        # An end is told as an event only when nothing late can come of the connection any more;
        # those who wait are to ask elsewhere now.
        if (end := self._quic._close_event) is not None:
            raise Broken(_why(end, self._target))
        return found

    def _said(self, event: QuicEvent) -> list[Answered]:
        match event:
            case HandshakeCompleted(alpn_protocol=protocol):
                self._check(protocol)
            case StreamDataReceived(stream_id=stream, data=data, end_stream=is_end):
                return self._grow(stream, data, is_end=is_end)
            case StreamReset(stream_id=stream):
                if self._coming.pop(stream, None) is not None:
                    return [(stream, None)]
            case StopSendingReceived():
                raise self._broken("it wants no questions")
        return []

    def _check(self, protocol: str | None) -> None:
        """What the handshake does not look at by itself."""
        if protocol != ALPN:
            raise Unproven(_NO_PROTOCOL)
        pins = self._target.pins
        if pins:
            certificate = self._quic.tls._peer_certificate  # it goes by no other name
            shown = certificate.public_bytes(Encoding.DER) if certificate is not None else b""
            if key_digest(shown) not in pins:
                raise Unproven("its public key is not one of the pinned ones")
        self.is_open = True

    def _grow(self, stream: int, data: bytes, *, is_end: bool) -> list[Answered]:
        if stream not in self._coming:
            if stream & 1:
                raise self._broken("it opens a stream of its own")
            return []  # nobody waits for it
        message = self._coming[stream] + data
        if len(message) > _LONGEST:
            raise self._broken("it sends more than a DNS message can be")
        if not is_end:
            self._coming[stream] = message
            return []
        del self._coming[stream]
        if len(message) < _SHORTEST or len(message) != 2 + int.from_bytes(message[:2]):
            raise self._broken("it sends what is no DNS message")
        if message[2:4] != _ID:
            raise self._broken("it answers what nobody asked")
        return [(stream, message[4:])]

    def _broken(self, why: str) -> Broken:
        """By the server's fault (RFC 9250, section 4.3.3)."""
        self._quic.close(error_code=PROTOCOL_ERROR)
        return Broken(why)


def _configuration(target: Target) -> QuicConfiguration:
    if not _are_any(target.authorities):
        raise Unproven("no certificate authorities are known to check it with")
    return QuicConfiguration(
        is_client=True,
        alpn_protocols=[ALPN],
        idle_timeout=_IDLE_SECONDS,
        max_stream_data=_MOST_STREAM,
        server_name=target.name or target.address[0],
        cadata=target.authorities.encode(),
    )


@lru_cache(4)
def _are_any(authorities: str) -> bool:
    """Whether these are certificates: aioquic reads them in the middle of a handshake."""
    try:
        return bool(load_pem_x509_certificates(authorities.encode()))
    except ValueError:
        return False


def _why(end: ConnectionTerminated, target: Target) -> str:
    """What ended a connection, for people."""
    reason = end.reason_phrase.rstrip(".")
    alert = end.error_code - _CRYPTO_ERROR
    if end.frame_type is None:
        return "it ended the connection"
    if alert in _OF_CERTIFICATES:
        if reason.startswith("hostname"):  # and all the names that it is for
            name = target.name or target.address[0]
            reason = f"Hostname mismatch, certificate is not valid for '{name}'"
        return f"its certificate is not good: {reason}"
    if alert == AlertDescription.no_application_protocol:
        return _NO_PROTOCOL
    if reason == "Idle timeout":
        return "it is silent"
    return f"QUIC with it fails: {reason.lower() or 'no reason given'}"
