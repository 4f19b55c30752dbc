"""Ask a server one question and wait for the answer: for commands and pages, never for DNS."""

import secrets
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from guardian.dns.query import Form
from guardian.dns.streams.pool import protocol_of
from guardian.dns.streams.protocol import Broken, query_of
from guardian.dns.streams.tls import Tls, Unproven, said
from guardian.dns.upstream import Flight, Target, Transport, family_of
from guardian.dns.wire import HEADER, IN, RD, TC, UDP_SIZE, pack_u16

_READ: Final = 65_536
_SOON: Final = 0.001  # seconds: 0 would be not to wait at all


class NoAnswer(Exception):
    """A question without an answer; the text says why, for people: "it is silent"."""


def ask(target: Target, name: bytes, qtype: int, seconds: float) -> tuple[bytes, bytes]:
    """The question as it was sent, and the answer to it (bytes after the ID). Raises NoAnswer.

    name: wire name. seconds: for all of it.
    """
    flight = Flight()
    flight.question = name + pack_u16(qtype) + pack_u16(IN)
    flight.form = Form(RD, flight.question[-4:], UDP_SIZE, 0, dnssec_ok=False)
    end = time.monotonic() + seconds
    try:
        wire = _over_udp(target, flight, end) if target.transport is Transport.UDP else b""
        if not wire or wire[0] & TC >> 8:
            wire = _over(target)(target, flight, end)
    except TimeoutError:
        raise NoAnswer("it is silent") from None
    except OSError as problem:
        raise NoAnswer(said(problem)) from None
    except (Broken, Unproven) as problem:
        raise NoAnswer(str(problem)) from None
    if not wire.startswith(flight.question, HEADER):
        raise NoAnswer("it answers what nobody asked")
    return flight.question, wire


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _over_udp(target: Target, flight: Flight, end: float) -> bytes:
    ident = secrets.token_bytes(2)
    with socket.socket(family_of(target.address), socket.SOCK_DGRAM) as sock:
        sock.connect(target.address)
        sock.send(ident + query_of(flight, padded=False))
        while True:
            sock.settimeout(_left(end))
            wire = sock.recv(_READ)
            if wire[:2] == ident and len(wire) > HEADER + 2:
                return wire[2:]


def _over(target: Target) -> Callable[[Target, Flight, float], bytes]:
    return _over_quic if target.transport is Transport.QUIC else _over_a_stream


def _over_quic(target: Target, flight: Flight, end: float) -> bytes:
    from guardian.dns.streams.doq import Doq
    from guardian.dns.streams.quic import connected

    doq, is_asked = Doq(target, time.monotonic), False
    with connected(target) as sock, ExitStack() as last:
        last.callback(lambda: [sock.send(data) for data in doq.bye()])
        while True:
            for data in doq.datagrams():
                sock.send(data)
            wakes = (doq.wakes_at or end) - time.monotonic()
            sock.settimeout(max(_SOON, min(_left(end), wakes)))
            try:
                found = doq.hear(sock.recv(_READ))
            except TimeoutError:
                found = doq.wake()
            if doq.is_open and not is_asked:
                is_asked = True
                doq.ask(query_of(flight, padded=True))
            for _, wire in found:
                if wire is None:
                    raise Broken(doq.refusal)
                return wire


def _over_a_stream(target: Target, flight: Flight, end: float) -> bytes:
    with socket.create_connection(target.address, _left(end)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not target.transport.is_encrypted:
            return _converse(target, plain, flight, end)
        tls = Tls(target)
        with tls.wrap(plain) as sock:
            sock.do_handshake()
            tls.check(sock)
            return _converse(target, sock, flight, end)


def _converse(
    target: Target, sock: socket.socket | ssl.SSLSocket, flight: Flight, end: float
) -> bytes:
    protocol = protocol_of(target)()
    protocol.ask(query_of(flight, padded=isinstance(sock, ssl.SSLSocket)))
    while True:
        sock.settimeout(_left(end))
        sock.sendall(protocol.out)
        protocol.out.clear()
        data = sock.recv(_READ)
        if not data:
            raise Broken("it ended the connection")
        for _, wire in protocol.hear(data):
            if wire is None:
                raise Broken(protocol.refusal)
            return wire
