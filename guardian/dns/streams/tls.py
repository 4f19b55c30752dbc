"""Who is at the other end: certificates and public keys of the servers that are asked."""

import hashlib
import socket
import ssl
from typing import Final

from guardian.dns.upstream import Target, Transport

_ALPN: Final = {Transport.TLS: ["dot"], Transport.HTTPS: ["h2"]}
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0  # [0] of TBSCertificate; left out in version 1
_BEFORE_KEY: Final = 5  # serial number, algorithm, issuer, validity, subject (RFC 5280, 4.1)


class Unproven(Exception):
    """The server is not shown to be the one that was meant; the text says why, for people."""


class Tls:
    """How connections to one server are made. It is resumed where the server lets it be."""

    def __init__(self, target: Target) -> None:
        """Raises Unproven where its authorities cannot be read."""
        self._target = target
        self._name = target.name or target.address[0]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.set_alpn_protocols(_ALPN[target.transport])
        self._session: ssl.SSLSession | None = None
        try:
            self._context.load_verify_locations(cadata=target.authorities)
        except (ssl.SSLError, ValueError):
            raise Unproven("no certificate authorities are known to check it with") from None

    def wrap(self, sock: socket.socket) -> ssl.SSLSocket:
        """A connected socket as one end of TLS; its handshake is yet to come."""
        return self._context.wrap_socket(
            sock,
            server_hostname=self._name,
            do_handshake_on_connect=False,
            session=self._session,
        )

    def check(self, sock: ssl.SSLSocket) -> None:
        """What the handshake does not look at by itself. Raises Unproven."""
        if self._target.transport is Transport.HTTPS and sock.selected_alpn_protocol() != "h2":
            raise Unproven("it does not speak HTTP/2")
        pins = self._target.pins
        if pins and key_digest(sock.getpeercert(binary_form=True) or b"") not in pins:
            raise Unproven("its public key is not one of the pinned ones")

    def keep(self, sock: ssl.SSLSocket) -> None:
        """Remember the session, so that the next handshake is shorter."""
        if sock.session is not None and sock.session.has_ticket:
            self._session = sock.session


def said(problem: OSError) -> str:
    """What kept a connection from coming about, for people."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {problem.verify_message.rstrip('.')}"
    if isinstance(problem, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "it ended the connection"
    if isinstance(problem, ssl.SSLError):
        return f"TLS with it fails: {(problem.reason or 'no reason given').lower()}"
    return f"it cannot be reached: {problem.strerror or problem}"


def key_digest(certificate: bytes) -> bytes:
    """SHA-256 of the public key (SubjectPublicKeyInfo) in a certificate in DER; b"" for none."""
    try:
        _, at, _ = _element(certificate, 0)
        _, at, _ = _element(certificate, at)
        if certificate[at] == _VERSION:
            at = _element(certificate, at)[2]
        for _ in range(_BEFORE_KEY):
            at = _element(certificate, at)[2]
        tag, _, end = _element(certificate, at)
    except IndexError:
        return b""
    return hashlib.sha256(certificate[at:end]).digest() if tag == _SEQUENCE else b""


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """Of the element at an offset: tag, where its content begins, where it ends."""
    tag, length, start = der[at], der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[start : start + size]), start + size
    return tag, start, start + length
