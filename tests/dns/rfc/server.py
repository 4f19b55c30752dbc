"""A DNS server whose every answer is written by a test: UDP and TCP on one port, in a thread."""

import contextlib
import select
import socket
import threading
from collections.abc import Callable

from guardian.names import to_wire
from tests.dns.rfc import wires

Script = Callable[[bytes, str], list[bytes]]
"""A query with its ID, and "udp" or "tcp" → the messages that are sent."""

PLAIN = "198.51.100.7"


class Server:
    """heard: all queries that came, by transport. senders: who sent those by UDP."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[tuple[str, bytes]] = []
        self.senders: list[tuple[bytes, tuple[str, int]]] = []
        self._scripts: dict[bytes, Script] = {}
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind(("127.0.0.1", port))
        self._streams = socket.create_server(("127.0.0.1", port))
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def says(self, qname: str, script: Script) -> str:
        """Answer a name, and all below it, by a script; gives back the name."""
        self._scripts[to_wire(qname)] = script
        return qname

    def asked(self, qname: str) -> list[bytes]:
        """The queries for a name, in whatever case."""
        wanted = to_wire(qname)
        return [wire for _, wire in self.heard if _name(wire) == wanted]

    def close(self) -> None:
        self._stop.send(b"x")
        self._thread.join()
        for sock in (self._datagrams, self._streams, self._stop, self._stopped):
            sock.close()

    def _serve(self) -> None:
        while True:
            sockets = [self._datagrams, self._streams, self._stopped]
            ready, _, _ = select.select(sockets, [], [])
            if self._stopped in ready:
                return
            if self._datagrams in ready:
                wire, client = self._datagrams.recvfrom(65_535)
                self.senders.append((wire, client))
                for each in self._answers("udp", wire):
                    self._datagrams.sendto(each, client)
            if self._streams in ready:
                with contextlib.suppress(OSError):
                    self._one_stream(self._streams.accept()[0])

    def _one_stream(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rb") as stream:
            sock.settimeout(3)
            wire = stream.read(int.from_bytes(stream.read(2)))
            for each in self._answers("tcp", wire):
                sock.sendall(len(each).to_bytes(2) + each)

    def _answers(self, transport: str, wire: bytes) -> list[bytes]:
        self.heard.append((transport, wire))
        name = _name(wire)
        at = 0
        while True:
            script = self._scripts.get(name[at:])
            if script is not None:
                return script(wire, transport)
            if not name[at]:
                return ordinary(wire)
            at += name[at] + 1


def ordinary(wire: bytes) -> list[bytes]:
    """An address for every name; no data of other types."""
    end = 12 + len(_name(wire))
    if wire[end : end + 2] == b"\0\1":
        return [wires.answer(wire, [wires.address(PLAIN)])]
    return [wires.answer(wire, authority=[wires.soa("test")])]


def fixed(*sections: list[bytes], rcode: int = 0) -> Script:
    """Always these answers, authority and additional records."""
    return lambda wire, _: [wires.answer(wire, *sections, rcode=rcode)]


def _name(wire: bytes) -> bytes:
    end = 12
    while wire[end]:
        end += wire[end] + 1
    return wire[12 : end + 1].lower()
