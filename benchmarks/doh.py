"""Load over HTTPS: many requests of HTTP/2 on connections that stand.

dnsperf 2.10 has a mode for it, and sends some ten queries a second whoever answers; this sends what
a server takes. Run by itself, on a core of its own: `python -m benchmarks.doh`.
"""

import argparse
import selectors
import socket
import ssl
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path
from struct import Struct
from typing import Final

from dnslib import DNSRecord
from hpack import Encoder

from benchmarks.load import Load, LoadError, parse

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME: Final = Struct(">IBI")  # length and type, flags, stream
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _GOAWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 7, 8
_FIELDS: Final = [
    (":method", "POST"),
    (":scheme", "https"),
    (":authority", "localhost"),
    (":path", "/dns-query"),
    ("accept", "application/dns-message"),
    ("content-type", "application/dns-message"),
]
_ROOM: Final = (1 << 30).to_bytes(4)  # bytes that the server may send


class _Connection:
    """One, with so many requests under way as it was asked to keep."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(plain)
        self.sock.sendall(
            _PREFACE
            + _frame(_SETTINGS, 0, 0, b"\0\4" + _ROOM)
            + _frame(_WINDOW_UPDATE, 0, 0, _ROOM)
        )
        encoder = Encoder()
        self._first, self._head = encoder.encode(_FIELDS), encoder.encode(_FIELDS)
        self._stream = 1
        self._rest = b""

    def ask(self, queries: list[bytes]) -> None:
        """Ask these in one write."""
        out = []
        for query in queries:
            head = self._head if self._stream > 1 else self._first
            out += [_frame(_HEADERS, 4, self._stream, head), _frame(_DATA, 1, self._stream, query)]
            self._stream += 2
        self.sock.sendall(b"".join(out))

    def answered(self) -> int:
        """How many answers came; waits for something to come."""
        got = 0
        while True:
            got += self._read()
            if not self.sock.pending():
                return got

    def _read(self) -> int:
        data = self.sock.recv(1 << 16)
        if not data:
            raise LoadError("the server closed a connection")
        data = self._rest + data
        at = got = 0
        while len(data) - at >= _FRAME.size:
            length_kind, flags, _ = _FRAME.unpack_from(data, at)
            end = at + _FRAME.size + (length_kind >> 8)
            if end > len(data):
                break
            kind = length_kind & 255
            if kind == _DATA and flags & 1:
                got += 1
            elif kind == _SETTINGS and not flags & 1:
                self.sock.sendall(_frame(_SETTINGS, 1, 0, b""))
            elif kind in (_RST_STREAM, _GOAWAY):
                raise LoadError("the server refused a request")
            at = end
        self._rest = data[at:]
        return got


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return _FRAME.pack(len(payload) << 8 | kind, flags, stream) + payload


def full(
    port: int, queries: Path, seconds: float, core: int, *, connections: int, flying: int
) -> Load:
    """As many queries as the server takes. flying: at once, on all connections together."""
    command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.doh"]
    command += [str(port), str(queries), str(seconds), str(connections), str(flying)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LoadError(f"the load over HTTPS ended: {done.stderr.strip()[-300:]}")
    return parse(done.stdout)


def main() -> int:
    """Ask, and write what `load.parse` reads."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("queries", type=Path)
    parser.add_argument("seconds", type=float)
    parser.add_argument("connections", type=int)
    parser.add_argument("flying", type=int)
    args = parser.parse_args()
    wires = []
    for line in args.queries.read_text().splitlines():
        query = DNSRecord.question(*line.split())
        query.header.id = 0
        wires.append(bytes(query.pack()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    took, answered = _run(
        [_Connection(args.port, context) for _ in range(args.connections)],
        wires, args.seconds, args.flying // args.connections,
    )  # fmt: skip
    print(f"Queries sent: {answered}\nQueries completed: {answered}\nQueries lost: 0")
    print(f"Response codes: NOERROR {answered} (100.00%)\nRun time (s): {took}")
    print(f"Average Latency (s): {took * args.flying / max(answered, 1)}")
    return 0


def _run(
    connections: list[_Connection], wires: list[bytes], seconds: float, each: int
) -> tuple[float, int]:
    """Keep so many requests under way on each connection; seconds, and answers."""
    following = cycle(wires)
    selector = selectors.DefaultSelector()
    for connection in connections:
        selector.register(connection.sock, selectors.EVENT_READ, connection)
    began = time.monotonic()
    for connection in connections:
        connection.ask([next(following) for _ in range(each)])
    answered = 0
    while (took := time.monotonic() - began) < seconds:
        for key, _ in selector.select(1.0):
            got = key.data.answered()
            answered += got
            if got:
                key.data.ask([next(following) for _ in range(got)])
    return took, answered


if __name__ == "__main__":
    sys.exit(main())
