"""A question or two of our own: is the server up, and does it block what it should?"""

import socket
from contextlib import suppress
from typing import Final

from dnslib import QTYPE, DNSRecord
from dnslib.dns import DNSError

LOOPBACK: Final = "127.0.0.1"


def free_port() -> int:
    """A port of 127.0.0.1 on which neither UDP nor TCP is taken."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind((LOOPBACK, 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind((LOOPBACK, port))
            except OSError:
                continue
            return port


def answers(port: int, qname: str, seconds: float = 1.0) -> list[str] | None:
    """The addresses a server on 127.0.0.1 gives for a name; None where it does not answer.

    NXDOMAIN, and an answer with no address, are an empty list; any other rcode is None.
    """
    question = DNSRecord.question(qname, "A")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(seconds)
        udp.connect((LOOPBACK, port))
        try:
            udp.send(question.pack())
            reply = DNSRecord.parse(udp.recv(4096))
        except (OSError, DNSError):
            return None
    if reply.header.id != question.header.id or reply.header.rcode not in (0, 3):
        return None
    return [str(rr.rdata) for rr in reply.rr if rr.rtype == QTYPE.A]


def ask(port: int, query: bytes, source: str) -> None:
    """Send a query from an address of loopback, and wait a second at most for what comes back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, suppress(TimeoutError):
        udp.settimeout(1.0)
        udp.bind((source, 0))
        udp.sendto(query, (LOOPBACK, port))
        udp.recv(4096)
